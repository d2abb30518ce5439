"""Calls in both directions: credit, cancellation, nesting, limits."""

from __future__ import annotations

import pytest

PLUGIN = """
class Worker(BaseAgent):
    async def _execute_task(self, request):
        kind = request["task"]
        if kind == "many":
            for number in range(request["count"]):
                yield f"{number}"
        elif kind == "large":
            yield "x" * request["size"]
            yield "after"
        elif kind == "wait":
            yield "waiting"
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                logger.info("noticed")
                raise
            finally:
                logger.info("cleaned up")
        elif kind == "clean_up_in_generator":
            try:
                while True:
                    yield "x" * 1000
            finally:
                logger.info("cleaned up")
        elif kind == "swallow":
            yield "waiting"
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                pass
            yield "went on"
        elif kind == "nested":
            yield await self._run_agent("other", {"task": "below"})
        elif kind == "number":
            yield 7
        elif kind == "raise":
            yield "so far"
            raise ValueError("no good")
        elif kind == "exit":
            sys.exit(3)

class Flow(BaseWorkflow):
    async def execute(self, requirements, config=None):
        async def one(number):
            try:
                return await self._run_agent("other", {"task": str(number)})
            except Exception as error:
                return f"{type(error).__name__}: {error} ({getattr(error, 'kind', None)})"
        texts = await asyncio.gather(*(one(n) for n in range(config["runs"])))
        yield {"type": "final_result", "status": "completed", "results": texts}

class P(BasePlugin):
    def get_agents(self):
        return {"worker": Worker}
    def get_workflows(self):
        return {"flow": Flow}
"""


@pytest.fixture
def host(folder, start):
    host = start()
    assert host.initialize(folder(PLUGIN))["type"] == "initialized"
    return host


def test_a_stream_stops_at_its_credit_and_goes_on_with_more(host):
    request = {"task": "many", "count": 10}
    target = {"kind": "agent", "name": "worker", "request": request}
    call = host.open(target, {"items": 3, "bytes": 1000})
    first = [host.expect("item", id=call)["value"] for _ in range(3)]
    assert first == ["0", "1", "2"]
    assert host.alive()
    assert not host.aside, "nothing more came before the answer to the ping"
    host.send({"type": "credit", "id": call, "more": {"items": 100, "bytes": 10_000}})
    assert list(host.items(call, patient=False)) == [str(n) for n in range(3, 10)]


def test_an_item_larger_than_the_window_passes_alone(host):
    request = {"task": "large", "size": 5000}
    target = {"kind": "agent", "name": "worker", "request": request}
    call = host.open(target, {"items": 4, "bytes": 10})
    assert len(host.expect("item", id=call)["value"]) == 5000
    assert host.alive() and not host.aside
    host.send({"type": "credit", "id": call, "more": {"items": 1, "bytes": 5040}})
    assert host.expect("item", id=call)["value"] == "after"


@pytest.mark.parametrize("size", [20_000_000, 60_000_000])
def test_large_items_arrive_in_pieces(host, size):
    call = host.agent(request={"task": "large", "size": size})
    first = next(host.items(call))
    assert len(first) == size
    assert list(host.items(call)) == ["after"]


def test_an_item_beyond_the_limit_fails_its_call_in_words(host):
    call = host.agent(request={"task": "large", "size": 70_000_000})
    error = host.error(call)
    assert error["kind"] == "failed"
    assert "the agent worker yielded what can't be sent" in error["message"]
    assert host.alive()


def test_a_request_in_pieces_arrives(host):
    import json

    text = json.dumps(
        {
            "type": "call",
            "id": 900,
            "target": {
                "kind": "agent",
                "name": "worker",
                "request": {"task": "large", "size": 3, "context": "ü" * 10_000_000},
            },
            "credit": {"items": 10, "bytes": 1000},
        },
        ensure_ascii=False,
    )
    middle = len(text) // 2
    host.send({"type": "chunk", "message": 5, "text": text[:middle], "last": False})
    assert host.alive(), "other messages may come between"
    host.send({"type": "chunk", "message": 5, "text": text[middle:], "last": True})
    assert list(host.items(900, patient=False)) == ["xxx", "after"]


