"""From the first message to the exit of the process."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING

from orchestrator_sdk import __version__
from orchestrator_sdk.child import deferring
from orchestrator_sdk.child.frames import frame

if TYPE_CHECKING:
    from typing import NoReturn

#: Where the host put its socket.
DESCRIPTOR = 3
#: The protocol's own version; a host of another major number is refused.
MAJOR, MINOR = 1, 2
#: Above what a program that counts its descriptors would guess.
_PRIVATE = 64
#: How long the interpreter's own farewells may take, in seconds.
_AT_EXIT = 2.0


def run() -> NoReturn:
    """Serves the plugin until the host ends it, then exits."""
    descriptor = _take()
    # Said before anything heavy is imported: the host knows at once that somebody is there.
    os.write(descriptor, frame(_hello()))
    _serve(descriptor)
    _leave()


def _take() -> int:
    """Moves the socket away from its low number, which the plugin's code may use or close."""
    import fcntl

    private = fcntl.fcntl(DESCRIPTOR, fcntl.F_DUPFD_CLOEXEC, _PRIVATE)
    # Standard input, which is empty, stays in its place: nothing that matters takes the number.
    os.dup2(0, DESCRIPTOR, inheritable=False)
    return private


def _hello() -> bytes:
    software = f"orchestrator-sdk {__version__}, Python {sys.version.split()[0]}"
    protocol = f'{{"major":{MAJOR},"minor":{MINOR}}}'
    return f'{{"type":"hello","protocol":{protocol},"software":"{software}"}}'.encode()


def _serve(descriptor: int) -> None:
    # Modules are no garbage: collecting while they are imported costs time and frees nothing.
    gc.disable()
    with deferring.deferred():
        import asyncio
    import signal
    import socket

    from orchestrator_sdk.child.session import Session

    gc.enable()

    # The terminal's Ctrl-C is the host's to answer. A handler, and not "ignore", which programs
    # would inherit.
    signal.signal(signal.SIGINT, lambda *_: None)
    sock = socket.socket(fileno=descriptor)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    session = Session(loop, sock)
    life = loop.create_task(session.live())
    while not life.done():
        try:
            loop.run_until_complete(life)
        except (SystemExit, KeyboardInterrupt) as end:
            # A background task of the plugin's raised it, and the loop lets it through.
            session.exit_asked(end)


def _leave() -> NoReturn:
    """Exits even when threads of the plugin still run, or its exit handlers wait for them."""
    import atexit
    import threading

    watchdog = threading.Timer(_AT_EXIT, os._exit, (0,))
    watchdog.daemon = True
    watchdog.start()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        # It may be anything that the plugin put there, or a pipe that nobody reads any more.
        with contextlib.suppress(Exception):
            stream.flush()  # type: ignore[union-attr]
    os._exit(0)
