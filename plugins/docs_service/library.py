"""A folder of Markdown: which pages there are, and each of them read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from .files import Globs, Listing, Unreadable, is_inside, read_text, walk
from .markdown import Page, read_page
from .settings import Settings

_Stamp = tuple[int, int]


class PageCache:
    """Pages that were read, by path and by the file's size and time; shared by all libraries and
    threads.

    Several checkers read the same pages soon after another. Bounded by the bytes of the files; the
    page that was not asked for longest goes first.
    """

    def __init__(self, max_bytes: int = 32 * 1024 * 1024) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._pages: OrderedDict[tuple[Path, str], tuple[_Stamp, Page]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[Path, str], stamp: _Stamp) -> Page | None:
        """The page, if its file is still as it was."""
        with self._lock:
            held = self._pages.get(key)
            if held is None or held[0] != stamp:
                return None
            self._pages.move_to_end(key)
            return held[1]

    def put(self, key: tuple[Path, str], stamp: _Stamp, page: Page) -> None:
        """Keeps a page in the place of what is held for its path."""
        with self._lock:
            old = self._pages.pop(key, None)
            self._bytes += stamp[0] - (old[0][0] if old else 0)
            self._pages[key] = (stamp, page)
            while self._bytes > self._max_bytes:
                _, (dropped, _) = self._pages.popitem(last=False)
                self._bytes -= dropped[0]


class Library:
    """The pages in `root`, as `settings` choose them. All methods read files and may be called on
    any thread."""

    def __init__(self, root: Path, project: Path, settings: Settings, cache: PageCache) -> None:
        self.root = root
        self.settings = settings
        self._cache = cache
        # Links may leave the folder, but not the project; a folder outside the project is its own
        # border.
        self.border = project if is_inside(root, project) else root

    def listing(self) -> Listing:
        """Which files there are now."""
        chosen = self.settings
        return walk(self.root, Globs(chosen.include), Globs(chosen.exclude), chosen.max_files)

    def page(self, path: str) -> Page:
        """The page at `path`, relative to the folder; raises `Unreadable`."""
        full = self.root / path
        try:
            status = full.stat()
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from error
        stamp = (status.st_size, status.st_mtime_ns)
        held = self._cache.get((self.root, path), stamp)
        if held is not None and status.st_size <= self.settings.max_file_bytes:
            return held
        page = read_page(path, read_text(full, self.settings.max_file_bytes))
        self._cache.put((self.root, path), stamp, page)
        return page
