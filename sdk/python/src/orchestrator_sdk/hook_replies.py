"""What a handler's answer means, as the protocol's `HookReply`."""

from __future__ import annotations

from typing import Any, NamedTuple


class HookDenied(Exception):
    """Raised by a handler: what was about to happen must not, for the reason in the message."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class SupplyOutput(NamedTuple):
    """Returned by a handler of `pre_agent_execution`: the agent is not run, and this is its output.

    For a cache, or a stand-in.
    """

    output: str


# What replaces the payload's last part. Where a hook is missing, nothing can be replaced.
_REPLACES: dict[str, type] = {
    "pre_workflow_execution": dict,
    "post_workflow_execution": dict,
    "pre_agent_execution": dict,
    "post_agent_execution": str,
    "pre_api_request": dict,
    "post_api_request": dict,
}
_MAY_DENY_ONLY = ("plugin_load", "config_change")


def reply(hook: str, handler: str, answer: object) -> dict[str, Any]:
    """The reply for what a handler returned; `TypeError` for what the hook has no use for."""
    if answer is None:
        return {"outcome": "unchanged"}
    if isinstance(answer, HookDenied):
        return denied(answer)
    if hook == "pre_agent_execution" and isinstance(answer, SupplyOutput):
        if isinstance(answer.output, str):
            return {"outcome": "supplied", "output": answer.output}
        given = f"SupplyOutput of a {type(answer.output).__name__}"
    elif isinstance(answer, _REPLACES.get(hook, ())) and not isinstance(answer, SupplyOutput):
        return {"outcome": "changed", "value": answer}
    else:
        given = type(answer).__name__
    raise TypeError(f"the handler {handler} of {hook} returned {given}; {_expected(hook)}")


def denied(answer: HookDenied) -> dict[str, Any]:
    """The reply for a handler that denies."""
    return {"outcome": "denied", "reason": answer.reason}


def _expected(hook: str) -> str:
    kind = _REPLACES.get(hook)
    if hook in _MAY_DENY_ONLY:
        return "this can't be changed: return nothing, or raise HookDenied"
    if kind is None:
        return "this can only be observed: return nothing"
    changed = "return the changed text" if kind is str else "return the changed dict"
    supplied = ", SupplyOutput(text) in place of a run" if hook == "pre_agent_execution" else ""
    return f"{changed}{supplied}, or nothing to leave it as it is"
