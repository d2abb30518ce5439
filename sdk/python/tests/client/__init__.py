"""The client over HTTP."""
