"""An author's tests, run by pytest in a process of its own."""

import importlib.util
import shutil
from pathlib import Path

import pytest

TIDES = Path(__file__).parent / "plugins" / "tide_tables"

ALONE = ("-p", "no:asyncio", "-p", "no:anyio")
PLUGINS = [
    pytest.param(ALONE, id="alone"),
    *(
        pytest.param(
            (f"--asyncio-mode={mode}",),
            id=f"asyncio-{mode}",
            marks=pytest.mark.skipif(
                importlib.util.find_spec("pytest_asyncio") is None,
                reason="pytest-asyncio is not installed",
            ),
        )
        for mode in ("strict", "auto")
    ),
]


@pytest.fixture
def tests(python, tmp_path):
    """Runs pytest; gives its exit status and what it printed."""

    def run(*arguments, cwd=tmp_path):
        fixed = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
        done = python(*fixed, *map(str, arguments), cwd=cwd)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize("options", PLUGINS)
def test_the_guides_test_runs_as_written(tests, tmp_path, options):
    folder = tmp_path / "project" / "plugins" / "tide_tables"
    shutil.copytree(TIDES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    # From the plugin's folder, from the project's, and from elsewhere.
    for cwd, argument in ((folder, "."), (folder.parent.parent, "."), (tmp_path, folder / "tests")):
        status, printed = tests(*options, argument, cwd=cwd)
        assert (status, "2 passed" in printed) == (0, True), printed


def test_the_plugins_own_conftest_can_import_it(tests, write_plugin):
    folder = write_plugin(
        {
            "plugin.yaml": "name: with-conftest\n",
            "main.py": "VALUE = 1\n",
            "tests/conftest.py": "from plugins.with_conftest.main import VALUE\n",
            "tests/test_it.py": "def test_it(): pass\n",
        },
        "with-conftest",
    )
    for argument in (".", "plugins", folder / "tests", folder / "tests" / "test_it.py::test_it"):
        status, printed = tests(*ALONE, argument, cwd=folder.parent.parent)
        assert status == 0, printed


FIXTURES = """
import asyncio
from contextvars import ContextVar
import pytest

seen, variable = [], ContextVar("variable", default="unset")

@pytest.fixture
async def loop():
    variable.set("set")
    return asyncio.get_running_loop()

@pytest.fixture
async def resource(loop):
    seen.append(asyncio.get_running_loop() is loop)
    task = asyncio.create_task(asyncio.Event().wait())
    yield task
    seen.append(task.done())
    seen.append(asyncio.get_running_loop() is loop)

@pytest.mark.asyncio
async def test_one(resource, loop):
    assert asyncio.get_running_loop() is loop
    assert variable.get() == "set"
    assert not resource.done()

@pytest.mark.asyncio
async def test_two(loop):
    assert seen == [True, False, True]

def test_plain(resource):
    assert not resource.done()

class TestMethods:
    @pytest.fixture
    async def me(self):
        self.mine = True
        return self

    @pytest.mark.asyncio
    @pytest.mark.parametrize("number", [1, 2])
    async def test_each_has_its_own(self, me, number):
        assert me is self and self.mine
"""


def test_a_test_shares_its_loop_and_context_with_its_fixtures(tests, tmp_path):
    (tmp_path / "test_it.py").write_text(FIXTURES)
    status, printed = tests(*ALONE, "-W", "error", "--strict-markers")
    assert (status, "5 passed" in printed) == (0, True), printed


def failing(tests, tmp_path, text):
    (tmp_path / "test_it.py").write_text("import pytest\n" + text)
    status, printed = tests(*ALONE)
    assert status == 1, printed
    return printed


def test_failures_in_async_tests_and_fixtures_are_failures(tests, tmp_path):
    text = """
@pytest.fixture
async def before():
    raise RuntimeError("before")

@pytest.fixture
async def after():
    yield
    raise RuntimeError("after")

@pytest.fixture
async def twice():
    yield 1
    yield 2

@pytest.mark.asyncio
async def test_before(before): pass

@pytest.mark.asyncio
async def test_after(after): pass

@pytest.mark.asyncio
async def test_twice(twice): pass

@pytest.mark.asyncio
async def test_itself(): assert 1 == 2
"""
    printed = failing(tests, tmp_path, text)
    assert "1 failed, 2 passed, 3 errors" in printed
    assert "RuntimeError: before" in printed and "RuntimeError: after" in printed
    assert "the fixture twice yields more than once" in printed


def test_an_async_fixture_for_many_tests_is_refused_in_words(tests, tmp_path):
    text = """
@pytest.fixture(scope="module")
async def wide(): pass

@pytest.mark.asyncio
async def test_it(wide): pass
"""
    assert "the async fixture wide has the scope module" in failing(tests, tmp_path, text)


@pytest.mark.skipif(importlib.util.find_spec("anyio") is None, reason="anyio is not installed")
def test_a_test_of_anyios_is_left_to_it(tests, tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import anyio, pytest\n"
        "@pytest.fixture\n"
        "def anyio_backend(): return 'asyncio'\n"
        "@pytest.fixture\n"
        "async def value(): yield 1\n"
        "@pytest.mark.anyio\n"
        "async def test_it(value): assert value == 1\n"
    )
    status, printed = tests("-p", "no:asyncio")
    assert (status, "1 passed" in printed) == (0, True), printed
