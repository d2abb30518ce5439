"""What a server refuses, as exceptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from orchestrator_sdk.errors import HostError

_KINDS = {400: "invalid_request", 401: "unauthorized", 404: "not_found", 409: "conflict"}
_KINDS |= {413: "invalid_request", 422: "invalid_request", 503: "unavailable"}


class RequestError(HostError):
    """A server did not do what it was asked.

    `status` is HTTP's; `problem` is the whole problem document (RFC 9457), as far as there is one.
    """

    def __init__(self, message: str, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(message, _KINDS.get(status, "failed"))
        self.status = status
        self.problem = dict(problem)


def raised(status: int, body: bytes, what: str) -> Exception:
    """The exception for an answer that is none: `PermissionError` for 403, else `RequestError`."""
    try:
        problem = json.loads(body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {"detail": body[:500].decode(errors="replace").strip()}
    detail = str(problem.get("detail") or problem.get("title") or "nobody said why")
    remedy = problem.get("remedy")
    message = f"{detail}\n{remedy}" if remedy else detail
    if status == 403:
        return PermissionError(message)
    if status == 401:
        message += "\ngive `token`, or set ORCHESTRATOR_TOKEN"
    return RequestError(f"{what}: {status}: {message}", status, problem)
