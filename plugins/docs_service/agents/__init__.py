"""The agents: one indexes, three check. Each is a thin layer that turns what happens into lines."""

from .checkers import HeadingChecker, LinkChecker, TermChecker
from .docs_indexer import DocsIndexer

__all__ = ["DocsIndexer", "HeadingChecker", "LinkChecker", "TermChecker"]
