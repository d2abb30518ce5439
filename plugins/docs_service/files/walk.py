"""What a folder holds: the files that are meant, and what was passed over and why."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from .folder import is_inside
from .globs import Globs


@dataclass(frozen=True)
class Found:
    """A file as it was when it was seen."""

    path: str
    """Relative to the folder, with `/`."""
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Skipped:
    """What was passed over, and why."""

    path: str
    reason: str


@dataclass
class Listing:
    """The files in the order of their paths."""

    files: list[Found] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def walk(root: Path, include: Globs, exclude: Globs, max_files: int) -> Listing:
    """Lists at most `max_files` files in `root`.

    Hidden files and folders are not entered. Links to folders are not followed, so there are no
    loops; a link to a file is one more path to it, as long as the file is in `root`.
    """
    listing = Listing()
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(root / folder) as entries:
                names = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            listing.skipped.append(Skipped(folder or ".", error.strerror or str(error)))
            continue
        inner = []
        for entry in names:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name.startswith(".") or exclude.match(path):
                continue
            if not entry.name.isprintable():
                # Also names that are not UTF-8, which can't be shown.
                listing.skipped.append(Skipped(ascii(path), "its name can't be shown"))
            elif entry.is_dir(follow_symlinks=False):
                inner.append(path)
            elif entry.is_symlink() and os.path.isdir(entry.path):
                listing.skipped.append(Skipped(path, "a symbolic link to a folder"))
            elif include.match(path):
                if len(listing.files) == max_files:
                    reason = f"from here on, because there are more than {max_files} files"
                    listing.skipped.append(Skipped(path, f"{reason}, which is `max_files`"))
                    return _in_order(listing)
                _add(listing, root, path, entry)
        folders.extend(reversed(inner))
    return _in_order(listing)


def _add(listing: Listing, root: Path, path: str, entry: os.DirEntry[str]) -> None:
    try:
        if entry.is_symlink() and not is_inside(Path(entry.path).resolve(strict=True), root):
            listing.skipped.append(Skipped(path, "a symbolic link that leads outside the folder"))
            return
        status = entry.stat()
    except (OSError, RuntimeError) as error:
        # RuntimeError is what Python before 3.13 says to a loop of links.
        reason = getattr(error, "strerror", None) or str(error)
        listing.skipped.append(Skipped(path, reason))
        return
    if stat.S_ISREG(status.st_mode):
        listing.files.append(Found(path, status.st_size, status.st_mtime_ns))
    else:
        listing.skipped.append(Skipped(path, "not a regular file"))


def _in_order(listing: Listing) -> Listing:
    listing.files.sort(key=lambda found: found.path)
    return listing
