"""A host for tests: the other end of a real child's socket."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

SDK = Path(__file__).resolve().parents[2] / "src"
Message = dict[str, Any]

#: Longer than anything takes here; a test that waits for it fails.
PATIENCE = 30.0
INITIAL = {"items": 256, "bytes": 1024 * 1024}


class FakeHost:
    """Starts a child and talks with it, one message after the other."""

    def __init__(
        self,
        *,
        site: bool = False,
        interpreter: str = sys.executable,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        ours, theirs = socket.socketpair()
        flags = ["-I", "-B", "-u", "-X", "utf8", *([] if site else ["-S"])]
        code = (
            f"import sys; sys.path.insert(0, {str(SDK)!r}); "
            "from orchestrator_sdk.child import main; main()"
        )

        def to_descriptor_3() -> None:
            os.dup2(theirs.fileno(), 3)
            os.set_inheritable(3, True)

        self.process = subprocess.Popen(
            [interpreter, *flags, "-c", code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(3,),
            preexec_fn=to_descriptor_3,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        theirs.close()
        self.socket = ours
        self.socket.settimeout(PATIENCE)
        self._printed: list[bytes] = [b"", b""]
        self._news = threading.Condition()
        self._threads = [
            threading.Thread(target=self._drain, args=(index, stream), daemon=True)
            for index, stream in enumerate((self.process.stdout, self.process.stderr))
        ]
        for thread in self._threads:
            thread.start()
        #: Log lines and other messages that nobody waited for.
        self.aside: list[Message] = []
        self._next_id = 1
        self._greeted = False

    # The wire

    def send_bytes(self, payload: bytes) -> None:
        self.socket.sendall(len(payload).to_bytes(4, "little") + payload)

    def send(self, message: Mapping[str, Any]) -> None:
        self.send_bytes(json.dumps(message, ensure_ascii=False).encode())

    def receive(self) -> Message:
        """The next message, chunks put together. Raises `EOFError` when the child is gone."""
        text = ""
        while True:
            message = json.loads(self._exactly(int.from_bytes(self._exactly(4), "little")))
            if message["type"] != "chunk":
                return message  # type: ignore[no-any-return]
            text += message["text"]
            if message["last"]:
                return json.loads(text)  # type: ignore[no-any-return]

    def until(self, wanted: Callable[[Message], bool]) -> Message:
        """The next message that is wanted; what comes before it is kept in `aside`."""
        for index, message in enumerate(self.aside):
            if wanted(message):
                return self.aside.pop(index)
        while True:
            message = self.receive()
            if wanted(message):
                return message
            self.aside.append(message)

    def expect(self, kind: str, **fields: Any) -> Message:
        """The next message of a type, with these fields."""
        wanted = {"type": kind, **fields}
        return self.until(lambda message: wanted.items() <= message.items())

    # The session

    def greet(self) -> Message:
        self._greeted = True
        self.send({"type": "hello", "protocol": {"major": 1, "minor": 0}, "software": "a test"})
        return self.expect("hello")

    def initialize(
        self,
        folder: Path,
        config: Mapping[str, Any] | None = None,
        permissions: Sequence[Message] = (),
        **declared: Any,
    ) -> Message:
        """Greets and initializes; the child's answer."""
        if not self._greeted:
            self.greet()
        data = folder.parent / "data"
        data.mkdir(exist_ok=True)
        self.send(
            {
                "type": "initialize",
                "name": "tested",
                "config": {"log_level": "DEBUG", **(config or {})},
                "plugin_dir": str(folder),
                "data_dir": str(data),
                "project_dir": str(folder.parent),
                "declared": declared,
                "permissions": permissions,
            }
        )
        return self.until(lambda m: m["type"] in ("initialized", "initialize_failed"))

    def open(self, target: Mapping[str, Any], credit: Mapping[str, int] = INITIAL) -> int:
        """Opens a call; its number."""
        number = self._next_id
        self._next_id += 1
        self.send({"type": "call", "id": number, "target": target, "credit": credit})
        return number

    def agent(self, name: str = "worker", request: Any = None) -> int:
        return self.open({"kind": "agent", "name": name, "request": request or {"task": "t"}})

    def workflow(self, name: str = "flow", config: Any = None, context: Any = None) -> int:
        return self.open(
            {
                "kind": "workflow",
                "name": name,
                "requirements": "do it",
                "config": config,
                "context": context or {},
            }
        )

    def hook(self, hook: str, handler: str, *args: Any) -> Message:
        """Delivers a hook; the reply."""
        target = {"kind": "hook", "hook": hook, "handler": handler, "args": args}
        return self.end(self.open(target))  # type: ignore[no-any-return]

    def items(self, number: int, *, patient: bool = True) -> Iterator[Any]:
        """The items of a call until its end, with credit given for each if `patient`."""
        while True:
            message = self.until(lambda m: m.get("id") == number and m["type"] in _ANSWERS)
            if message["type"] != "item":
                self.aside.append(message)
                return
            size = len(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())
            if patient:
                more = {"items": 1, "bytes": size}
                self.send({"type": "credit", "id": number, "more": more})
            yield message["value"]

    def end(self, number: int) -> Any:
        """What a call ended with; an error fails the test."""
        last = self.last(number)
        assert last["type"] == "end", last
        return last.get("value")

    def error(self, number: int) -> Message:
        """The error that a call ended with."""
        last = self.last(number)
        assert last["type"] == "error", last
        return last["error"]  # type: ignore[no-any-return]

    def last(self, number: int) -> Message:
        return self.until(lambda m: m.get("id") == number and m["type"] in ("end", "error"))

    def log(self, text: str) -> Message:
        """The log line that contains a text."""
        return self.until(lambda m: m["type"] == "log" and text in m["message"])

    def alive(self) -> bool:
        """Whether the child answers; what it said before is in `aside` then."""
        self.send({"type": "ping", "nonce": 77})
        return self.expect("pong", nonce=77) is not None

    # The end

    def shutdown(self, deadline_ms: int = 5000) -> Message:
        """Asks the child to close; its farewell."""
        self.send({"type": "shutdown", "deadline_ms": deadline_ms})
        return self.expect("bye")

    def exit(self) -> int:
        """Waits for the process to end; its status."""
        return self.process.wait(PATIENCE)

    def printed(self) -> tuple[str, str]:
        """What the child wrote to standard output and standard error, once it has ended."""
        self.exit()
        for thread in self._threads:
            thread.join(PATIENCE)
        return self._printed[0].decode(), self._printed[1].decode()

    def until_printed(self, text: str) -> None:
        """Waits until the child has printed a text, without reading its socket."""
        with self._news:
            assert self._news.wait_for(lambda: text.encode() in self._printed[0], PATIENCE)

    def close(self) -> None:
        self.socket.close()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _exactly(self, length: int) -> bytes:
        parts = b""
        while len(parts) < length:
            part = self.socket.recv(min(1 << 20, length - len(parts)))
            if not part:
                raise EOFError(f"the child is gone: {self.printed()}")
            parts += part
        return parts

    def _drain(self, index: int, stream: Any) -> None:
        for data in iter(lambda: stream.read1(65536), b""):
            with self._news:
                self._printed[index] += data
                self._news.notify_all()


_ANSWERS = ("item", "end", "error")
