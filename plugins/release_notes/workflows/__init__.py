"""The workflow that runs the agents."""

from .release_notes import ReleaseNotes

__all__ = ["ReleaseNotes"]
