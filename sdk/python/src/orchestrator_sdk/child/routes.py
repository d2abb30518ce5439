"""What routes a plugin's routers have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


def describe(routers: Iterable[Any]) -> list[dict[str, str]]:
    """The routes as the protocol writes them: method, whole path, description.

    An ASGI application that does not tell its routes counts as one route for everything below its
    `prefix`.
    """
    return [route for router in routers for route in _of(router, "")]


def _of(router: Any, prefix: str) -> Iterator[dict[str, str]]:
    inner = getattr(router, "routes", None)
    if not isinstance(inner, (list, tuple)):
        own = prefix + str(getattr(router, "prefix", "") or "")
        yield {"method": "*", "path": f"{own}/{{path:path}}", "description": _first_line(router)}
        return
    for route in inner:
        if _is_websocket(route):
            continue
        path = prefix + str(getattr(route, "path", ""))
        methods = getattr(route, "methods", None)
        if methods:
            # A route for GET answers HEAD by itself.
            for method in sorted(set(methods) - {"HEAD"} or methods):
                yield {"method": str(method), "path": path, "description": _description(route)}
        elif methods is None and hasattr(route, "app"):
            yield from _of(
                route if isinstance(getattr(route, "routes", None), list) else route.app, path
            )


def _is_websocket(route: Any) -> bool:
    """Whether it is a route for websockets, which are not served: the host has none to hand on."""
    return any(kind.__name__ == "WebSocketRoute" for kind in type(route).__mro__)


def _description(route: Any) -> str:
    summary = getattr(route, "summary", None)
    return str(summary) if summary else _first_line(getattr(route, "endpoint", None))


def _first_line(value: Any) -> str:
    # An instance has its class's docstring, which says nothing about a plain function's kind.
    doc = getattr(value, "__doc__", None)
    lines = doc.strip().splitlines() if isinstance(doc, str) else []
    return lines[0].strip() if lines else ""
