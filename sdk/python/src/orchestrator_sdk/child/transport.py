"""The socket to the host, on the event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from orchestrator_sdk.child.frames import FrameError, FrameReader, frame

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

#: As much is taken from the socket at once, in bytes.
READ = 256 * 1024
#: Waiting frames are written together up to this many bytes.
TOGETHER = 256 * 1024
#: With more than this many bytes waiting for the host, whoever can wait does.
HIGH_WATER = 1024 * 1024


class Transport:
    """Reads and writes frames. Used on the loop's thread alone.

    What is sent goes to the socket at once: the plugin's code may hold the thread for long after
    it, and an item that waits for the loop's next turn would not be live. Only what the socket does
    not take is kept, and then written together. How much is kept is bounded by its senders: items
    and calls wait for `room`, log records are dropped, and the rest are answers to single messages
    of the host.
    """

    def __init__(
        self,
        sock: socket.socket,
        on_frame: Callable[[bytearray], None],
        on_end: Callable[[str], None],
    ) -> None:
        """`on_end` is called once, with the reason, when nothing can be received any more."""
        self._sock = sock
        self._on_frame = on_frame
        self._on_end = on_end
        self._reader = FrameReader()
        self._waiting: deque[bytes | memoryview] = deque()
        self._size = 0
        self._room: asyncio.Future[None] | None = None
        self._ended = False
        self._loop = asyncio.get_running_loop()
        sock.setblocking(False)
        self._loop.add_reader(sock, self._readable)

    @property
    def waiting(self) -> int:
        """Bytes that the host has not taken yet."""
        return self._size

    @property
    def crowded(self) -> bool:
        """Whether who can wait should, with `room`."""
        return self._size >= HIGH_WATER

    def send(self, payload: bytes) -> None:
        """Sends one frame. Does nothing once the transport has ended."""
        if self._ended:
            return
        data = frame(payload)
        if not self._waiting:
            sent = self._write(data)
            if sent == len(data):
                return
            self._loop.add_writer(self._sock, self._writable)
            self._waiting.append(memoryview(data)[sent:])
            self._size = len(data) - sent
        else:
            self._waiting.append(data)
            self._size += len(data)

    async def room(self) -> None:
        """Waits until less than `HIGH_WATER` bytes wait for the host, or it is gone."""
        while self.crowded and not self._ended:
            if self._room is None:
                self._room = self._loop.create_future()
            # Several may wait for the same; one that is cancelled must not cancel the others' wait.
            await asyncio.shield(self._room)

    async def flushed(self) -> None:
        """Waits until the host took everything, or is gone."""
        while self._size and not self._ended:
            self._room = self._room or self._loop.create_future()
            await asyncio.shield(self._room)

    def close(self) -> None:
        """Stops reading and writing. The descriptor stays open until the process exits."""
        self._end()

    def abandon(self) -> None:
        """Closes the copy of the socket in a process that was forked from the plugin's."""
        self._ended = True
        self._sock.close()

    def _write(self, data: bytes | memoryview) -> int:
        try:
            return self._sock.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as error:
            # Told from the loop: the sender is in the middle of something.
            self._loop.call_soon(self._over, f"the host can't be written to: {error}")
            return 0

    def _writable(self) -> None:
        data = self._next()
        sent = self._write(data)
        self._size -= sent
        if sent < len(data):
            self._waiting.appendleft(memoryview(data)[sent:])
        if not self._waiting:
            self._loop.remove_writer(self._sock)
        if self._size < HIGH_WATER:
            self._wake()

    def _next(self) -> bytes | memoryview:
        """What is to be written next: many small frames together, or one large one."""
        data = self._waiting.popleft()
        if len(data) >= TOGETHER or not self._waiting:
            return data
        parts, size = [data], len(data)
        while self._waiting and size + len(self._waiting[0]) <= TOGETHER:
            parts.append(self._waiting.popleft())
            size += len(parts[-1])
        return b"".join(parts)

    def _wake(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

    def _readable(self) -> None:
        try:
            data = self._sock.recv(READ)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._over(f"the host can't be read from: {error}")
            return
        if not data:
            self._over("the host closed the session")
            return
        try:
            messages = self._reader.feed(data)
        except FrameError as error:
            self._over(str(error))
            return
        for message in messages:
            if self._ended:
                return
            self._on_frame(message)

    def _over(self, reason: str) -> None:
        if not self._ended:
            self._end()
            self._on_end(reason)

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        self._loop.remove_reader(self._sock)
        self._loop.remove_writer(self._sock)
        self._waiting.clear()
        self._size = 0
        self._wake()
