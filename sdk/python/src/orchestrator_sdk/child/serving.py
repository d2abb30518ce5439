"""Answering the host's calls with the plugin's agents, workflows, hooks and routes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import aclosing
from typing import TYPE_CHECKING

from orchestrator_sdk import context
from orchestrator_sdk.base import BasePlugin
from orchestrator_sdk.child import routes, tracebacks
from orchestrator_sdk.child.chunks import TooLong
from orchestrator_sdk.child.errors import FAILED, INVALID_REQUEST, NOT_FOUND, CallError
from orchestrator_sdk.child.messages import NotJson, encode
from orchestrator_sdk.context import Call
from orchestrator_sdk.errors import AgentError, HostError
from orchestrator_sdk.hooks import WITH_CONTEXT
from orchestrator_sdk.streams import pieces

if TYPE_CHECKING:
    from typing import Any

    from orchestrator_sdk.child.asgi import Api
    from orchestrator_sdk.child.incoming import Incoming
    from orchestrator_sdk.components import Components
    from orchestrator_sdk.context import Host
    from orchestrator_sdk.loading import LoadedPlugin


class Ready:
    """A plugin that was initialized."""

    def __init__(self, loaded: LoadedPlugin, components: Components, host: Host) -> None:
        self._loaded = loaded
        self._components = components
        self._host = host
        self._api: Api | None = None
        self._serve = {
            "agent": self._agent,
            "workflow": self._workflow,
            "hook": self._hook,
            "api": self._request,
            "api_document": self._document,
            "config_changed": self._config_changed,
        }

    def described(self) -> str:
        """The text of the `initialized` message. Raises `CallError`."""
        parts = self._components
        message: dict[str, Any] = {
            "type": "initialized",
            "agents": [
                _without_none(
                    name=agent.name,
                    role=agent.role,
                    provider=agent.provider,
                    timeout_ms=_milliseconds(agent.timeout),
                )
                for agent in parts.agents.values()
            ],
            "workflows": [
                _without_none(
                    name=workflow.name,
                    description=workflow.description,
                    agents=list(workflow.agents),
                    config_schema=workflow.config_schema,
                )
                for workflow in parts.workflows.values()
            ],
            "routes": routes.describe(parts.routers),
            "hooks": [
                _without_none(
                    hook=hook.hook,
                    handler=hook.name,
                    priority=hook.priority,
                    timeout_ms=_milliseconds(hook.timeout),
                    on_failure=hook.on_failure,
                )
                for hook in parts.hooks
            ],
        }
        degraded = self._loaded.degraded()
        if degraded is not None:
            message["degraded"] = degraded
        try:
            return encode(message)
        except NotJson as error:
            text = f"what the plugin contributes can't be told to the host: {error}"
            raise CallError(FAILED, text) from None

    async def answer(self, call: Incoming) -> Any:
        """What a call ends with. Raises `CallError`."""
        kind = call.target["kind"]
        serve = self._serve.get(kind)
        if serve is None:
            raise CallError(INVALID_REQUEST, f"a plugin can't be called for `{kind}`")
        try:
            return await serve(call, call.target)
        except (CallError, asyncio.CancelledError):
            raise
        except BaseException as error:
            # Also `SystemExit`: no call may end the process of the others.
            self._log(call, error)
            raise tracebacks.call_error(error) from None

    def _log(self, call: Incoming, error: BaseException) -> None:
        """Says in the log what ended a call. What the host refused, or another agent did, is said
        where it happened."""
        if isinstance(error, HostError):
            return
        kind, name = call.target["kind"], call.target.get("name")
        what = f"the {kind} {name}" if isinstance(name, str) else f"a call for `{kind}`"
        with context.within(Call(call.id, self._host)):
            logger = logging.getLogger(self._loaded.package)
            logger.error("%s failed: %s", what, tracebacks.one_line(error), exc_info=error)

    async def shutdown(self) -> None:
        """Ends the plugin's routes and the plugin itself. Raises what its code raises."""
        try:
            if self._api is not None:
                await self._api.close()
        finally:
            done: Any = self._loaded.plugin.shutdown()
            if isinstance(done, Awaitable):
                await done

    async def _agent(self, call: Incoming, target: dict[str, Any]) -> None:
        name = _text(target, "name")
        agent = self._components.agents.get(name)
        if agent is None:
            raise CallError(NOT_FOUND, f"the plugin has no agent `{name}`")
        with context.within(Call(call.id, self._host)):
            output = agent.make().process_request(target.get("request"))
            try:
                await self._send_all(call, output, str, f"the agent {name}")
            except AgentError as error:
                # It was said in words, for people; where in the code says nothing to them.
                raise CallError(error.kind, str(error)) from None

    async def _workflow(self, call: Incoming, target: dict[str, Any]) -> None:
        name = _text(target, "name")
        workflow = self._components.workflows.get(name)
        if workflow is None:
            raise CallError(NOT_FOUND, f"the plugin has no workflow `{name}`")
        config, about = target.get("config"), target.get("context")
        if not isinstance(config, (dict, type(None))):
            raise CallError(INVALID_REQUEST, "the workflow's config must be an object")
        with context.within(Call(call.id, self._host, about if isinstance(about, dict) else {})):
            events = workflow.make().execute(_text(target, "requirements"), config or {})
            await self._send_all(call, events, dict, f"the workflow {name}")

    async def _hook(self, call: Incoming, target: dict[str, Any]) -> dict[str, Any]:
        hook, name, args = target.get("hook"), _text(target, "handler"), target.get("args")
        if not isinstance(args, list):
            raise CallError(INVALID_REQUEST, "the hook's `args` must be a list")
        for handler in self._components.hooks:
            if handler.hook == hook and handler.name == name:
                break
        else:
            raise CallError(NOT_FOUND, f"the plugin has no handler `{name}` for the hook `{hook}`")
        has_context = hook in WITH_CONTEXT and args and isinstance(args[0], dict)
        about = args[0] if has_context else {}
        with context.within(Call(call.id, self._host, about)):
            try:
                return await handler.deliver(args)
            except asyncio.CancelledError:
                raise
            except BaseException as error:
                return {"outcome": "failed", "error": tracebacks.call_error(error).to_json()}

    async def _config_changed(self, call: Incoming, target: dict[str, Any]) -> bool:
        """Whether the plugin took its new config."""
        config, plugin = target.get("config"), self._loaded.plugin
        if not isinstance(config, dict):
            raise CallError(INVALID_REQUEST, "the call's `config` must be an object")
        if type(plugin).config_changed is BasePlugin.config_changed:
            return False
        with context.within(Call(call.id, self._host)):
            done: Any = plugin.config_changed(dict(config))
            if isinstance(done, Awaitable):
                await done
            plugin.config = config
        return True

    async def _request(self, call: Incoming, target: dict[str, Any]) -> dict[str, Any] | None:
        with context.within(Call(call.id, self._host)):
            return await self._routers().answer(target, call.item)

    async def _document(self, call: Incoming, _target: dict[str, Any]) -> dict[str, Any] | None:
        with context.within(Call(call.id, self._host)):
            return await self._routers().document()

    def _routers(self) -> Api:
        if self._api is None:
            from orchestrator_sdk.child.asgi import Api

            logger = logging.getLogger(self._loaded.package)
            self._api = Api(self._components.routers, logger)
        return self._api

    async def _send_all(self, call: Incoming, value: object, kind: type[Any], what: str) -> None:
        """Sends each piece as one item, as it comes.

        The author's `finally` blocks have run after it.
        """
        async with aclosing(pieces(value, kind, what)) as output:
            async for piece in output:
                try:
                    await call.item(piece)
                except (NotJson, TooLong) as error:
                    text = f"{what} yielded what can't be sent: {error}"
                    raise CallError(FAILED, text) from None


def _text(target: dict[str, Any], key: str) -> str:
    value = target.get(key)
    if not isinstance(value, str):
        raise CallError(INVALID_REQUEST, f"the call's `{key}` must be a text")
    return value


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else max(1, round(seconds * 1000))


def _without_none(**fields: Any) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}
