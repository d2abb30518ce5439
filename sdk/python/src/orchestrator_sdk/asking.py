"""Which call the running code asks its host within."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator_sdk import context, importing
from orchestrator_sdk.context import Call


def call_of(module: str) -> Call:
    """The call that is being answered.

    Outside of any, the host is asked all the same where there is one, and refuses in words. Without
    a host, as in an author's own tests, the components of the plugin that `module` belongs to can
    be run.
    """
    call = context.current()
    if call is not None:
        return call
    from orchestrator_sdk import permissions

    host = permissions.serving_host()
    if host is not None:
        return Call(NO_CALL, host)
    from orchestrator_sdk.local import LocalHost

    return Call(NO_CALL, LocalHost.of(importing.package_of(module)))


#: The number of no call.
NO_CALL = -1


def as_request(request: Mapping[str, Any] | str | None) -> dict[str, Any]:
    """An agent's request from what a caller wrote; a text alone is its task."""
    if isinstance(request, Mapping):
        return dict(request)
    return {"task": request or "", "context": {}}
