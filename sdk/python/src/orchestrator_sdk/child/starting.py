"""From the host's `initialize` to a plugin that can be called."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator_sdk import loading, permissions
from orchestrator_sdk.base import PluginInitializationError, Surroundings
from orchestrator_sdk.child import tracebacks
from orchestrator_sdk.child.errors import FAILED, INVALID_REQUEST, CallError
from orchestrator_sdk.child.serving import Ready
from orchestrator_sdk.errors import LoadError

if TYPE_CHECKING:
    from typing import Any

    from orchestrator_sdk.context import Host


async def start(message: dict[str, Any], host: Host) -> Ready:
    """Imports, makes and initializes the plugin.

    Raises `CallError` with what went wrong and where.
    """
    surroundings = _surroundings(message)
    tracebacks.set_folder(str(surroundings.plugin_dir))
    _set_level(surroundings.config.get("log_level"))
    permissions.serve(surroundings.name, host)
    try:
        loaded = loading.load(surroundings, message.get("declared") or {})
        await _initialize(loaded.plugin)
        return Ready(loaded, loaded.components(), host)
    except LoadError as error:
        cause = error.__cause__
        trace = None if cause is None else tracebacks.describe(cause)
        raise CallError(FAILED, str(error), trace) from None
    except PluginInitializationError as error:
        raise tracebacks.call_error(error, str(error)) from None
    except (CallError, asyncio.CancelledError):
        raise
    except BaseException as error:
        where = tracebacks.location(error)
        place = "" if where is None else f" ({where[0]}, line {where[1]})"
        text = f"initialize failed: {tracebacks.one_line(error)}{place}"
        raise tracebacks.call_error(error, text) from None


async def _initialize(plugin: Any) -> None:
    # A plain function will do as well.
    done = plugin.initialize()
    if isinstance(done, Awaitable):
        await done


def _surroundings(message: dict[str, Any]) -> Surroundings:
    try:
        return Surroundings(
            name=message["name"],
            plugin_dir=Path(message["plugin_dir"]),
            data_dir=Path(message["data_dir"]),
            project_dir=Path(message["project_dir"]),
            config=message["config"],
        )
    except (KeyError, TypeError) as error:
        text = f"the `initialize` message could not be understood: {tracebacks.one_line(error)}"
        raise CallError(INVALID_REQUEST, text) from None


def _set_level(level: object) -> None:
    """Loggers that are named after nothing of the plugin's follow its `log_level` too."""
    number = logging.getLevelName(str(level).strip().upper())
    logging.getLogger().setLevel(number if isinstance(number, int) else logging.INFO)
