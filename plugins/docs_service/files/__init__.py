"""Finding and reading files: which there are, and their text. Nothing here knows Markdown.

- `folder`: the folder that a setting names.
- `globs`: which paths are meant.
- `walk`: what a folder holds.
- `text`: a file's text, or why it can't be read.
"""

from .folder import FolderError, FolderOutside, is_inside, resolve_folder
from .globs import Globs
from .text import Unreadable, read_text
from .walk import Found, Listing, Skipped, walk

__all__ = [
    "FolderError",
    "FolderOutside",
    "Found",
    "Globs",
    "Listing",
    "Skipped",
    "Unreadable",
    "is_inside",
    "read_text",
    "resolve_folder",
    "walk",
]
