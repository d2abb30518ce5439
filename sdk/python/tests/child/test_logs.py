"""Logging: levels, fields, threads, floods."""

from __future__ import annotations

import pytest

PLUGIN = """
import warnings

class Worker(BaseAgent):
    async def _execute_task(self, request):
        kind = request["task"]
        if kind == "levels":
            for level in (10, 20, 30, 40, 50):
                logger.log(level, "level %d", level)
        elif kind == "fields":
            extra = {"count": 3, "path": os, "large": "x" * 100_000, "nan": float("nan")}
            logger.info("with fields", extra=extra)
        elif kind == "exception":
            try:
                {}["key"]
            except KeyError:
                logger.exception("it failed")
        elif kind == "failure":
            {}["key"]
        elif kind == "bad":
            logger.info("%d items", "three")
            logger.info("x" * 100_000)
        elif kind == "thread":
            await asyncio.to_thread(logger.info, "from to_thread")
            thread = threading.Thread(target=logger.info, args=("from a thread",))
            thread.start()
            thread.join()
        elif kind == "flood":
            for number in range(20_000):
                logger.info("line %d " + "x" * 200, number)
            print("flooded")
        elif kind == "thread_flood":
            def flood():
                for number in range(20_000):
                    logger.info("line %d", number)
            thread = threading.Thread(target=flood)
            thread.start()
            thread.join()
            print("flooded")
        elif kind == "warning":
            warnings.warn("old ways", DeprecationWarning)
            warnings.warn("odd ways")
        elif kind == "task":
            async def background():
                await asyncio.sleep(0)
                raise ValueError("nobody looks")
            asyncio.create_task(background(), name="sync")
            del background
            await asyncio.sleep(0.05)
            import gc
            gc.collect()
        elif kind == "later":
            async def later():
                await asyncio.sleep(0.1)
                logger.info("after the call")
            self.__class__.kept = asyncio.create_task(later())
        elif kind == "child":
            logging.getLogger("somewhere.else").debug("a library speaks")
        yield "done"

class P(BasePlugin):
    async def initialize(self):
        self.logger.info("starting")
    def get_agents(self):
        return {"worker": Worker}
"""


@pytest.fixture
def host(folder, start):
    host = start()
    assert host.initialize(folder(PLUGIN))["type"] == "initialized"
    return host


def done(host, task: str) -> int:
    call = host.agent(request={"task": task})
    assert list(host.items(call)) == ["done"]
    return call


def test_a_record_has_its_level_logger_and_call(host):
    assert "parent" not in host.log("starting")
    call = done(host, "levels")
    for number, level in (
        (10, "debug"),
        (20, "info"),
        (30, "warning"),
        (40, "error"),
        (50, "error"),
    ):
        line = host.log(f"level {number}")
        assert (line["level"], line["parent"]) == (level, call)
        assert line["fields"] == {"logger": "plugins.a_plugin.main"}


def test_the_level_comes_from_the_config(folder, start):
    host = start()
    host.initialize(folder(PLUGIN), {"log_level": "warning"})
    done(host, "levels")
    said = [m["message"] for m in host.aside if m["type"] == "log"]
    assert said == ["level 30", "level 40", "level 50"]


def test_fields_are_json_and_bounded(host):
    done(host, "fields")
    fields = host.log("with fields")["fields"]
    assert fields["count"] == 3
    assert fields["path"].startswith("<module 'os'")
    assert fields["large"].endswith("… (96000 characters left out)")
    assert fields["nan"] == "nan"


def test_an_exception_comes_with_its_trimmed_traceback(host):
    done(host, "exception")
    traceback = host.log("it failed")["fields"]["traceback"]
    assert traceback.startswith('Traceback (most recent call last):\n  File "main.py", line ')
    assert traceback.endswith("KeyError: 'key'")


def test_an_exception_that_ends_a_call_is_logged_within_it(host):
    call = host.agent(request={"task": "failure"})
    line = host.log("the agent worker failed: KeyError: 'key'")
    assert (line["level"], line["parent"]) == ("error", call)
    assert '{}["key"]' in line["fields"]["traceback"]


def test_a_record_that_can_not_be_written_is_shown_as_far_as_it_goes(host):
    done(host, "bad")
    assert "its arguments do not fit" in host.log("%d items")["message"]
    assert len(host.log("xxxx")["message"]) < 20_000


def test_records_come_from_any_thread(host):
    call = done(host, "thread")
    assert host.log("from to_thread")["parent"] == call
    assert "parent" not in host.log("from a thread")


@pytest.mark.parametrize("task", ["flood", "thread_flood"])
def test_a_flood_that_the_host_does_not_take_is_dropped_with_a_count(host, task):
    call = host.agent(request={"task": task})
    # The flood does not wait for the host: it is over before anything of it was read.
    host.until_printed("flooded")
    assert list(host.items(call)) == ["done"]
    host.shutdown()
    said = [m["message"] for m in host.aside if m["type"] == "log"]
    counted = [int(m.split()[0]) for m in said if "log records were dropped" in m]
    arrived = sum(m.startswith("line ") for m in said)
    assert 0 < arrived < 20_000
    assert arrived + sum(counted) == 20_000


def test_warnings_are_logged(host):
    done(host, "warning")
    assert host.log("odd ways")["level"] == "warning"


def test_what_a_background_task_raises_is_logged(host):
    done(host, "task")
    line = host.log("the background task sync failed: ValueError: nobody looks")
    assert line["level"] == "error"
    assert 'raise ValueError("nobody looks")' in line["fields"]["traceback"]


def test_a_task_that_outlives_its_call_speaks_for_the_plugin(host):
    done(host, "later")
    assert "parent" not in host.log("after the call")


def test_libraries_are_heard_too(host):
    done(host, "child")
    assert host.log("a library speaks")["fields"]["logger"] == "somewhere.else"
