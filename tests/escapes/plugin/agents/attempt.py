"""An agent that makes one attempt, and tells how it went."""

import contextlib
import errno
import json
from collections.abc import Callable
from typing import Any

from agents.base_agent import BaseAgent

Given = dict[str, Any]


class Attempt(BaseAgent):
    def __init__(self, name: str, attempt: Callable[[Given], Any], own: Given):
        super().__init__(name=name, role="tries to get out")
        self.attempt = attempt
        self.own = own

    def _execute_task(self, request: dict[str, Any]) -> Any:
        # A plain generator: it runs on a thread, so that what blocks stops no other.
        given = {**json.loads(request["task"] or "{}"), **self.own}
        self.logger.info("%s begins", self.name)
        if given.get("hidden"):
            # As code that does not want to be seen would do it.
            with contextlib.suppress(Exception):
                self.attempt(given)
            yield "done"
            return
        try:
            told = f"got through: {self.attempt(given)}"
        except OSError as error:
            told = f"refused {errno.errorcode.get(error.errno or 0, error)}"
        except (MemoryError, RuntimeError) as error:
            told = f"refused {type(error).__name__}"
        self.logger.warning("%s: %s", self.name, told)
        yield told
