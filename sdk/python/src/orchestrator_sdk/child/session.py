"""The plugin's life: greeting, initialization, calls, farewell."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING

from orchestrator_sdk.child import stopping
from orchestrator_sdk.child.attempts import Attempts
from orchestrator_sdk.child.chunks import TooLong
from orchestrator_sdk.child.errors import FAILED, UNAVAILABLE, CallError
from orchestrator_sdk.child.host import HostLink
from orchestrator_sdk.child.logs import LogHandler
from orchestrator_sdk.child.peer import Peer
from orchestrator_sdk.child.process import MAJOR, MINOR
from orchestrator_sdk.child.reach import Reach
from orchestrator_sdk.child.transport import Transport

if TYPE_CHECKING:
    import socket
    from typing import Any

    from orchestrator_sdk.child.incoming import Incoming
    from orchestrator_sdk.child.serving import Ready

#: What is left for the farewell when nobody says how long it may take, in seconds.
_QUICK = 1.0
#: What a plugin says and a host does not.
_OURS = frozenset(("initialized", "initialize_failed", "bye", "log"))
#: Heard, and of no consequence here.
_IGNORED = frozenset(("pong", "rejected"))


class Session:
    """One plugin's session with the host."""

    def __init__(self, loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
        self._loop = loop
        self._sock = sock

    async def live(self) -> None:
        """Follows the host's messages until it, or a signal, ends the session."""
        self._ending: asyncio.Future[float] = self._loop.create_future()
        self._transport = Transport(self._sock, self._receive, self._lost)
        self._peer = Peer(self._transport, self._call, self._message)
        self._host = HostLink(self._peer)
        self._logs = LogHandler(self._transport, self._peer)
        self._logs.install()
        self._starting: asyncio.Task[None] | None = None
        self._ready: Ready | None = None
        # The loop's own way would use `inspect`, which is left unread (see `deferring`).
        signal.signal(signal.SIGTERM, self._terminated)
        self._loop.set_exception_handler(self._logs.unhandled)
        reach = Reach.taken()
        attempts = None if reach is None else Attempts(reach, self._logs.tell)
        if attempts is not None:
            attempts.watch()
        limit = await self._ending
        problem = await stopping.stop(self._peer, self._starting, self._ready, limit)
        if attempts is not None:
            attempts.flush()
        self._logs.flush_dropped()
        bye = {"type": "bye"} if problem is None else {"type": "bye", "error": problem}
        self._peer.send(bye)
        await stopping.at_most(self._transport.flushed(), _QUICK)

    def exit_asked(self, by: BaseException) -> None:
        """The plugin's code raised `SystemExit` where nobody catches it: the end, in order."""
        logging.getLogger(__name__).error("the plugin's code ended its own process", exc_info=by)
        self._end(_QUICK)

    def _receive(self, frame: bytearray) -> None:
        try:
            self._peer.receive(frame)
        except TooLong as error:
            self._transport.close()
            self._lost(str(error))

    def _lost(self, reason: str) -> None:
        """The host is gone: end as quickly as may be."""
        self._peer.close(reason)
        self._end(_QUICK)

    def _terminated(self, *_: object) -> None:
        # In the middle of whatever code is running; and a loop that waits is to wake up.
        self._loop.call_soon_threadsafe(self._end, _QUICK)

    def _end(self, limit: float) -> None:
        if not self._ending.done():
            self._ending.set_result(limit)

    def _call(self, call: Incoming) -> None:
        if self._ready is None or self._ending.done():
            text = "the plugin is not ready for calls: it is still starting, or shutting down"
            call.refuse(CallError(UNAVAILABLE, text))
        else:
            call.serve(self._ready.answer(call))

    def _message(self, kind: str, message: dict[str, Any]) -> None:
        if kind == "ping":
            self._peer.send({"type": "pong", "nonce": message.get("nonce", 0)})
        elif kind == "hello":
            self._hello(message)
        elif kind == "initialize":
            self._initialize(message)
        elif kind == "permissions_changed":
            self._host.told(message.get("granted"))
        elif kind == "shutdown":
            limit = message.get("deadline_ms")
            self._end(limit / 1000 if isinstance(limit, int) else _QUICK)
        elif kind in _OURS:
            self._peer.reject("a plugin does not take this")
        elif kind not in _IGNORED:
            self._peer.reject(f"a message of the unknown type `{kind}`")

    def _hello(self, message: dict[str, Any]) -> None:
        protocol = message.get("protocol")
        theirs = protocol if isinstance(protocol, dict) else {}
        if theirs.get("major") != MAJOR:
            version = f"{theirs.get('major')}.{theirs.get('minor')}"
            text = (
                f"the plugin's SDK speaks protocol {MAJOR}.{MINOR}, {message.get('software')} "
                f"speaks {version}; start the plugin with the host's own SDK"
            )
            self._failed(CallError(FAILED, text))

    def _initialize(self, message: dict[str, Any]) -> None:
        if self._starting is not None:
            self._peer.reject("the plugin is initialized already")
        else:
            self._host.told(message.get("permissions"))
            self._starting = self._loop.create_task(self._start(message))

    async def _start(self, message: dict[str, Any]) -> None:
        from orchestrator_sdk.child.starting import start

        try:
            ready = await start(message, self._host)
            encoded = self._peer.encode(ready.described())
        except CallError as error:
            self._failed(error)
            return
        # Calls are taken from the moment that the host hears of them.
        self._ready = ready
        self._peer.send_encoded(encoded)

    def _failed(self, error: CallError) -> None:
        self._peer.send({"type": "initialize_failed", "error": error.to_json()})
