"""One end of a session: calls in both directions, with credit and cancellation.

Nothing here waits while a message is taken in, so that the reader of the socket never waits for the
consumer of one stream; what a consumer has not taken yet is bounded by the credit it gave. Used on
the loop's thread alone.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from orchestrator_sdk.child.chunks import Joiner, Splitter, TooLong
from orchestrator_sdk.child.errors import INVALID_REQUEST, PROTOCOL, UNAVAILABLE, CallError
from orchestrator_sdk.child.incoming import Incoming
from orchestrator_sdk.child.messages import decode, encode, to_bytes
from orchestrator_sdk.child.outgoing import CREDIT_BYTES, CREDIT_ITEMS, OpenCall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from orchestrator_sdk.child.transport import Transport

#: How many calls one side may have open on the other: in the session, and within one parent call.
MAX_CALLS = 1024
MAX_CALLS_PER_PARENT = 64


class Encoded:
    """A message ready for the wire, and its size in bytes, which is what credit counts."""

    __slots__ = ("payloads", "size")

    def __init__(self, payloads: Iterable[bytes], size: int) -> None:
        self.payloads = payloads
        self.size = size


class Peer:
    """This end.

    `on_call` gets the calls to answer, `on_message` the messages of the session itself.
    """

    def __init__(
        self,
        transport: Transport,
        on_call: Callable[[Incoming], None],
        on_message: Callable[[str, dict[str, Any]], None],
    ) -> None:
        self._transport = transport
        self._on_call = on_call
        self._on_message = on_message
        self._next_id = 1
        self._closed: str | None = None
        self._splitter = Splitter()
        self._joiner = Joiner()
        #: Calls opened by the host.
        self.incoming: dict[int, Incoming] = {}
        #: Calls opened here.
        self.outgoing: dict[int, OpenCall] = {}
        self._slots: dict[int | None, asyncio.Semaphore] = {}

    # Sending

    def encode(self, text: str) -> Encoded:
        """Makes a message's text ready. Raises `TooLong`."""
        data = to_bytes(text)
        return Encoded(self._splitter.split(text, data), len(data))

    @property
    def crowded(self) -> bool:
        """Whether so much waits for the host that who can wait should."""
        return self._transport.crowded

    async def room(self) -> None:
        """Waits until the host has taken most of what was sent before."""
        await self._transport.room()

    def send_encoded(self, encoded: Encoded) -> None:
        """Sends a message at once; what is long, or one of many, when there is room."""
        for payload in encoded.payloads:
            self._transport.send(payload)

    def send(self, message: dict[str, Any]) -> None:
        """Sends a short message at once."""
        self._transport.send(to_bytes(encode(message)))

    async def open(self, target: dict[str, Any], parent: int | None) -> OpenCall:
        """Opens a call within the host's call `parent`, once that has fewer than its limit open.

        Raises `NotJson` or `TooLong` for a target that can't be sent.
        """
        credit = {"items": CREDIT_ITEMS, "bytes": CREDIT_BYTES}
        number = self._next_id
        self._next_id += 1
        message = {"type": "call", "id": number, "target": target, "credit": credit}
        if parent is not None:
            message["parent"] = parent
        encoded = self.encode(encode(message))
        slot = self._slots.setdefault(parent, asyncio.Semaphore(MAX_CALLS_PER_PARENT))
        await slot.acquire()
        call = OpenCall(self, number, slot.release)
        try:
            if self._closed is None:
                self.outgoing[number] = call
                await self.room()
                self.send_encoded(encoded)
        except asyncio.CancelledError:
            # It was never sent, so there is nothing to cancel.
            self.outgoing.pop(number, None)
            call.close()
            raise
        if self._closed is not None:
            call.lost(self._closed)
        return call

    def forget(self, number: int) -> None:
        """A call of the host's was answered."""
        self.incoming.pop(number, None)
        self._slots.pop(number, None)

    # Receiving

    def receive(self, frame: bytes | bytearray) -> None:
        """Takes in one frame. What can't be understood is answered, and the session goes on.

        Raises `TooLong` if the host sends more than a message may have; the session can't go on
        after that.
        """
        self._take(frame, in_pieces=False)

    def _take(self, frame: bytes | bytearray, in_pieces: bool) -> None:
        try:
            message = decode(frame)
        except ValueError as error:
            self.reject(f"a message could not be understood: {error}")
            return
        kind = message.get("type") if isinstance(message, dict) else None
        if not isinstance(kind, str):
            self.reject("a message could not be understood: it has no `type`")
            return
        if kind == "chunk" and not in_pieces:
            self._chunk(message)
            return
        take = _TAKEN.get(kind)
        if take is None:
            self._on_message(kind, message)
            return
        try:
            take(self, message, len(frame))
        except _Unreadable as error:
            self._unreadable(kind, message, str(error))

    def reject(self, reason: str) -> None:
        """Tells the host that its last message was not understood."""
        self.send({"type": "rejected", "reason": reason[:1000]})

    def close(self, reason: str) -> None:
        """Ends the session here: open calls fail with `reason`, those of the host are cancelled."""
        if self._closed is None:
            self._closed = reason
            for call in list(self.outgoing.values()):
                call.lost(reason)
            self.outgoing.clear()
            self.cancel_incoming(reason)

    def cancel_incoming(self, reason: str) -> None:
        """Cancels every call of the host's. They are still answered by their tasks."""
        for call in list(self.incoming.values()):
            call.cancel(reason)

    def tasks(self) -> list[asyncio.Task[None]]:
        """The tasks that answer the host's calls."""
        return [call.task for call in self.incoming.values() if call.task is not None]

    def cancel_children(self, parent: int, reason: str) -> None:
        """Cancels what the host called within our call `parent`."""
        for call in list(self.incoming.values()):
            if call.parent == parent:
                call.cancel(reason)

    def _chunk(self, message: dict[str, Any]) -> None:
        try:
            whole = self._joiner.add(message)
        except TooLong:
            raise
        except ValueError as error:
            self.reject(str(error))
            return
        if whole is not None:
            self._take(whole, in_pieces=True)

    def _call(self, message: dict[str, Any], _size: int) -> None:
        number, parent, target = (
            _number(message, "id"),
            message.get("parent"),
            message.get("target"),
        )
        if parent is not None:
            parent = _number(message, "parent")
        if not isinstance(target, dict) or not isinstance(target.get("kind"), str):
            raise _Unreadable("it has no target")
        call = Incoming(self, number, parent, target, _credit(message, "credit"))
        refusal = self._refusal(call)
        if refusal is not None:
            self.send({"type": "error", "id": number, "error": refusal.to_json()})
            return
        self.incoming[number] = call
        self._on_call(call)

    def _refusal(self, call: Incoming) -> CallError | None:
        if self._closed is not None:
            return CallError(UNAVAILABLE, "the session is over")
        if call.id in self.incoming:
            return CallError(PROTOCOL, f"the call id {call.id} is in use")
        within = call.parent is not None
        if within and call.parent not in self.outgoing:
            text = f"the call names call {call.parent} as its parent, which is not open"
            return CallError(INVALID_REQUEST, text)
        siblings = (
            sum(other.parent == call.parent for other in self.incoming.values()) if within else 0
        )
        if len(self.incoming) >= MAX_CALLS or siblings >= MAX_CALLS_PER_PARENT:
            text = (
                f"too many open calls; at most {MAX_CALLS}, and {MAX_CALLS_PER_PARENT} within one"
            )
            return CallError(UNAVAILABLE, text)
        return None

    def _item(self, message: dict[str, Any], size: int) -> None:
        # Items of a call that was closed here are on their way until the host has seen the cancel.
        call = self.outgoing.get(_number(message, "id"))
        if call is not None:
            call.item(message.get("value"), size)

    def _end(self, message: dict[str, Any], _size: int) -> None:
        self._finish(_number(message, "id"), message.get("value"), None)

    def _error(self, message: dict[str, Any], _size: int) -> None:
        error = CallError.from_json(message.get("error"))
        self._finish(_number(message, "id"), None, error)

    def _finish(self, number: int, value: Any, error: CallError | None) -> None:
        call = self.outgoing.pop(number, None)
        if call is not None:
            call.finish(value, error)
            self.cancel_children(number, "the call that it was made within is over")

    def _cancel(self, message: dict[str, Any], _size: int) -> None:
        call = self.incoming.get(_number(message, "id"))
        if call is not None:
            reason = message.get("reason")
            call.cancel(reason if isinstance(reason, str) else "")

    def _credit(self, message: dict[str, Any], _size: int) -> None:
        call = self.incoming.get(_number(message, "id"))
        more = _credit(message, "more")
        if call is not None:
            call.credit(*more)

    def _unreadable(self, kind: str, message: dict[str, Any], why: str) -> None:
        """A call that can't be understood fails alone; any other message is told to its sender."""
        number = message.get("id")
        if kind == "call" and type(number) is int:
            error = CallError(INVALID_REQUEST, f"the call could not be understood: {why}")
            self.send({"type": "error", "id": number, "error": error.to_json()})
        else:
            self.reject(f"a message of type `{kind}` could not be understood: {why}")


class _Unreadable(Exception):
    """A message of a wrong shape."""


def _number(message: dict[str, Any], key: str) -> int:
    value = message.get(key)
    if type(value) is not int or value < 0:
        raise _Unreadable(f"`{key}` must be a whole number")
    return value


def _credit(message: dict[str, Any], key: str) -> tuple[int, int]:
    credit = message.get(key)
    if not isinstance(credit, dict):
        raise _Unreadable(f"`{key}` must have `items` and `bytes`")
    return _number(credit, "items"), _number(credit, "bytes")


_TAKEN: dict[str, Callable[[Peer, dict[str, Any], int], None]] = {
    "call": Peer._call,
    "item": Peer._item,
    "end": Peer._end,
    "error": Peer._error,
    "cancel": Peer._cancel,
    "credit": Peer._credit,
}
