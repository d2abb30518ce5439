"""How a plugin's code is found, in processes of their own."""

import os
import py_compile
import textwrap

import pytest

from orchestrator_sdk import LoadError, importing

LOADS = """
import sys
from pathlib import Path
from orchestrator_sdk import importing
print(importing.install(Path(sys.argv[1])))
"""

MAIN = """
from plugins.base import BasePlugin
from .agents import Teller

class Tides(BasePlugin):
    pass
"""
TELLER = """
from agents.base_agent import BaseAgent

class Teller(BaseAgent):
    pass
"""


@pytest.fixture
def imports(python):
    """Runs statements after a plugin's folder was installed, and gives what they print."""

    def run(folder, statements, **options):
        done = python("-c", LOADS + textwrap.dedent(statements), str(folder), **options)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


@pytest.fixture
def tides(write_plugin):
    files = {"main.py": MAIN, "agents/__init__.py": "from .teller import Teller\n"}
    return write_plugin({**files, "agents/teller.py": TELLER}, "tide-tables")


def test_the_folder_is_a_package_beside_the_guides_modules(imports, tides):
    printed = imports(
        tides,
        """
        from plugins.tide_tables.main import Tides
        import plugins.base, agents.base_agent, workflows.base_workflow, orchestrator_sdk
        print(Tides.__mro__[1] is plugins.base.BasePlugin is orchestrator_sdk.BasePlugin)
        print(plugins.tide_tables.agents.Teller.__mro__[1] is agents.base_agent.BaseAgent)
        print(workflows.base_workflow.BaseWorkflow is orchestrator_sdk.BaseWorkflow)
        from plugins.permissions import PluginPermission, PluginPermissionManager
        print(PluginPermission is orchestrator_sdk.PluginPermission)
        """,
    )
    assert printed == ["plugins.tide_tables", "True", "True", "True", "True"]


@pytest.mark.parametrize("name", ["base", "permissions"])
def test_a_folder_with_the_name_of_a_guides_module_is_refused(write_plugin, name):
    folder = write_plugin({"main.py": MAIN}, name)
    with pytest.raises(LoadError, match=f"can't be called `{name}`; rename it"):
        importing.install(folder)


def test_the_plugins_own_folders_do_not_get_in_the_way(imports, tides):
    # As when pytest is run in the plugin's folder or beside it.
    statements = "from plugins.tide_tables.main import Tides; import agents; print(agents.__file__)"
    statements = statements.replace("agents.__file__", "getattr(agents, '__file__', None)")
    for place in (tides, tides.parent, tides.parent.parent):
        assert imports(tides, statements, cwd=place, path=(place,))[1:] == ["None"]


@pytest.mark.parametrize("kind", ["agents/__init__.py", "agents.py"])
def test_an_installed_package_of_the_same_name_is_not_shadowed(imports, tides, tmp_path, kind):
    installed = tmp_path / "site" / kind
    installed.parent.mkdir(parents=True)
    installed.write_text("MARK = 'installed'\n")
    printed = imports(
        tides,
        """
        import agents
        from agents.base_agent import BaseAgent
        from plugins.tide_tables.main import Teller
        print(agents.MARK, issubclass(Teller, BaseAgent))
        """,
        path=(tmp_path / "site",),
    )
    assert printed[1:] == ["installed True"]


def test_an_installed_plugins_package_keeps_its_modules(imports, tides, tmp_path):
    installed = tmp_path / "site" / "plugins"
    installed.mkdir(parents=True)
    (installed / "__init__.py").write_text("MARK = 'installed'\n")
    (installed / "other.py").write_text("MARK = 'other'\n")
    printed = imports(
        tides,
        """
        import plugins, plugins.other
        from plugins.tide_tables.main import Tides
        print(plugins.MARK, plugins.other.MARK, Tides.__name__)
        """,
        path=(tmp_path / "site",),
    )
    assert printed[1:] == ["installed other Tides"]


