"""Calls that the host opened on the plugin."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from orchestrator_sdk.child.chunks import TooLong
from orchestrator_sdk.child.errors import CANCELLED, FAILED, CallError
from orchestrator_sdk.child.messages import NotJson, encode
from orchestrator_sdk.child.window import Window

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from orchestrator_sdk.child.peer import Encoded, Peer


class Incoming:
    """One call to answer.

    Exactly one `end` or `error` is sent for it, whatever becomes of its task.
    """

    __slots__ = (
        "_peer",
        "_prefix",
        "_task",
        "_unstarted",
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
        # What its task has not begun with yet.
        self._unstarted: Coroutine[Any, Any, Any] | None = None

    @property
    def task(self) -> asyncio.Task[None] | None:
        """The task that answers it, once there is one."""
        return self._task

    def serve(self, work: Coroutine[Any, Any, Any]) -> None:
        """Answers with what `work` returns or raises, on a task of its own."""
        self._unstarted = work
        self._task = asyncio.get_running_loop().create_task(self._answer(work))

    def refuse(self, error: CallError) -> None:
        """Answers with an error, at once."""
        self._peer.send({"type": "error", "id": self.id, "error": error.to_json()})
        self._peer.forget(self.id)

    def cancel(self, reason: str) -> None:
        """The host, or the end of the session, wants no more. The first reason counts."""
        if self.reason is not None or self._task is None:
            return
        self.reason = reason
        self._task.cancel()
        if self._unstarted is not None:
            # Its task will never run, and can't answer.
            self._unstarted.close()
            self._cancelled()

    async def item(self, value: Any) -> None:
        """Sends an item, waiting for credit.

        Raises `NotJson` or `TooLong` for one that can't be sent.
        """
        encoded = self._peer.encode(self._prefix + encode(value) + "}")
        if not self._window.try_take(encoded.size):
            await self._window.take(encoded.size)
        if self._peer.crowded:
            await self._peer.room()
        self._peer.send_encoded(encoded)

    def credit(self, items: int, size: int) -> None:
        """The host's consumer took items."""
        self._window.give(items, size)

    async def _answer(self, work: Coroutine[Any, Any, Any]) -> None:
        self._unstarted = None
        try:
            try:
                last = self._end(await work)
            except CallError as error:
                last = self._error(error)
            await self._peer.room()
        except asyncio.CancelledError:
            self._cancelled()
            return
        self._peer.send_encoded(last)
        self._peer.forget(self.id)

    def _end(self, value: Any) -> Encoded:
        text = "" if value is None else f',"value":{_json(value)}'
        try:
            return self._peer.encode(f'{{"type":"end","id":{self.id}{text}}}')
        except TooLong as error:
            raise _unsent(error) from None

    def _error(self, error: CallError) -> Encoded:
        message = {"type": "error", "id": self.id, "error": error.to_json()}
        return self._peer.encode(encode(message))

    def _cancelled(self) -> None:
        if self.reason is None:
            self.refuse(CallError(FAILED, "it was cancelled by its own code"))
        else:
            self.refuse(CallError(CANCELLED, self.reason))


def _json(value: Any) -> str:
    try:
        return encode(value)
    except NotJson as error:
        raise _unsent(error) from None


def _unsent(error: Exception) -> CallError:
    return CallError(FAILED, f"the answer can't be sent: {error}")
