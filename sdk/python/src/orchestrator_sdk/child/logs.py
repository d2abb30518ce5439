"""Everything that Python logs, as lines of the host's log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
from typing import TYPE_CHECKING

from orchestrator_sdk import context
from orchestrator_sdk.child import tracebacks
from orchestrator_sdk.child.messages import NotJson, encode

if TYPE_CHECKING:
    from typing import Any

    from orchestrator_sdk.child.peer import Peer
    from orchestrator_sdk.child.transport import Transport

#: With more than this many bytes waiting for the host, or records of other threads for the loop,
#: records are dropped.
MAX_WAITING_BYTES = 512 * 1024
MAX_WAITING_RECORDS = 2000
#: Characters of a record's message, and of one of its fields; and how many fields.
MAX_MESSAGE = 16_000
MAX_FIELD = 4_000
MAX_FIELDS = 32

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LogHandler(logging.Handler):
    """The root logger's handler. Records may come from any thread."""

    def __init__(self, transport: Transport, peer: Peer) -> None:
        super().__init__()
        self._transport = transport
        self._peer = peer
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._dropped = 0
        self._handed_over = 0
        self._count_lock = threading.Lock()
        self._forked = False
        os.register_at_fork(after_in_child=self._in_fork)

    def install(self) -> None:
        """Takes over the root logger and Python's warnings."""
        root = logging.getLogger()
        root.addHandler(self)
        root.setLevel(logging.INFO)
        logging.captureWarnings(True)

    def emit(self, record: logging.LogRecord) -> None:
        """Sends a record to the host, or drops it if the host is too slow. Never raises."""
        if self._forked:
            print(f"{record.levelname} {record.name}: {record.msg}", file=sys.stderr)
            return
        if threading.get_ident() == self._thread:
            self._send(self._message(record))
            return
        with self._count_lock:
            room = self._handed_over < MAX_WAITING_RECORDS
            self._handed_over += room
            self._dropped += not room
        if room:
            # A loop that is closed takes nothing: the process is about to exit.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._take_over, self._message(record))

    def tell(self, text: str, **fields: str) -> None:
        """Sends a warning to the host, past every other handler. From any thread."""
        named = {"name": __name__, "levelno": logging.WARNING, "levelname": "WARNING", "msg": text}
        self.emit(logging.makeLogRecord({**named, **fields}))

    def unhandled(self, _loop: asyncio.AbstractEventLoop, happened: dict[str, Any]) -> None:
        """The loop's exception handler: what a task left unsaid becomes a line of the log."""
        error = happened.get("exception")
        if isinstance(error, (SystemExit, KeyboardInterrupt)):
            # The loop let it through, and the session has told of it.
            return
        what = str(happened.get("message", "an exception was not handled"))
        task = happened.get("task") or happened.get("future")
        name = task.get_name() if isinstance(task, asyncio.Task) else None
        if name is not None and isinstance(error, BaseException):
            what = f"the background task {name} failed: {tracebacks.one_line(error)}"
        given = (
            (type(error), error, error.__traceback__) if isinstance(error, BaseException) else None
        )
        logging.getLogger("asyncio").error("%s", what, exc_info=given)

    def flush_dropped(self) -> None:
        """Says how many records were dropped, if any were."""
        with self._count_lock:
            dropped, self._dropped = self._dropped, 0
        if dropped:
            text = f"{dropped} log records were dropped: they came faster than the host took them"
            self._peer.send({"type": "log", "level": "warning", "message": text})

    def _take_over(self, text: str) -> None:
        with self._count_lock:
            self._handed_over -= 1
        self._send(text)

    def _send(self, text: str) -> None:
        if self._transport.waiting > MAX_WAITING_BYTES:
            with self._count_lock:
                self._dropped += 1
            return
        if self._dropped:
            self.flush_dropped()
        self._transport.send(text.encode("utf-8", "replace"))

    def _message(self, record: logging.LogRecord) -> str:
        try:
            said = record.getMessage()
        except Exception as error:
            said = f"{record.msg!r} (its arguments do not fit: {tracebacks.one_line(error)})"
        message: dict[str, Any] = {
            "type": "log",
            "level": _level(record.levelno),
            "message": _cut(said, MAX_MESSAGE),
            "fields": _fields(record),
        }
        call = context.current()
        # A task that outlived its call speaks for the plugin alone.
        if call is not None and call.id in self._peer.incoming:
            message["parent"] = call.id
        return encode(message)

    def _in_fork(self) -> None:
        # The socket is the parent's: two that write to it would destroy the framing.
        self._forked = True
        self._transport.abandon()


def _level(number: int) -> str:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warning"
    return "info" if number >= logging.INFO else "debug"


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = {"logger": record.name}
    extra = [key for key in vars(record) if key not in _STANDARD]
    for key in extra[:MAX_FIELDS]:
        fields[str(key)] = _plain(vars(record)[key])
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if error is not None:
        fields["traceback"] = tracebacks.describe(error)
    return fields


def _plain(value: object) -> Any:
    """The value itself if it is JSON and not large, else what it looks like."""
    if value is None or isinstance(value, (bool, int, float)):
        return value if value == value and abs(value or 0) < 2**63 else str(value)
    try:
        text = value if isinstance(value, str) else encode(value)
        whole = len(text) <= MAX_FIELD
    except NotJson:
        text, whole = _looks(value), False
    return value if whole else _cut(text, MAX_FIELD)


def _looks(value: object) -> str:
    try:
        return repr(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most} characters left out)"
