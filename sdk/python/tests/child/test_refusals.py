"""What an agent refuses, or was refused, keeps its words and its kind."""

from __future__ import annotations

PLUGIN = """
from orchestrator_sdk import AgentError, HostError

REFUSALS = {
    "in words": AgentError("There is no history here."),
    "by the host": PermissionError("`spawn` is not granted"),
    "by the system": PermissionError(13, "Permission denied", "/secret"),
    "late": HostError("the time was up", "deadline_exceeded"),
}

class Worker(BaseAgent):
    async def _execute_task(self, request):
        yield "trying\\n"
        raise REFUSALS[request["task"]]

class P(BasePlugin):
    def get_agents(self):
        return {"worker": Worker}
"""


def test_a_refusal_is_told_by_its_kind_and_one_in_words_without_a_traceback(folder, start):
    host = start()
    host.initialize(folder(PLUGIN))

    def refusal(task: str) -> tuple[str, str, bool]:
        call = host.agent(request={"task": task})
        assert list(host.items(call)) == ["trying\n"]
        error = host.error(call)
        return error["kind"], error["message"], "traceback" in error

    assert refusal("in words") == ("failed", "There is no history here.", False)
    assert refusal("by the host") == (
        "permission_denied",
        "PermissionError: `spawn` is not granted",
        True,
    )
    assert refusal("by the system")[0] == "failed"
    assert refusal("late") == ("deadline_exceeded", "HostError: the time was up", True)