def test_packages_need_no_init(imports, write_plugin):
    files = {"main.py": MAIN, "agents/a_teller.py": TELLER, "agents/sub/deep.py": "DEEP = 1\n"}
    folder = write_plugin(files, "bare")
    printed = imports(
        folder,
        """
        from plugins.bare.main import Teller
        from plugins.bare.agents.sub.deep import DEEP
        from plugins.bare.agents import a_teller
        print(Teller.__module__, DEEP, a_teller.Teller is Teller)
        """,
    )
    assert printed[1:] == ["plugins.bare.agents.a_teller 1 True"]


def test_a_class_in_two_files_must_be_chosen(imports, write_plugin):
    files = {"agents/one.py": TELLER, "agents/two.py": TELLER, "agents/user.py": "import nothing\n"}
    printed = imports(
        write_plugin(files, "twice"),
        """
        from plugins.twice import agents
        try:
            agents.Teller
        except AttributeError as error:
            print(error)
        print(hasattr(agents, "BaseAgent"))
        """,
    )
    assert "Teller is in one.py and two.py of plugins.twice.agents" in printed[1]
    assert printed[2] == "False"


def plant(source, evil):
    """Puts a bytecode cache beside a source that Python would take for the source's own."""
    good, there = source.read_text(), source.stat()
    source.write_text(evil + "#" * (len(good) - len(evil)))
    os.utime(source, ns=(there.st_atime_ns, there.st_mtime_ns))
    cache = py_compile.compile(str(source), doraise=True)
    source.write_text(good)
    os.utime(source, ns=(there.st_atime_ns, there.st_mtime_ns))
    return cache


def test_a_planted_bytecode_cache_does_not_run(imports, python, write_plugin):
    good = "print('the source')" + "#" * 20 + "\n"
    names = ("__init__.py", "main.py", "agents/one.py", "lone.py")
    folder = write_plugin(dict.fromkeys(names, good), "planted")
    for name in names:
        plant(folder / name, "print('the cache')")
    # Python itself would have run them.
    assert python("-c", "import lone", path=(folder,)).stdout == "the cache\n"
    statements = """
    import plugins.planted.main, plugins.planted.agents.one
    sys.path.insert(0, sys.argv[1])
    import lone
    """
    assert imports(folder, statements)[1:] == ["the source"] * 4


def test_a_bytecode_file_without_a_source_is_not_imported(imports, write_plugin):
    folder = write_plugin({"hidden.py": "print('hidden')\n", "main.py": ""}, "lonely")
    py_compile.compile(str(folder / "hidden.py"), cfile=str(folder / "hidden.pyc"))
    (folder / "hidden.py").unlink()
    statements = """
    try:
        import plugins.lonely.hidden
    except ModuleNotFoundError as error:
        print(error.name)
    """
    assert imports(folder, statements)[1:] == ["plugins.lonely.hidden"]


def test_no_bytecode_is_written(imports, tides):
    imports(tides, "import plugins.tide_tables.main")
    assert list(tides.rglob("*.pyc")) == []


def test_nothing_is_imported_from_folders_that_are_no_part_of_the_content(imports, write_plugin):
    planted = {
        "target/plain.py": "",
        "__pycache__/plain.py": "",
        "deep/target/__init__.py": "",
        "target.py": "",
        "own/target.py": "",
    }
    folder = write_plugin({"main.py": MAIN.replace("from .agents import Teller\n", ""), **planted})
    printed = imports(
        folder,
        """
        import importlib
        package = importing.install(Path(sys.argv[1]))
        sys.path.insert(0, str(Path(sys.argv[1]) / "target"))
        below = ["__pycache__.plain", "deep.target", "target", "own.target"]
        for name in [*(f"{package}.{name}" for name in below), "plain"]:
            try:
                importlib.import_module(name)
                print("imported")
            except ModuleNotFoundError as error:
                print("no part of" in str(error))
        """,
    )
    assert printed[1:] == ["True", "True", "imported", "imported", "True"]
