"""The class that every agent derives from."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, TypeVar

from orchestrator_sdk.asking import as_request
from orchestrator_sdk.calls import HostCalls
from orchestrator_sdk.streams import pieces

Self = TypeVar("Self", bound="BaseAgent")


class BaseAgent(HostCalls):
    """Something that works on a task and streams text.

    Override `_execute_task`. An agent that its plugin gives as a class is made anew for every run.
    """

    name: str
    role: str = ""
    """What it is for, in a few words."""
    provider: str = "Python"
    """What does the work: a model's name, a program."""
    timeout: float | None = None
    """The longest that one run may take, in seconds; the host's setting applies without it."""
    config: dict[str, Any]
    logger: logging.Logger

    def __new__(cls: type[Self], *_args: Any, **_kwargs: Any) -> Self:
        # Here and not in `__init__`, so that a subclass that forgets `super().__init__` has it all.
        self = super().__new__(cls)
        if not hasattr(cls, "name"):
            self.name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
        self.config = {}
        self.logger = logging.getLogger(cls.__module__)
        return self

    def __init__(
        self,
        name: str | Mapping[str, Any] | None = None,
        role: str | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        """Takes the name and the role, or one dict that holds them (and more, kept as `config`)."""
        if isinstance(name, Mapping):
            config, name = name, None
        self.config = dict(config or {})
        self.name = str(name or self.config.get("name") or self.name)
        self.role = str(role or self.config.get("role") or self.role)

    def _execute_task(self, request: dict[str, Any]) -> Any:
        """Does the work: write it as an async generator that yields text.

        A coroutine that returns a text or an async iterator will do as well, and so will a plain
        generator, which runs on a thread. `request` has a `task` and usually a `context`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no _execute_task; write one")

    async def process_request(
        self, request: Mapping[str, Any] | str | None = None
    ) -> AsyncGenerator[str, None]:
        """Runs the agent once, giving its text as it comes.

        Raises what `_execute_task` raises, and `TypeError` if that gives anything but text.
        """
        what = f"{type(self).__name__}._execute_task"
        async with aclosing(pieces(self._execute_task(as_request(request)), str, what)) as output:
            async for piece in output:
                yield piece
