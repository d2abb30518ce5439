"""A file's text, or why it can't be read."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class Unreadable(Exception):
    """Why a file's text can't be had, in words."""


def read_text(path: Path, max_bytes: int) -> str:
    """The UTF-8 text of a regular file of at most `max_bytes`; raises `Unreadable`."""
    try:
        # Without O_NONBLOCK, opening a pipe that came in the file's place would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Unreadable("it is not a regular file")
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    if len(data) > max_bytes:
        raise Unreadable(f"more than {max_bytes} bytes, which is `max_file_bytes`")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"not UTF-8: byte 0x{data[error.start]:02x} in line {line}") from error
