"""Calls that the host opened on the plugin."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from orchestrator_sdk.child.chunks import TooLong
from orchestrator_sdk.child.errors import CANCELLED, FAILED, INVALID_REQUEST, CallError
from orchestrator_sdk.child.messages import NotJson, encode
from orchestrator_sdk.child.window import Window

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from orchestrator_sdk.child.peer import Peer


class Incoming:
    """One call to answer.

    Exactly one `end` or `error` is sent for it, whatever becomes of its task.
    """

    __slots__ = (
        "_answered",
        "_peer",
        "_prefix",
        "_task",
        "_window",
        "id",
        "parent",
        "reason",
        "target",
    )

    def __init__(
        self,
        peer: Peer,
        number: int,
        parent: int | None,
        target: dict[str, Any],
        credit: tuple[int, int],
    ) -> None:
        self.id = number
        #: The call of ours that it is made within.
        self.parent = parent
        self.target = target
        #: Why it was cancelled, once it is.
        self.reason: str | None = None
        self._peer = peer
        self._window = Window(*credit)
        self._prefix = f'{{"type":"item","id":{number},"value":'
        self._task: asyncio.Task[None] | None = None
        self._answered = False

    @property
    def task(self) -> asyncio.Task[None] | None:
        """The task that answers it, once there is one."""
        return self._task

    def serve(self, work: Coroutine[Any, Any, Any]) -> None:
        """Answers with what `work` returns or raises, on a task of its own."""
        self._task = asyncio.get_running_loop().create_task(self._answer(work))
        # A task that is cancelled before its first step never runs, and has to be answered all the
        # same.
        self._task.add_done_callback(lambda _: self._cancelled())
        self._task.add_done_callback(lambda _: work.close())

    def refuse(self, error: CallError) -> None:
        """Answers with an error, at once."""
        self._peer.send({"type": "error", "id": self.id, "error": error.to_json()})
        self._over()

    def cancel(self, reason: str) -> None:
        """The host, or the end of the session, wants no more. The first reason counts."""
        if self.reason is None:
            self.reason = reason
            if self._task is not None:
                self._task.cancel()

    async def item(self, value: Any) -> None:
        """Sends an item, waiting for credit.

        Raises `NotJson` or `TooLong` for one that can't be sent.
        """
        encoded = self._peer.encode(self._prefix + encode(value) + "}")
        if not self._window.try_take(encoded.size):
            await self._window.take(encoded.size)
        await self._peer.send_encoded(encoded)

    def credit(self, items: int, size: int) -> None:
        """The host's consumer took items."""
        self._window.give(items, size)

    async def _answer(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            value = await work
        except asyncio.CancelledError:
            self._cancelled()
        except CallError as error:
            await self._error(error)
        else:
            await self._end(value)

    async def _end(self, value: Any) -> None:
        try:
            text = "" if value is None else f',"value":{encode(value)}'
            encoded = self._peer.encode(f'{{"type":"end","id":{self.id}{text}}}')
        except (NotJson, TooLong) as error:
            await self._error(CallError(INVALID_REQUEST, f"the answer can't be sent: {error}"))
            return
        await self._peer.send_encoded(encoded)
        self._over()

    async def _error(self, error: CallError) -> None:
        encoded = self._peer.encode(
            encode({"type": "error", "id": self.id, "error": error.to_json()})
        )
        await self._peer.send_encoded(encoded)
        self._over()

    def _cancelled(self) -> None:
        if not self._answered:
            reason = "it was cancelled by its own code" if self.reason is None else self.reason
            kind = FAILED if self.reason is None else CANCELLED
            self.refuse(CallError(kind, reason))

    def _over(self) -> None:
        self._answered = True
        self._peer.forget(self.id)
