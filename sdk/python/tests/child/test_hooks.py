"""Hooks: what a handler returns, and what becomes of its failures."""

from __future__ import annotations

import pytest

PLUGIN = """
from orchestrator_sdk import HookDenied, SupplyOutput

async def changed(context):
    context["enhanced"] = True
    return context

async def unchanged(context):
    context["enhanced"] = True

async def denied(context):
    raise HookDenied("not on Fridays")

async def fails(context):
    return context["missing"]

def plain(context):
    time.sleep(0.2)
    context["thread"] = threading.current_thread() is not threading.main_thread()
    return context

async def waits(context):
    try:
        await asyncio.sleep(3600)
    finally:
        logger.info("cleaned up")

async def no_json(context):
    return {"when": object()}

async def no_dict(context):
    return "text"

async def after(context, result):
    result["seen"] = context["run_id"]
    return result

async def keeps(context, request):
    return SupplyOutput(f"{request['task']} of last time")

async def marks(context, output):
    return f"[{context['run_id']}] {output}"

async def counts(batch):
    logger.info("%s events, first %s", len(batch["events"]), batch["events"][0]["type"])

async def ends(run, status, reason):
    logger.info("%s is %s: %s", BaseWorkflow({}).context["run_id"], status, reason)

async def hides(request, response):
    logger.info("within %s", BaseWorkflow({}).context)
    return {**response, "body": request["path"]}

class P(BasePlugin):
    def register_hooks(self, hook_manager):
        hook_manager.register("pre_agent_execution", keeps, priority=3, timeout=1.5)
        hook_manager.register("post_agent_execution", marks)
        hook_manager.register("run_event", counts)
        hook_manager.register("run_end", ends)
        hook_manager.register("post_api_request", hides)
        for handler in (changed, unchanged, denied, fails, plain, waits, no_json, no_dict):
            hook_manager.register("pre_workflow_execution", handler)
        hook_manager.register("post_workflow_execution", after)
"""
BEFORE = "pre_workflow_execution"


@pytest.fixture
def host(folder, start):
    host = start()
    assert host.initialize(folder(PLUGIN))["type"] == "initialized"
    return host


def test_what_a_handler_returns_replaces_the_payload(host):
    reply = host.hook(BEFORE, "changed", {"run_id": "1"})
    assert reply == {"outcome": "changed", "value": {"run_id": "1", "enhanced": True}}


def test_nothing_returned_means_unchanged(host):
    assert host.hook(BEFORE, "unchanged", {}) == {"outcome": "unchanged"}


def test_a_handler_gets_the_payloads_parts_by_position(host):
    reply = host.hook("post_workflow_execution", "after", {"run_id": "7"}, {"status": "completed"})
    assert reply == {"outcome": "changed", "value": {"status": "completed", "seen": "7"}}


def test_denying_is_no_failure(host):
    assert host.hook(BEFORE, "denied", {}) == {"outcome": "denied", "reason": "not on Fridays"}


def test_an_agents_output_can_be_supplied_and_changed(host):
    reply = host.hook("pre_agent_execution", "keeps", {"run_id": "7"}, {"task": "sums"})
    assert reply == {"outcome": "supplied", "output": "sums of last time"}
    reply = host.hook("post_agent_execution", "marks", {"run_id": "7"}, "12")
    assert reply == {"outcome": "changed", "value": "[7] 12"}


def test_a_run_is_observed_by_events_and_its_end(host):
    batch = {"run_id": 7, "events": [{"type": "a"}, {"type": "b"}], "dropped": 0}
    assert host.hook("run_event", "counts", batch) == {"outcome": "unchanged"}
    host.log("2 events, first a")
    reply = host.hook("run_end", "ends", {"run_id": 7}, "failed", "no tea")
    assert reply == {"outcome": "unchanged"}
    host.log("7 is failed: no tea")


def test_a_request_is_no_workflows_context(host):
    request, response = {"path": "/tea"}, {"status": 200, "body": "secret"}
    reply = host.hook("post_api_request", "hides", request, response)
    assert reply == {"outcome": "changed", "value": {"status": 200, "body": "/tea"}}
    host.log("within {}")


@pytest.mark.parametrize(
    ("handler", "said"), [("fails", "KeyError: 'missing'"), ("no_dict", "returned str")]
)
def test_a_failure_comes_with_its_traceback(host, handler, said):
    reply = host.hook(BEFORE, handler, {})
    assert reply["outcome"] == "failed"
    assert said in reply["error"]["message"]
    if handler == "fails":
        assert 'return context["missing"]' in reply["error"]["traceback"]


def test_an_answer_that_is_no_json_fails_in_words(host):
    target = {"kind": "hook", "hook": BEFORE, "handler": "no_json", "args": [{}]}
    error = host.error(host.open(target))
    assert "object is not JSON serializable" in error["message"]


def test_a_plain_function_does_not_block_the_others(host):
    target = {"kind": "hook", "hook": BEFORE, "handler": "plain", "args": [{}]}
    call = host.open(target)
    assert host.alive() and not host.aside
    assert host.end(call)["value"]["thread"] is True


def test_a_handler_can_be_cancelled(host):
    target = {"kind": "hook", "hook": BEFORE, "handler": "waits", "args": [{}]}
    call = host.open(target)
    assert host.alive()
    host.send({"type": "cancel", "id": call, "reason": "it takes too long"})
    assert host.error(call) == {"kind": "cancelled", "message": "it takes too long"}
    host.log("cleaned up")
