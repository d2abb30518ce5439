"""The index: pages and their sections in a database, found by words and ranked.

- `index`: one folder's index, with SQLite's full-text search (FTS5) and its BM25 ranking.
- `query`: from what a person types to what FTS5 reads.
- `stores`: which file holds which folder's index.

It gets pages and gives hits; it never reads Markdown files itself.
"""

from .index import Hit, Index, IndexedPage, SearchUnavailable, Totals, is_available
from .stores import Stores

__all__ = [
    "Hit",
    "Index",
    "IndexedPage",
    "SearchUnavailable",
    "Stores",
    "Totals",
    "is_available",
]
