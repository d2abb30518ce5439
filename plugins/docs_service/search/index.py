"""One folder's index, with SQLite's full-text search (FTS5) and its BM25 ranking.

Every section of a page is a document of its own, so that a hit leads to its heading. Every call
opens the database anew, which takes a fraction of a millisecond and makes an index usable on any
thread.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..files import Found
from ..markdown import Heading, Page
from .query import count_words, expressions

# Raise it when the tables change; an index with another number is made anew.
_VERSION = 1
_TABLES = (
    "CREATE TABLE pages (id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL,"
    " size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,"
    " title TEXT NOT NULL, words INTEGER NOT NULL, outline TEXT NOT NULL)",
    "CREATE TABLE sections (id INTEGER PRIMARY KEY, page INTEGER NOT NULL REFERENCES pages,"
    " anchor TEXT NOT NULL, line INTEGER NOT NULL)",
    "CREATE INDEX sections_of_page ON sections (page)",
    # Its row numbers are those of `sections`.
    "CREATE VIRTUAL TABLE texts USING fts5 (title, heading, body,"
    " tokenize = 'porter unicode61 remove_diacritics 2')",
    f"PRAGMA user_version = {_VERSION}",
)
# A word in the page's title or the section's heading says more than one in the text.
_WEIGHTS = "3.0, 5.0, 1.0"
_SNIPPET_WORDS = 24
_BUSY_SECONDS = 5.0


class SearchUnavailable(Exception):
    """Nothing can be searched; says why and what helps."""


@dataclass(frozen=True)
class Hit:
    """A section that was found. A higher score is a better match, and comparable within one search
    alone."""

    path: str
    title: str
    heading: str
    anchor: str
    """Empty for the text before the first heading."""
    line: int
    snippet: str
    score: float


@dataclass(frozen=True)
class IndexedPage:
    """A page as the index knows it."""

    path: str
    title: str
    words: int
    outline: list[Heading]


@dataclass(frozen=True)
class Totals:
    """How much is in the index."""

    pages: int
    sections: int
    words: int


def is_available() -> bool:
    """Whether this Python's SQLite has FTS5."""
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute("CREATE VIRTUAL TABLE probe USING fts5 (text)")
        except sqlite3.OperationalError:
            return False
    return True


class Index:
    """The index in the file `path`, which need not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def remove(self) -> None:
        """Removes the file and what SQLite keeps beside it."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def stamps(self) -> dict[str, tuple[int, int]]:
        """Size and time of every page's file when it was indexed."""
        with self._open() as database:
            rows = database.execute("SELECT path, size, mtime_ns FROM pages")
            return {path: (size, mtime_ns) for path, size, mtime_ns in rows}

    def put(self, pages: Iterable[tuple[Found, Page]]) -> None:
        """Takes pages up, in the place of what they were before; all of them or, on an error,
        none."""
        with self._open() as database:
            for found, page in pages:
                self._drop(database, found.path)
                self._add(database, found, page)

    def drop(self, paths: Iterable[str]) -> None:
        """Forgets pages."""
        with self._open() as database:
            for path in paths:
                self._drop(database, path)

    def totals(self) -> Totals:
        """How much is in the index."""
        with self._open() as database:
            pages, words = database.execute(
                "SELECT count(*), coalesce(sum(words), 0) FROM pages"
            ).fetchone()
            (sections,) = database.execute("SELECT count(*) FROM sections").fetchone()
            return Totals(pages, sections, words)

    def pages(self, limit: int, offset: int = 0) -> list[IndexedPage]:
        """Pages in the order of their paths."""
        query = "SELECT path, title, words, outline FROM pages ORDER BY path LIMIT ? OFFSET ?"
        with self._open() as database:
            return [_indexed(*row) for row in database.execute(query, (limit, offset))]

    def page(self, path: str) -> IndexedPage | None:
        """One page."""
        query = "SELECT path, title, words, outline FROM pages WHERE path = ?"
        with self._open() as database:
            row = database.execute(query, (path,)).fetchone()
            return _indexed(*row) if row else None

    def search(self, text: str, limit: int) -> list[Hit]:
        """The best sections for the words in `text`, the best first."""
        query = f"""
            SELECT pages.path, pages.title, texts.heading, sections.anchor, sections.line,
                   snippet(texts, 2, '', '', '…', {_SNIPPET_WORDS}),
                   bm25(texts, {_WEIGHTS}) AS badness
            FROM texts JOIN sections ON sections.id = texts.rowid
                 JOIN pages ON pages.id = sections.page
            WHERE texts MATCH ? ORDER BY badness, pages.path, sections.line LIMIT ?
        """
        with self._open() as database:
            for expression in expressions(text):
                rows = database.execute(query, (expression, limit)).fetchall()
                if rows:
                    return [
                        Hit(path, title, heading, anchor, line, " ".join(body.split()), -badness)
                        for path, title, heading, anchor, line, body, badness in rows
                    ]
        return []

    @staticmethod
    def _drop(database: sqlite3.Connection, path: str) -> None:
        page = database.execute("SELECT id FROM pages WHERE path = ?", (path,)).fetchone()
        if page is not None:
            database.execute(
                "DELETE FROM texts WHERE rowid IN (SELECT id FROM sections WHERE page = ?)", page
            )
            database.execute("DELETE FROM sections WHERE page = ?", page)
            database.execute("DELETE FROM pages WHERE id = ?", page)

    @staticmethod
    def _add(database: sqlite3.Connection, found: Found, page: Page) -> None:
        outline = json.dumps([[h.level, h.text, h.anchor, h.line] for h in page.headings])
        words = sum(count_words(section.text) for section in page.sections)
        number = database.execute(
            "INSERT INTO pages (path, size, mtime_ns, title, words, outline)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (found.path, found.size, found.mtime_ns, page.title, words, outline),
        ).lastrowid
        for section in page.sections:
            heading, anchor = "", ""
            if section.heading is not None:
                heading, anchor = section.heading.text, section.heading.anchor
            row = database.execute(
                "INSERT INTO sections (page, anchor, line) VALUES (?, ?, ?)",
                (number, anchor, section.line),
            ).lastrowid
            database.execute(
                "INSERT INTO texts (rowid, title, heading, body) VALUES (?, ?, ?, ?)",
                (row, page.title, heading, section.text),
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction; it is undone if an exception ends it."""
        try:
            database = self._connect()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            # Not a database: nothing is lost that can't be read again.
            self.remove()
            database = self._connect()
        with closing(database), database:
            yield database

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=_BUSY_SECONDS)
        try:
            # A commit need not wait for the disk: whatever a power failure takes can be read again.
            database.execute("PRAGMA synchronous = OFF")
            if _version(database) != _VERSION:
                # Searches may read on while pages are taken up.
                database.execute("PRAGMA journal_mode = WAL")
                with database:
                    _make_tables(database)
        except BaseException:
            database.close()
            raise
        return database


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _make_tables(database: sqlite3.Connection) -> None:
    database.execute("BEGIN IMMEDIATE")
    if _version(database) == _VERSION:
        # Another process made them while this one waited.
        return
    for table in ("texts", "sections", "pages"):
        database.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _TABLES:
        database.execute(statement)


def _indexed(path: str, title: str, words: int, outline: str) -> IndexedPage:
    return IndexedPage(path, title, words, [Heading(*fields) for fields in json.loads(outline)])
