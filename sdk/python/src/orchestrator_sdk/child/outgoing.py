"""Calls that the plugin opened on the host."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from orchestrator_sdk.child.errors import PROTOCOL, UNAVAILABLE, CallError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from orchestrator_sdk.child.peer import Peer

#: What a call starts with: items, and bytes of their messages, that may be under way to its
#: consumer.
CREDIT_ITEMS = 256
CREDIT_BYTES = 1024 * 1024


class OpenCall:
    """A call in progress: an asynchronous iterator over its items; after the last, see `value`.

    Whoever opened it must `close` it, which cancels it on the host if it is not over.
    """

    __slots__ = (
        "_bytes_left",
        "_error",
        "_items_left",
        "_outstanding",
        "_peer",
        "_queue",
        "_release",
        "_taken_bytes",
        "_taken_items",
        "_waiter",
        "id",
        "over",
        "value",
    )

    def __init__(self, peer: Peer, number: int, release: Callable[[], None]) -> None:
        """`release` is called once, when the call is over or closed."""
        self.id = number
        #: What the call ended with.
        self.value: Any = None
        #: Whether its end or its error arrived.
        self.over = False
        self._peer = peer
        self._release: Callable[[], None] | None = release
        self._error: CallError | None = None
        # Bounded by the credit: what exceeds it ends the call instead of being queued.
        self._queue: deque[tuple[Any, int]] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._items_left, self._bytes_left, self._outstanding = CREDIT_ITEMS, CREDIT_BYTES, 0
        self._taken_items = self._taken_bytes = 0

    def __aiter__(self) -> OpenCall:
        return self

    async def __anext__(self) -> Any:
        """The next item. Raises `CallError` if the call failed."""
        while not self._queue:
            if self._error is not None:
                raise self._error
            if self.over:
                raise StopAsyncIteration
            # The host may be waiting too, with an item that needs the whole window.
            self._give_all_back()
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        value, size = self._queue.popleft()
        self._give_back(size)
        return value

    async def result(self) -> Any:
        """Waits for the end, passing over items, and return its value. Raises `CallError`."""
        async for _ in self:
            pass
        return self.value

    def close(self, reason: str = "the caller went away") -> None:
        """Wants no more.

        Cancels the call on the host if it is not over; what still comes is ignored.
        """
        if self._peer.outgoing.pop(self.id, None) is not None:
            self._peer.cancel_children(self.id, reason)
            self._peer.send({"type": "cancel", "id": self.id, "reason": reason})
        self._freed()

    def item(self, value: Any, size: int) -> None:
        """An item arrived.

        One beyond the credit ends the call: its sender can't be trusted to stop.
        """
        fits = self._items_left > 0 and self._bytes_left >= size
        if not fits and self._outstanding > 0:
            reason = "more was sent than the credit allowed"
            self.close(reason)
            self.finish(None, CallError(PROTOCOL, reason))
            return
        self._items_left -= 1
        self._bytes_left -= size
        self._outstanding += 1
        self._queue.append((value, size))
        self._wake()

    def finish(self, value: Any, error: CallError | None) -> None:
        """The end or the error arrived, or the session is over."""
        self.value, self._error, self.over = value, error, True
        self._freed()
        self._wake()

    def lost(self, reason: str) -> None:
        """The session is over."""
        self.finish(None, CallError(UNAVAILABLE, reason))

    def _freed(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _give_back(self, size: int) -> None:
        """Gives credit in halves of the window, so that a fast stream costs few messages."""
        self._taken_items += 1
        self._taken_bytes += size
        if self._taken_items * 2 >= CREDIT_ITEMS or self._taken_bytes * 2 >= CREDIT_BYTES:
            self._give_all_back()

    def _give_all_back(self) -> None:
        if self._taken_items == 0:
            return
        items, size = self._taken_items, self._taken_bytes
        self._taken_items = self._taken_bytes = 0
        self._items_left += items
        self._bytes_left += size
        self._outstanding -= min(items, self._outstanding)
        if not self.over:
            more = {"items": items, "bytes": size}
            self._peer.send({"type": "credit", "id": self.id, "more": more})