def test_cancelling_is_felt_in_the_authors_code_and_answered(host):
    call = host.agent(request={"task": "wait"})
    host.expect("item", id=call)
    host.send({"type": "cancel", "id": call, "reason": "enough"})
    assert host.error(call) == {"kind": "cancelled", "message": "enough"}
    host.log("noticed")
    host.log("cleaned up")


def test_cancelling_a_call_before_its_first_step_is_answered(host):
    # Both messages in one write, so that the cancel is there before the call's task runs.
    call = {
        "type": "call",
        "id": 40,
        "target": {"kind": "agent", "name": "worker", "request": {"task": "wait"}},
        "credit": {"items": 1, "bytes": 1},
    }
    import json

    both = b"".join(
        len(data).to_bytes(4, "little") + data
        for data in (
            json.dumps(call).encode(),
            json.dumps({"type": "cancel", "id": 40, "reason": "at once"}).encode(),
        )
    )
    host.socket.sendall(both)
    assert host.error(40) == {"kind": "cancelled", "message": "at once"}


def test_cancelling_while_waiting_for_credit_runs_the_generators_end(host):
    call = host.agent(request={"task": "clean_up_in_generator"})
    host.expect("item", id=call)
    host.send({"type": "cancel", "id": call})
    assert host.error(call)["kind"] == "cancelled"
    host.log("cleaned up")


def test_cancelling_what_is_over_or_never_was_is_no_error(host):
    call = host.agent(request={"task": "many", "count": 1})
    list(host.items(call))
    host.last(call)
    host.send({"type": "cancel", "id": call})
    host.send({"type": "cancel", "id": 4711})
    assert host.alive() and not host.aside


def test_code_that_swallows_its_cancellation_goes_on(host):
    call = host.agent(request={"task": "swallow"})
    host.expect("item", id=call)
    host.send({"type": "cancel", "id": call})
    assert list(host.items(call)) == ["went on"]
    assert host.end(call) is None


def test_a_nested_run_names_its_parent_and_is_cancelled_with_it(host):
    call = host.agent(request={"task": "nested"})
    nested = host.expect("call")
    assert nested["parent"] == call
    assert nested["target"] == {
        "kind": "run_agent",
        "name": "other",
        "request": {"task": "below"},
        "stream": False,
    }
    host.send({"type": "cancel", "id": call, "reason": "stop"})
    assert host.error(call)["kind"] == "cancelled"
    assert host.expect("cancel")["id"] == nested["id"]


def test_a_nested_runs_text_comes_back(host):
    call = host.agent(request={"task": "nested"})
    nested = host.expect("call")
    host.send({"type": "end", "id": nested["id"], "value": {"output": "from below"}})
    assert list(host.items(call)) == ["from below"]


def test_text_that_the_host_did_not_keep_is_said_in_the_log(host):
    call = host.agent(request={"task": "nested"})
    nested = host.expect("call")
    value = {"output": "from below", "dropped_bytes": 12}
    host.send({"type": "end", "id": nested["id"], "value": value})
    assert list(host.items(call)) == ["from below"]
    assert host.log("12 bytes more than the host keeps")["level"] == "warning"


def test_failures_of_nested_runs_have_the_exceptions_that_authors_expect(host):
    call = host.workflow(config={"runs": 2})
    kinds = ["permission_denied", "not_found"]
    for kind in kinds:
        nested = host.expect("call")
        error = {"kind": kind, "message": f"because {kind}"}
        host.send({"type": "error", "id": nested["id"], "error": error})
    (result,) = host.items(call)
    assert result["results"] == [
        "PermissionError: because permission_denied (None)",
        "AgentError: because not_found (not_found)",
    ]


