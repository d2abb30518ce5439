"""The class that every workflow derives from."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from orchestrator_sdk import context
from orchestrator_sdk.calls import HostCalls


class BaseWorkflow(HostCalls):
    """Several steps, usually runs of agents, towards one result. Override `execute`."""

    name: str
    description: str
    agents: list[str]
    """The agents that it says it runs, for people and for their permissions."""
    config_schema: dict[str, Any] | None
    """A JSON Schema of the config that `execute` gets."""
    config: dict[str, Any]
    logger: logging.Logger

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        """`config` may hold `name`, `description`, `agents` and `config_schema`."""
        self.config = dict(config or {})
        self.name = str(self.config.get("name") or type(self).__name__)
        self.description = str(self.config.get("description") or "")
        self.agents = [str(agent) for agent in self.config.get("agents") or ()]
        self.config_schema = self.config.get("config_schema")
        self.logger = logging.getLogger(type(self).__module__)

    @property
    def context(self) -> dict[str, Any]:
        """What is known of the run: `run_id`, `workflow_type`, `requirements`, `config`, `project`
        and what hooks added. A copy; empty outside of a run."""
        call = context.current()
        return dict(call.context) if call else {}

    def execute(self, requirements: str, config: dict[str, Any] | None = None) -> Any:
        """Does the work: write it as an async generator that yields dicts.

        `phase_start` and `phase_complete` (with `phase`, and `result` on completion) and one
        `final_result` (with `status` and `results`) are known to the host by their `type`; any
        other dict is shown as it is.
        """
        raise NotImplementedError(f"{type(self).__name__} has no execute; write one")
