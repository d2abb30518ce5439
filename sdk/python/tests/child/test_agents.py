"""Agents stream through the session."""

from __future__ import annotations

PLUGIN = """
class Worker(BaseAgent):
    async def _execute_task(self, request):
        yield "one\\n"
        yield f"task: {request['task']}\\n"
        await asyncio.sleep(0)
        yield "complete"

class P(BasePlugin):
    def get_agents(self):
        return {"worker": Worker}
"""


def test_what_only_the_sdk_notices_has_no_place_in_the_plugin(folder, start):
    host = start()
    host.initialize(folder(PLUGIN.replace('yield "complete"', 'yield {"complete": True}')))
    call = host.agent(request={"task": "dig"})
    assert list(host.items(call)) == ["one\n", "task: dig\n"]
    error = host.error(call)
    assert "_execute_task yielded a dict" in error["message"]
    assert "traceback" not in error


def test_an_agents_text_arrives_piece_by_piece(folder, start):
    host = start()
    described = host.initialize(folder(PLUGIN))
    assert described["type"] == "initialized", described
    assert [agent["name"] for agent in described["agents"]] == ["worker"]
    call = host.agent(request={"task": "dig"})
    assert list(host.items(call)) == ["one\n", "task: dig\n", "complete"]
    assert host.end(call) is None
    assert host.shutdown() == {"type": "bye"}
    assert host.exit() == 0
    assert host.printed() == ("", "")
