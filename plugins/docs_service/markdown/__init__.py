"""Reading Markdown: what a page holds that can be checked or searched.

- `page`: what is kept of a page.
- `anchors`: the anchors of headings, as GitHub makes them.
- `reader`: from text to a page.
- `inline`: markdown-it's inline parser, with line numbers.
- `html`: anchors, links and headings in raw HTML.

Knows nothing of folders, checks or the index.
"""

from .page import Heading, Link, Page, Prose, Section
from .reader import read_page

__all__ = ["Heading", "Link", "Page", "Prose", "Section", "read_page"]
