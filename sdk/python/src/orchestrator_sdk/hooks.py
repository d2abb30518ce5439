"""Registering handlers of hooks, and calling them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, TypeVar, overload

from orchestrator_sdk import hook_replies
from orchestrator_sdk.hook_replies import HookDenied, SupplyOutput

HOOKS = (
    "pre_workflow_execution",
    "post_workflow_execution",
    "pre_agent_execution",
    "post_agent_execution",
    "pre_api_request",
    "post_api_request",
    "plugin_load",
    "config_change",
    "run_event",
    "run_end",
)
"""The hooks that there are."""
WITH_CONTEXT = frozenset((*(name for name in HOOKS if name.endswith("_execution")), "run_end"))
"""Those whose payload begins with a run's context."""

OnFailure = Literal["continue", "abort"]
F = TypeVar("F", bound=Callable[..., Any])

__all__ = [
    "HOOKS",
    "WITH_CONTEXT",
    "HookDenied",
    "HookHandler",
    "HookManager",
    "OnFailure",
    "SupplyOutput",
]


class HookHandler(NamedTuple):
    """A registered handler. `name` is unique within the hook, and shown in the trace."""

    hook: str
    name: str
    function: Callable[..., Any]
    priority: int = 0
    timeout: float | None = None
    on_failure: OnFailure = "continue"

    async def deliver(self, args: Sequence[Any]) -> dict[str, Any]:
        """Calls the handler with the payload's parts; gives the protocol's `HookReply`.

        A plain function runs on a thread. It can't be cancelled there: a cancellation counts when it
        returns, and the host ends a process in which it does not. What the handler raises passes
        through, except `HookDenied`; an answer that the hook has no use for is a `TypeError`.
        """
        try:
            if inspect.iscoroutinefunction(self.function):
                answer = await self.function(*args)
            else:
                answer = await _on_a_thread(self.function, *args)
                if inspect.isawaitable(answer):
                    answer = await answer
        except HookDenied as denial:
            return hook_replies.denied(denial)
        return hook_replies.reply(self.hook, self.name, answer)


async def _on_a_thread(function: Callable[..., Any], *args: Any) -> Any:
    """The function's result; cancelled, it still ends no earlier than the function."""
    running = asyncio.ensure_future(asyncio.to_thread(function, *args))
    try:
        return await asyncio.shield(running)
    finally:
        if not running.done():
            await asyncio.wait([running])


class HookManager:
    """Collects a plugin's handlers, from its `register_hooks` and from its manifest."""

    def __init__(self) -> None:
        self._handlers: list[HookHandler] = []

    @property
    def handlers(self) -> list[HookHandler]:
        """The handlers, in the order in which they were registered."""
        return list(self._handlers)

    @overload
    def register(
        self,
        name: str,
        handler: F,
        priority: int = 0,
        timeout: float | None = None,
        on_failure: OnFailure = "continue",
    ) -> F: ...

    @overload
    def register(
        self,
        name: str,
        handler: None = None,
        priority: int = 0,
        timeout: float | None = None,
        on_failure: OnFailure = "continue",
    ) -> Callable[[F], F]: ...

    def register(
        self,
        name: str,
        handler: F | None = None,
        priority: int = 0,
        timeout: float | None = None,
        on_failure: OnFailure = "continue",
    ) -> F | Callable[[F], F]:
        """Has `handler` called at the hook `name`; without a handler, a decorator.

        It gets the payload's parts by position, and what it returns replaces the last of them;
        nothing leaves it as it is. `HookDenied(reason)`, raised, keeps from happening what the hook
        announces. Instead of an agent's run, `pre_agent_execution` may return `SupplyOutput(text)`.

        Handlers with a higher `priority` come first (last in `post_*`). `timeout` is in seconds, 5
        without it. An `async def` is cancelled then; a plain function runs on a thread, which can't
        be. Either costs the plugin its process, which is started again. `on_failure` says whether
        the run goes on (`continue`) or fails (`abort`) when the handler raises or takes too long.
        The same function counts once. Raises `ValueError` or `TypeError` in words for what can't be
        registered.
        """
        if handler is None:
            return lambda function: self.register(name, function, priority, timeout, on_failure)
        _check(name, handler, timeout, on_failure)
        if self._find(name, handler) is None:
            unique = self._unique(name, getattr(handler, "__name__", type(handler).__name__))
            self._handlers.append(HookHandler(name, unique, handler, priority, timeout, on_failure))
        return handler

    def declare(self, name: str, path: str, handler: Callable[..., Any]) -> None:
        """Adds a handler of the manifest, found under the dotted `path`.

        If it is registered already it only takes the path's last name, by which the manifest's
        settings are matched.
        """
        _check(name, handler, None, "continue")
        there = self._find(name, handler)
        called = path.rpartition(".")[2]
        if there is None:
            self._handlers.append(HookHandler(name, self._unique(name, called), handler))
        elif there.name != called:
            index = self._handlers.index(there)
            self._handlers[index] = there._replace(name=self._unique(name, called))

    def _find(self, hook: str, function: Callable[..., Any]) -> HookHandler | None:
        for known in self._handlers:
            if known.hook == hook and _same(known.function, function):
                return known
        return None

    def _unique(self, hook: str, name: str) -> str:
        taken = {known.name for known in self._handlers if known.hook == hook}
        number, unique = 1, name
        while unique in taken:
            number += 1
            unique = f"{name}_{number}"
        return unique


def _same(one: Callable[..., Any], other: Callable[..., Any]) -> bool:
    """Whether two are one function: the same object, or two copies of one definition."""
    return one == other or (_path(one) is not None and _path(one) == _path(other))


def _path(function: Callable[..., Any]) -> tuple[str, str] | None:
    name = getattr(function, "__qualname__", "<")
    # What is made in a function may be made many times; a method belongs to its instance.
    if "<" in name or hasattr(function, "__self__"):
        return None
    return (function.__module__, name)


def _check(name: str, handler: object, timeout: float | None, on_failure: str) -> None:
    if name not in HOOKS:
        raise ValueError(f"there is no hook {name!r}; {_guess(name)}")
    if not callable(handler):
        raise TypeError(f"the handler of {name} is {handler!r}; give a function")
    if timeout is not None and not timeout > 0:
        raise ValueError(f"the timeout of a handler of {name} is {timeout!r}; give seconds above 0")
    if on_failure not in ("continue", "abort"):
        raise ValueError(
            f"on_failure of a handler of {name} is {on_failure!r}; give 'continue' or 'abort'"
        )


def _guess(name: object) -> str:
    import difflib

    near = difflib.get_close_matches(str(name), HOOKS, 1)
    return f"did you mean {near[0]!r}?" if near else "`orchestrator_sdk.hooks.HOOKS` names them"
