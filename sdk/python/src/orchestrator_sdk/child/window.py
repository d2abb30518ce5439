"""The sender's side of credit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


class Window:
    """How much may still be sent for one call. One task sends; it is the only one that waits."""

    __slots__ = ("_bytes", "_items", "_outstanding", "_waiter")

    def __init__(self, items: int, size: int) -> None:
        self._items = items
        self._bytes = size
        self._outstanding = 0
        self._waiter: asyncio.Future[Any] | None = None

    def try_take(self, size: int) -> bool:
        """Takes room for one item of `size` bytes, if there is any.

        With nothing outstanding there always is, so that an item larger than the window passes
        alone.
        """
        fits = self._items > 0 and self._bytes >= size
        if not fits and self._outstanding > 0:
            return False
        # Below zero after an item larger than the window: the credit that comes back for it must
        # not leave the window wider than it was.
        self._items -= 1
        self._bytes -= size
        self._outstanding += 1
        return True

    async def take(self, size: int) -> None:
        """Waits for room for one item of `size` bytes."""
        while not self.try_take(size):
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    def give(self, items: int, size: int) -> None:
        """The receiver's consumer took items."""
        self._items += items
        self._bytes += size
        self._outstanding = max(0, self._outstanding - items)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
