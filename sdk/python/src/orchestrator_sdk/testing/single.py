"""Running one agent, workflow or hook, and collecting what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from orchestrator_sdk import context, importing
from orchestrator_sdk.base import BasePlugin
from orchestrator_sdk.components import collect
from orchestrator_sdk.context import Call
from orchestrator_sdk.hooks import HookDenied, HookHandler, SupplyOutput
from orchestrator_sdk.local import agents_of_latest, workflows_of_latest
from orchestrator_sdk.streams import pieces
from orchestrator_sdk.testing.host import FakeHost


async def run_agent(
    agent: Any, request: Mapping[str, Any] | str | None = None, *, host: FakeHost | None = None
) -> list[str]:
    """The pieces of text that an agent gives."""
    name = type(agent).__name__
    with context.within(call_for(agent, {}, host)):
        async with aclosing(pieces(agent.process_request(request), str, name)) as output:
            return [piece async for piece in output]


async def run_workflow(
    workflow: Any,
    requirements: str = "",
    config: Mapping[str, Any] | None = None,
    *,
    about: Mapping[str, Any] | None = None,
    host: FakeHost | None = None,
) -> list[dict[str, Any]]:
    """The dicts that a workflow yields. `about` is what its `context` has besides the defaults."""
    name = type(workflow).__name__
    known = {
        "run_id": "test",
        "workflow_type": getattr(workflow, "name", name),
        "requirements": requirements,
        "config": dict(config or {}),
        **(about or {}),
    }
    with context.within(call_for(workflow, known, host)):
        events = pieces(workflow.execute(requirements, dict(config or {})), dict, name)
        async with aclosing(events) as output:
            return [event async for event in output]


async def run_hook(plugin: BasePlugin, name: str, *payload: Any) -> Any:
    """Delivers a hook to a plugin's registered handlers, in the host's order, and returns the last
    part of the payload as they leave it, or the `SupplyOutput` of the first that supplies one.
    Raises `HookDenied`, and what a handler raises."""
    package = importing.package_of(type(plugin).__module__)
    handlers = collect(plugin, package, {}).hooks
    return await deliver([handler for handler in handlers if handler.hook == name], name, payload)


async def deliver(handlers: list[HookHandler], name: str, payload: tuple[Any, ...]) -> Any:
    """Delivers to each of `handlers` in the host's order."""
    if not handlers:
        raise ValueError(f"the plugin registers no handler of {name}")
    parts = list(payload)
    ordered = sorted(handlers, key=lambda handler: -handler.priority)
    for handler in reversed(ordered) if name.startswith("post_") else ordered:
        reply = await handler.deliver(parts)
        if reply["outcome"] == "denied":
            raise HookDenied(reply["reason"])
        if reply["outcome"] == "supplied":
            return SupplyOutput(reply["output"])
        if reply["outcome"] == "changed":
            parts[-1] = reply["value"]
    return parts[-1]


def call_for(component: Any, about: Mapping[str, Any], host: FakeHost | None) -> Call:
    """The call in which a test runs an agent or a workflow."""
    if host is None:
        host = FakeHost()
    package = importing.package_of(type(component).__module__)
    host.adopt(lambda: agents_of_latest(package), lambda: workflows_of_latest(package))
    return Call(1, host, about)
