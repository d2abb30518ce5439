"""How a call fails, as both sides tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

FAILED = "failed"
PERMISSION_DENIED = "permission_denied"
CANCELLED = "cancelled"
NOT_FOUND = "not_found"
INVALID_REQUEST = "invalid_request"
PROTOCOL = "protocol"
UNAVAILABLE = "unavailable"


class CallError(Exception):
    """A call's failure:

    a kind for code, a message for people, and where in the called code, if known.
    """

    def __init__(self, kind: str, message: str, traceback: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.traceback = traceback

    def to_json(self) -> dict[str, Any]:
        """The error as the protocol writes it."""
        error: dict[str, Any] = {"kind": self.kind, "message": self.message}
        if self.traceback is not None:
            error["traceback"] = self.traceback
        return error

    @classmethod
    def from_json(cls, error: object) -> CallError:
        """The error as the other side wrote it; whatever is missing is made up for."""
        fields = error if isinstance(error, dict) else {}
        kind, message, traceback = (fields.get(key) for key in ("kind", "message", "traceback"))
        return cls(
            kind if isinstance(kind, str) else FAILED,
            message
            if isinstance(message, str)
            else "the call failed, and the host did not say why",
            traceback if isinstance(traceback, str) else None,
        )
