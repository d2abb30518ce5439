"""Registering handlers, and what their answers mean."""

import functools

import pytest

from orchestrator_sdk import HookDenied, HookManager, SupplyOutput
from orchestrator_sdk.hooks import HOOKS

PRE, POST = "pre_workflow_execution", "post_workflow_execution"


async def adds(context):
    context["added"] = True
    return context


def plain(context):
    return {**context, "plain": True}


def silent(context):
    return None


async def refuses(context):
    raise HookDenied("not on a Friday")


async def numbers(context):
    return 7


def delivered(handler):
    manager = HookManager()
    manager.register(PRE, handler)
    return manager.handlers[0].deliver([{"requirements": "r"}])


@pytest.mark.asyncio
async def test_what_a_handler_returns_replaces_the_payload():
    changed = {"outcome": "changed", "value": {"requirements": "r", "added": True}}
    assert await delivered(adds) == changed
    changed = {"outcome": "changed", "value": {"requirements": "r", "plain": True}}
    assert await delivered(plain) == changed
    assert await delivered(functools.partial(adds)) == await delivered(adds)


@pytest.mark.asyncio
async def test_nothing_means_unchanged_and_denying_is_explicit():
    assert await delivered(silent) == {"outcome": "unchanged"}
    assert await delivered(refuses) == {"outcome": "denied", "reason": "not on a Friday"}


@pytest.mark.asyncio
async def test_an_answer_that_is_no_dict_is_said_in_words():
    with pytest.raises(TypeError, match="numbers of pre_workflow_execution returned int"):
        await delivered(numbers)


def answering(hook, answer):
    manager = HookManager()

    @manager.register(hook)
    async def answers(*payload):
        if isinstance(answer, Exception):
            raise answer
        return answer

    return manager.handlers[0].deliver([{}, {}])


@pytest.mark.asyncio
@pytest.mark.parametrize("hook", HOOKS)
async def test_every_hook_can_be_handled_and_left_as_it_is(hook):
    assert await answering(hook, None) == {"outcome": "unchanged"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("hook", "answer", "reply"),
    [
        ("post_agent_execution", "text", {"outcome": "changed", "value": "text"}),
        ("post_api_request", {"status": 404}, {"outcome": "changed", "value": {"status": 404}}),
        ("pre_agent_execution", SupplyOutput("kept"), {"outcome": "supplied", "output": "kept"}),
        ("config_change", HookDenied("locked"), {"outcome": "denied", "reason": "locked"}),
    ],
)
async def test_hooks_take_the_answers_that_they_have_a_use_for(hook, answer, reply):
    assert await answering(hook, answer) == reply


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("hook", "answer", "said"),
    [
        (
            "pre_agent_execution",
            "kept",
            r"returned str; .*, SupplyOutput\(text\) in place of a run",
        ),
        ("pre_agent_execution", SupplyOutput(7), "returned SupplyOutput of a int"),
        (
            "pre_workflow_execution",
            SupplyOutput("kept"),
            "returned SupplyOutput; return the change",
        ),
        ("post_agent_execution", {"output": "text"}, "returned dict; return the changed text"),
        ("plugin_load", {}, "can't be changed: return nothing, or raise HookDenied"),
        ("run_end", {}, "answers of run_end returned dict; this can only be observed"),
    ],
)
async def test_an_answer_that_a_hook_has_no_use_for_is_said_in_words(hook, answer, said):
    with pytest.raises(TypeError, match=said):
        await answering(hook, answer)


@pytest.mark.parametrize(
    ("typo", "guess"),
    [
        ("pre_workflow", "did you mean 'pre_workflow_execution'?"),
        ("PostAgentExecution", "did you mean 'post_agent_execution'?"),
        ("on_run_end", "did you mean 'run_end'?"),
        ("zzz", "`orchestrator_sdk.hooks.HOOKS` names them"),
    ],
)
def test_a_hook_that_there_is_not_is_answered_with_the_nearest(typo, guess):
    with pytest.raises(ValueError) as raised:
        HookManager().register(typo, adds)
    assert str(raised.value) == f"there is no hook {typo!r}; {guess}"


@pytest.mark.parametrize(
    ("options", "error"),
    [({"timeout": 0}, ValueError), ({"on_failure": "retry"}, ValueError), ({}, TypeError)],
)
def test_what_can_not_be_registered_is_refused(options, error):
    with pytest.raises(error, match="pre_workflow_execution"):
        HookManager().register(PRE, adds if options else "adds", **options)


def test_options_are_kept_also_by_the_decorator():
    manager = HookManager()

    @manager.register(PRE, priority=5, timeout=1.5, on_failure="abort")
    async def decorated(context):
        return context

    (handler,) = manager.handlers
    assert handler.function is decorated
    assert (handler.name, handler.priority, handler.timeout) == ("decorated", 5, 1.5)
    assert handler.on_failure == "abort"


class Holder:
    async def handle(self, context):
        return context


def test_the_same_function_counts_once_for_each_hook():
    manager, holder = HookManager(), Holder()
    for handler in (adds, adds, holder.handle, holder.handle, Holder().handle):
        manager.register(PRE, handler)
    manager.register(POST, adds)
    names = [(handler.hook, handler.name) for handler in manager.handlers]
    assert names == [(PRE, "adds"), (PRE, "handle"), (PRE, "handle_2"), (POST, "adds")]


def test_what_is_declared_and_registered_counts_once_under_its_declared_name():
    manager = HookManager()
    manager.register(PRE, adds, priority=3)
    manager.declare(PRE, "hooks.first", adds)
    manager.declare(PRE, "hooks.plain", plain)
    names = [(handler.name, handler.priority) for handler in manager.handlers]
    assert names == [("first", 3), ("plain", 0)]
