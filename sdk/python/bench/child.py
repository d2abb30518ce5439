"""Measures a child: `python bench/child.py [interpreter ...]`, from `sdk/python`.

Prints for each interpreter: milliseconds from its start to `hello` and to `initialized` (a plugin
without dependencies, the SDK compiled, as the host does it), the median round trip of a hook in
microseconds, and items per second of an agent, with the host as a busy Python reader.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from child import fake_host
from child.fake_host import FakeHost

STARTS = 15
ROUND_TRIPS = 3000
ITEMS = 100_000

PLUGIN = """
from plugins.base import BasePlugin
from agents.base_agent import BaseAgent

class Worker(BaseAgent):
    async def _execute_task(self, request):
        for number in range(request["items"]):
            yield "a line of an agent's output, as long as most are\\n"

async def before(context):
    return context

class Measured(BasePlugin):
    def get_agents(self):
        return {"worker": Worker}

    def register_hooks(self, hook_manager):
        hook_manager.register("pre_workflow_execution", before)
"""


def started(interpreter: str, folder: Path) -> tuple[FakeHost, float, float]:
    begin = time.perf_counter()
    host = FakeHost(interpreter=interpreter)
    host.greet()
    greeted = time.perf_counter()
    answer = host.initialize(folder)
    assert answer["type"] == "initialized", answer
    return host, 1000 * (greeted - begin), 1000 * (time.perf_counter() - begin)


def round_trip(host: FakeHost) -> float:
    target = {"kind": "hook", "hook": "pre_workflow_execution", "handler": "before"}
    target["args"] = [{"run_id": "1", "requirements": "measure"}]  # type: ignore[assignment]
    took = []
    for _ in range(ROUND_TRIPS):
        begin = time.perf_counter()
        host.end(host.open(target))
        took.append(time.perf_counter() - begin)
    return 1e6 * statistics.median(took)


def items_per_second(host: FakeHost, items: int, size: int) -> float:
    """With a window as the host's, given back in halves; frames are counted, and not parsed."""
    credit = {"items": items, "bytes": size}
    request = {"kind": "agent", "name": "worker", "request": {"items": ITEMS}}
    begin = time.perf_counter()
    call = host.open(request, credit)
    seen = given = used = 0
    buffer = bytearray()
    while True:
        buffer += host.socket.recv(1 << 18)
        start = 0
        while len(buffer) - start >= 4:
            length = int.from_bytes(buffer[start : start + 4], "little")
            if len(buffer) - start < 4 + length:
                break
            if buffer[start + 4 : start + 18] == b'{"type":"end",':
                return seen / (time.perf_counter() - begin)
            start += 4 + length
            seen += 1
            used += length
            if (seen - given) * 2 >= items:
                more = {"items": seen - given, "bytes": used}
                host.send({"type": "credit", "id": call, "more": more})
                given, used = seen, 0
        del buffer[:start]


def measure(interpreter: str, folder: Path) -> None:
    version = subprocess.check_output([interpreter, "-V"], text=True).strip()
    hello, ready = [], []
    for _ in range(STARTS):
        host, greeted, initialized = started(interpreter, folder)
        host.close()
        hello.append(greeted)
        ready.append(initialized)
    host, _, _ = started(interpreter, folder)
    result = {
        "hello_ms": f"{statistics.median(hello):.0f} (least {min(hello):.0f})",
        "initialized_ms": f"{statistics.median(ready):.0f} (least {min(ready):.0f})",
        "round_trip_us": f"{round_trip(host):.0f}",
        "items_per_s": f"{items_per_second(host, 256, 1 << 20):.0f}",
    }
    host.close()
    print(version, json.dumps(result))


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "measured"
        folder.mkdir()
        (folder / "main.py").write_text(PLUGIN)
        sdk = Path(place) / "sdk"
        shutil.copytree(fake_host.SDK, sdk, ignore=shutil.ignore_patterns("__pycache__"))
        fake_host.SDK = sdk
        for interpreter in sys.argv[1:] or [sys.executable]:
            compile_it = "import compileall, sys; compileall.compile_dir(sys.argv[1], quiet=1)"
            subprocess.run([interpreter, "-c", compile_it, str(sdk)], check=True)
            measure(interpreter, folder)


if __name__ == "__main__":
    main()
