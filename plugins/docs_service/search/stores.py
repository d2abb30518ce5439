"""Which file holds which folder's index."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from ..settings import Settings
from .index import Index

_MAX_FILES = 8


class Stores:
    """The indexes in a folder of the plugin's own. What is indexed and how makes the file's name,
    so that a run with other globs does not disturb the index that the API searches."""

    def __init__(self, data_dir: Path) -> None:
        self._dir = data_dir

    def open(self, root: Path, settings: Settings) -> Index:
        """The index of `root` with these settings; the ones not used for longest make room for
        it."""
        chosen = [os.fspath(root), settings.include, settings.exclude, settings.max_file_bytes]
        digest = hashlib.sha256(json.dumps(chosen).encode()).hexdigest()
        path = self._dir / f"index-{digest[:16]}.db"
        self._dir.mkdir(parents=True, exist_ok=True)
        if path.exists():
            os.utime(path)
        else:
            self._make_room()
        return Index(path)

    def _make_room(self) -> None:
        files = sorted(self._dir.glob("index-*.db"), key=lambda file: file.stat().st_mtime_ns)
        for old in files[: max(0, len(files) - _MAX_FILES + 1)]:
            Index(old).remove()
