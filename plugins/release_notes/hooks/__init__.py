"""The hook handlers. They change no run but this plugin's own."""

from .workflow_hooks import add_counts, fill_range

__all__ = ["add_counts", "fill_range"]
