"""From a folder and a manifest to a plugin and what it contributes."""

import pytest

from orchestrator_sdk import LoadError

BASE = "from plugins.base import BasePlugin\n"


def plugin(name="Tried", body="pass"):
    return f"{BASE}class {name}(BasePlugin):\n    {body}\n"


@pytest.mark.parametrize(
    ("source", "declared", "expected"),
    [
        (plugin("Lone"), {}, "Lone"),
        (plugin("One") + "class Two(One): pass\n", {}, "Two"),
        (plugin("One") + "class Two(BasePlugin): pass\n", {"class": "One"}, "One"),
        (plugin("Plugin") + "class Other(BasePlugin): pass\n", {}, "Plugin"),
        (plugin("One") + "Same = One\n", {}, "One"),
    ],
)
def test_the_class_is_named_or_found(load_plugin, source, declared, expected):
    assert type(load_plugin(source, declared).plugin).__name__ == expected


def test_a_class_of_another_file_of_the_plugin_is_found(load_plugin):
    files = {"main.py": "from .own import Own\n", "own.py": plugin("Own")}
    assert type(load_plugin(files).plugin).__name__ == "Own"
    files = {"main.py": "", "own.py": plugin("Own")}
    assert type(load_plugin(files, {"class": "own.Own"}).plugin).__name__ == "Own"


@pytest.mark.parametrize(
    ("source", "declared", "message"),
    [
        ("", {}, "main.py defines no plugin; write a class there that derives from BasePlugin"),
        (
            plugin("A") + "class B(BasePlugin): pass\n",
            {},
            "main.py defines several plugins (A, B); name one with `class:` in plugin.yaml",
        ),
        ("class Plugin: pass\n", {}, "`Plugin` in main.py is no class that derives"),
        (plugin("Tried"), {"class": "Tired"}, "`main.Tired`, and that can't be found"),
        (plugin("Tried"), {"class": "Tired"}, "did you mean `Tried`?"),
        ("\n\nimport no_such_thing\n", {}, "No module named 'no_such_thing' (main.py, line 3)"),
        ("import no_such_thing\n", {}, "name it in requirements.txt"),
        ("def f(:\n", {}, "SyntaxError: invalid syntax (main.py, line 1)"),
        ("import sys\nsys.exit(3)\n", {}, "it ended the process (SystemExit: 3) (main.py, line 2)"),
        (plugin(body="def __init__(self, a, b): pass"), {}, "Tried.__init__ takes (a, b); let it"),
        (
            plugin(body="def __init__(self): raise OSError('no disk')"),
            {},
            "Tried can't be made: OSError: no disk (main.py, line 3)",
        ),
    ],
)
def test_what_can_not_be_loaded_is_said_with_place_and_remedy(
    load_plugin, source, declared, message
):
    with pytest.raises(LoadError) as raised:
        load_plugin(source, declared)
    assert message in str(raised.value)


def test_a_folder_without_main_is_said(load_plugin):
    with pytest.raises(LoadError, match="has no main.py; write the plugin's class there"):
        load_plugin({"other.py": ""})


@pytest.mark.parametrize("parameters", ["self, config", "self", "self, config=None", "self, *rest"])
def test_each_form_of_init_gets_its_config_and_surroundings(load_plugin, tmp_path, parameters):
    body = f"def __init__({parameters}):\n        self.early = (self.config, self.data_dir)"
    made = load_plugin(plugin(body=body), config={"a": 1}).plugin
    assert made.early == ({"a": 1}, tmp_path / "data")
    assert made.config == {"a": 1}
    assert made.metadata.name == "tried"
    assert made.project_dir == tmp_path


def test_degraded_mode_has_a_reason(load_plugin):
    loaded = load_plugin(plugin())
    assert loaded.degraded() is None
    loaded.plugin.degraded_mode = True
    assert loaded.degraded() == "the plugin set degraded_mode"
    loaded.plugin.degraded_mode = "no network"
    assert loaded.degraded() == "no network"


PARTS = {
    "main.py": """
        from plugins.base import BasePlugin
        class Tried(BasePlugin):
            def get_agents(self):
                from .agents import Teller, Other
                return {"teller": Teller, "shared": Other(), "made": lambda: Other()}
            def get_workflows(self):
                from .workflows import Flow
                return {"flow": Flow}
            def get_api_routers(self):
                from .api import router
                return [router]
            def register_hooks(self, hook_manager):
                from .hooks import pre
                hook_manager.register("pre_workflow_execution", pre, priority=4)
        """,
    "agents/__init__.py": "from .teller import Teller, Other\n",
    "agents/teller.py": """
        from agents.base_agent import BaseAgent
        class Teller(BaseAgent):
            provider = "tide model"
            timeout = 2.5
            def __init__(self):
                super().__init__(name="another name", role="Tells")
        class Other(BaseAgent):
            pass
        """,
    "workflows/flow.py": """
        from workflows.base_workflow import BaseWorkflow
        class Flow(BaseWorkflow):
            def __init__(self, config):
                super().__init__({"description": config["word"], "agents": ["teller"]})
        """,
    "api/routes.py": "async def router(scope, receive, send): pass\nsecond = lambda *a: None\n",
    "hooks/handlers.py": "async def pre(context): pass\nasync def post(context, result): pass\n",
}


