"""Calls on the host, from the plugin's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestrator_sdk.child.chunks import TooLong
from orchestrator_sdk.child.errors import INVALID_REQUEST, PERMISSION_DENIED, CallError
from orchestrator_sdk.child.messages import NotJson
from orchestrator_sdk.errors import HostError

if TYPE_CHECKING:
    from typing import Any

    from orchestrator_sdk.child.outgoing import OpenCall
    from orchestrator_sdk.child.peer import Peer
    from orchestrator_sdk.context import Call


class Asking:
    """Opens calls on the host, each within the one that the plugin is answering."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def _open(self, call: Call, target: dict[str, Any], failure: type[HostError]) -> OpenCall:
        # A task that outlived its call asks outside of any; the host decides what that may do.
        parent = call.id if call.id in self._peer.incoming else None
        try:
            return await self._peer.open(target, parent)
        except (NotJson, TooLong) as error:
            text = f"the request can't be sent to the host: {error}"
            raise failure(text, INVALID_REQUEST) from None


def raised(error: CallError, failure: type[HostError]) -> Exception:
    """The exception that the plugin's code sees."""
    if error.kind == PERMISSION_DENIED:
        return PermissionError(error.message)
    return failure(error.message, error.kind)
