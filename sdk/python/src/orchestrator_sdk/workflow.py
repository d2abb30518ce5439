"""The class that every workflow derives from."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, TypeVar

from orchestrator_sdk import context
from orchestrator_sdk.calls import HostCalls

Self = TypeVar("Self", bound="BaseWorkflow")


class BaseWorkflow(HostCalls):
    """Several steps, usually runs of agents, towards one result. Override `execute`."""

    name: str
    description: str = ""
    agents: list[str]
    """The agents that it says it runs, for people and for their permissions."""
    config_schema: dict[str, Any] | None = None
    """A JSON Schema of the config that `execute` gets."""
    config: dict[str, Any]
    logger: logging.Logger

    def __new__(cls: type[Self], *_args: Any, **_kwargs: Any) -> Self:
        # Here and not in `__init__`, so that a subclass that forgets `super().__init__` has it all.
        self = super().__new__(cls)
        if not hasattr(cls, "name"):
            self.name = cls.__name__
        if not hasattr(cls, "agents"):
            self.agents = []
        self.config = {}
        self.logger = logging.getLogger(cls.__module__)
        return self

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        """`config` may hold `name`, `description`, `agents` and `config_schema`."""
        self.config = dict(config or {})
        self.name = str(self.config.get("name") or self.name)
        self.description = str(self.config.get("description") or self.description)
        self.agents = [str(agent) for agent in self.config.get("agents") or self.agents]
        self.config_schema = self.config.get("config_schema", self.config_schema)

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
