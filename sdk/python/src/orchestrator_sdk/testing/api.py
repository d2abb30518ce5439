"""Calling a plugin's routers without a socket."""

from __future__ import annotations

import json as jsonlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from orchestrator_sdk.base import BasePlugin
from orchestrator_sdk.child import bodies
from orchestrator_sdk.child.asgi import Api


@dataclass(frozen=True)
class Answer:
    """What a route answered. The names of `headers` are in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body, read as JSON."""
        return jsonlib.loads(self.text)


class ApiClient:
    """Sends requests to routers, as the host does.

    Within `async with` the applications are started once and ended at last; otherwise that happens
    with each request.
    """

    def __init__(self, routers: Sequence[Any], logger: logging.Logger) -> None:
        if not routers:
            raise ValueError("the plugin has no routers; return them from get_api_routers()")
        self._routers = routers
        self._logger = logger
        self._started: Api | None = None

    async def __aenter__(self) -> ApiClient:
        self._started = Api(self._routers, self._logger)
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._started is not None:
            await self._started.close()
            self._started = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | bytes = "",
        json: Any = None,
    ) -> Answer:
        """Sends one request. `json` takes the place of `body`; `path` may have a query itself."""
        path, _, asked = path.partition("?")
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if json is not None:
            body = jsonlib.dumps(json)
            sent.setdefault("content-type", "application/json")
        target = {
            "method": method,
            "path": path,
            "query": "&".join(part for part in (asked, urlencode(query or {}, True)) if part),
            "headers": list(sent.items()),
            **bodies.written(body if isinstance(body, bytes) else body.encode()),
        }
        api = self._started or Api(self._routers, self._logger)
        parts: list[dict[str, Any]] = []

        async def take(part: dict[str, Any]) -> None:
            parts.append(part)

        try:
            whole = await api.answer(target, take)
        finally:
            if api is not self._started:
                await api.close()
        head, pieces = (parts[0], parts[1:]) if whole is None else (whole, [whole])
        received = {name.lower(): value for name, value in head["headers"]}
        return Answer(head["status"], received, b"".join(map(bodies.read, pieces)))

    async def get(self, path: str, **options: Any) -> Answer:
        """`request` with GET."""
        return await self.request("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Answer:
        """`request` with POST."""
        return await self.request("POST", path, **options)


def api(plugin: BasePlugin) -> ApiClient:
    """A client of the routers that a plugin gives: `await api(plugin).get("/notes/status")`."""
    return ApiClient(plugin.get_api_routers(), plugin.logger)