def test_many_runs_at_once_keep_to_the_hosts_limit_and_all_come_through(host):
    call = host.workflow(config={"runs": 200})
    open_now, most = [], 0
    for _ in range(200):
        while True:
            message = host.receive()
            if message["type"] == "call":
                open_now.append(message)
            most = max(most, len(open_now))
            if len(open_now) == 64 or message["target"]["request"]["task"] == "199":
                break
        first = open_now.pop(0)
        value = {"output": first["target"]["request"]["task"]}
        host.send({"type": "end", "id": first["id"], "value": value})
        if most == 64 and first["target"]["request"]["task"] == "136":
            break
    for rest in open_now:
        value = {"output": rest["target"]["request"]["task"]}
        host.send({"type": "end", "id": rest["id"], "value": value})
    (result,) = host.items(call)
    assert most == 64
    assert result["results"] == [str(n) for n in range(200)]


def test_two_hundred_calls_at_once(host):
    calls = [host.agent(request={"task": "many", "count": 20}) for _ in range(200)]
    for call in calls:
        assert list(host.items(call, patient=False)) == [str(n) for n in range(20)]
        assert host.end(call) is None


def test_an_item_that_is_no_text_is_an_error_that_names_its_type(host):
    error = host.error(host.agent(request={"task": "number"}))
    assert "yielded an int" in error["message"]


def test_an_exception_comes_with_its_place_in_the_authors_code(host):
    call = host.agent(request={"task": "raise"})
    assert list(host.items(call)) == ["so far"]
    error = host.error(call)
    assert (error["kind"], error["message"]) == ("failed", "ValueError: no good")
    assert 'File "main.py", line ' in error["traceback"]
    assert 'raise ValueError("no good")' in error["traceback"]
    assert "orchestrator_sdk/" not in error["traceback"]


def test_sys_exit_in_a_call_fails_the_call_alone(host):
    error = host.error(host.agent(request={"task": "exit"}))
    assert error["message"] == "SystemExit: 3"
    assert host.alive()


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ({"kind": "agent", "name": "nobody", "request": {}}, "not_found"),
        ({"kind": "workflow", "name": "no", "requirements": "", "config": None}, "not_found"),
        (
            {"kind": "hook", "hook": "pre_workflow_execution", "handler": "h", "args": []},
            "not_found",
        ),
        ({"kind": "api", "method": "GET", "path": "/"}, "not_found"),
        ({"kind": "fly"}, "invalid_request"),
        ({"kind": "agent"}, "invalid_request"),
        ({"kind": "hook", "handler": "h"}, "invalid_request"),
    ],
)
def test_what_can_not_be_called_is_answered(host, target, kind):
    assert host.error(host.open(target))["kind"] == kind


def test_a_parent_that_is_not_open_and_a_number_in_use_are_refused(host):
    target = {"kind": "agent", "name": "worker", "request": {"task": "wait"}}
    credit = {"items": 1, "bytes": 1}
    call = {"type": "call", "id": 70, "target": target, "credit": credit}
    host.send({**call, "parent": 12})
    assert host.error(70)["kind"] == "invalid_request"
    host.send(call)
    host.expect("item", id=70)
    host.send(call)
    assert host.error(70)["kind"] == "protocol"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"not json",
        b"[]",
        b"7",
        b'{"type":7}',
        b'{"type":"later","id":1}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"type":"credit","id":1}',
        b'{"type":"item","id":"x"}',
        b'{"type":"chunk","message":"x"}',
        b'{"type":"bye"}',
    ],
)
def test_messages_that_can_not_be_understood_are_rejected_and_the_session_goes_on(host, payload):
    host.send_bytes(payload)
    assert host.expect("rejected")["reason"]
    assert host.alive()


def test_a_call_that_can_not_be_understood_fails_alone(host):
    host.send({"type": "call", "id": 8, "target": 3, "credit": {"items": 1, "bytes": 1}})
    assert host.error(8)["kind"] == "invalid_request"


def test_unknown_fields_are_ignored(host):
    host.send({"type": "ping", "nonce": 5, "colour": "red"})
    assert host.expect("pong")["nonce"] == 5


def test_a_frame_beyond_the_limit_ends_the_session(host):
    host.socket.sendall((16 * 1024 * 1024 + 1).to_bytes(4, "little"))
    assert host.exit() == 0


def test_a_message_in_pieces_beyond_the_limit_ends_the_session(host):
    for _ in range(17):
        host.send({"type": "chunk", "message": 1, "text": "x" * (4 << 20), "last": False})
    assert host.exit() == 0