def declared(**more):
    return {
        "agents": [{"name": "teller", "class": "agents.Teller"}],
        "workflows": [{"name": "flow", "class": "workflows.Flow"}],
        "routers": ["api.router"],
        "hooks": [{"hook": "pre_workflow_execution", "handler": "hooks.pre"}],
        **more,
    }


def test_what_code_and_manifest_both_name_counts_once(load_plugin, caplog):
    others = [{"name": name, "class": "agents.Other"} for name in ("shared", "made")]
    named = declared(agents=[*declared()["agents"], *others])
    parts = load_plugin(PARTS, named, {"word": "Flows"}).components()
    assert list(parts.agents) == ["teller", "shared", "made"]
    teller = parts.agents["teller"]
    assert (teller.name, teller.role, teller.provider) == ("teller", "Tells", "tide model")
    assert teller.timeout == 2.5
    flow = parts.workflows["flow"]
    assert (flow.description, flow.agents, flow.config_schema) == ("Flows", ["teller"], None)
    assert len(parts.routers) == 1
    assert [(hook.name, hook.priority) for hook in parts.hooks] == [("pre", 4)]
    assert caplog.text == ""


def test_what_only_the_manifest_names_is_there_too(load_plugin):
    files = {**PARTS, "main.py": plugin()}
    hooks = [{"hook": "post_workflow_execution", "handler": "hooks.handlers.post"}]
    named = declared(hooks=hooks, routers=["api.router", "api.routes.second", "api.router"])
    parts = load_plugin(files, named, {"word": "Flows"}).components()
    assert list(parts.agents) == ["teller"] and list(parts.workflows) == ["flow"]
    assert len(parts.routers) == 2
    assert [(hook.hook, hook.name) for hook in parts.hooks] == [("post_workflow_execution", "post")]


def test_classes_are_made_for_each_run_and_instances_are_shared(load_plugin):
    agents = load_plugin(PARTS, {}, {"word": "Flows"}).components().agents
    assert agents["teller"].make() is not agents["teller"].make()
    assert agents["made"].make() is not agents["made"].make()
    assert agents["shared"].make() is agents["shared"].make()


def test_where_code_and_manifest_differ_the_code_wins_and_it_is_said(load_plugin, caplog):
    named = declared(agents=[{"name": "teller", "class": "agents.Other"}])
    parts = load_plugin(PARTS, named, {"word": "Flows"}).components()
    assert parts.agents["teller"].role == "Tells"
    assert "plugin.yaml has `agents.Other` for teller, get_agents() gives" in caplog.text


def returning(method, value):
    return plugin(body=f"def {method}(self, *a):\n        return {value}")


@pytest.mark.parametrize(
    ("source", "named", "message"),
    [
        (returning("get_agents", "[1]"), {}, "get_agents() returned a list; return a dict of"),
        (returning("get_agents", "{'a': 1}"), {}, "the agent a is 1; give a class derived from Ba"),
        (returning("get_agents", "{'a': int}"), {}, "the agent a (int) has no process_request"),
        (returning("get_agents", "{1: int}"), {}, "get_agents() has the name 1; names are texts"),
        (returning("get_agents", "1 / 0"), {}, "get_agents() failed: ZeroDivisionError: division"),
        (returning("get_api_routers", "{}"), {}, "get_api_routers() returned a dict; return a"),
        (
            plugin(body="async def get_workflows(self): return {}"),
            {},
            "get_workflows is `async def`; write it as a plain `def`",
        ),
        (
            returning("register_hooks", "a[0].register('pre_flow', print)"),
            {},
            "register_hooks failed: ValueError: there is no hook 'pre_flow'",
        ),
        (
            plugin(),
            {"agents": [{"name": "a", "class": "agents.Teller"}]},
            "plugin.yaml names `agents.Teller`, and that can't be found",
        ),
        (plugin(), {"routers": ["main.Tired"]}, "did you mean `Tried`?"),
        (plugin(), {"agents": [{"name": "a", "class": "mian.Tried"}]}, "did you mean `main`?"),
    ],
)
def test_wrong_contributions_are_said_in_words(load_plugin, source, named, message):
    with pytest.raises(LoadError) as raised:
        load_plugin(source, named).components()
    assert message in str(raised.value)


def test_a_component_that_fails_to_import_tells_where(load_plugin):
    files = {"main.py": plugin(), "agents/__init__.py": "\nimport nowhere_to_be_found\n"}
    with pytest.raises(LoadError) as raised:
        load_plugin(files, {"agents": [{"name": "a", "class": "agents.A"}]}).components()
    assert "agents/__init__.py, line 2" in str(raised.value)


def test_a_handler_that_only_the_code_can_find_is_not_missed(load_plugin):
    body = "def register_hooks(self, manager): manager.register('pre_workflow_execution', self.pre)"
    source = plugin(body=body) + "    def pre(self, context): pass\n"
    named = {"hooks": [{"hook": "pre_workflow_execution", "handler": "hooks.pre"}]}
    assert [hook.name for hook in load_plugin(source, named).components().hooks] == ["pre"]
