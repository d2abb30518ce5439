"""A plugin's tests with pytest and this package alone.

- The plugin that a test belongs to (the nearest folder above it with a `plugin.yaml`) can be
  imported as `plugins.<folder>`.
- `@pytest.fixture` works on `async def`, with `return` or `yield`, and `@pytest.mark.asyncio` on
  tests. A test has an event loop of its own, shared with its fixtures; context variables that a
  fixture sets are seen by the test.
- What a test grants with `PluginPermissionManager.grant_permission` is forgotten at its end.

Where pytest-asyncio is installed it runs the tests and fixtures itself, and where a test is one of
anyio's, anyio does.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, copy_context
from pathlib import Path
from typing import Any, TypeVar

import pytest

from orchestrator_sdk import importing, permissions

T = TypeVar("T")


class TestLoop:
    """The event loop of one test, and the context variables as its last step left them."""

    __test__ = False

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._context: Context = copy_context()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine to its end."""

        async def step() -> tuple[T, Context]:
            return await coroutine, copy_context()

        task = self._context.run(self._loop.create_task, step())
        result, self._context = self._loop.run_until_complete(task)
        return result

    def close(self) -> None:
        """Cancels the tasks that were left behind, as `asyncio.run` does, and ends the loop."""
        try:
            self._loop.run_until_complete(_end_others())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            self._loop.close()


async def _end_others() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


_LOOP = pytest.StashKey[TestLoop]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Serves the code of the plugins that the command line names, before any conftest.py is run."""
    here = early_config.invocation_params.dir
    for argument in [*args, *early_config.getini("testpaths"), "."]:
        path = here / str(argument).partition("::")[0]
        if path.exists():
            _serve(path)


def pytest_configure(config: pytest.Config) -> None:
    """Registers the mark."""
    config.addinivalue_line("markers", "asyncio: an async test, run on an event loop of its own")


@pytest.hookimpl(tryfirst=True)
def pytest_ignore_collect(collection_path: Path) -> None:
    """Serves a plugin's code before its conftest.py or its tests are imported."""
    if collection_path.is_dir() or collection_path.suffix == ".py":
        _serve(collection_path)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Lets pytest call a plain function instead of an async fixture."""
    function = fixturedef.func
    plain = _plain(function, request)
    if plain is None:
        return (yield)
    # A definition serves many tests, and each has a loop of its own.
    vars(fixturedef)["func"] = plain
    try:
        return (yield)
    finally:
        vars(fixturedef)["func"] = function


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs an async test that is marked with `asyncio`."""
    function = pyfuncitem.obj
    if not inspect.iscoroutinefunction(function) or not pyfuncitem.get_closest_marker("asyncio"):
        return None
    if pyfuncitem.config.pluginmanager.hasplugin("asyncio"):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    _loop_of(pyfuncitem).run(function(**arguments))
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """What a test grants is granted until its end."""
    with permissions.undone():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Ends the loop after the fixtures."""
    try:
        return (yield)
    finally:
        loop = item.stash.get(_LOOP, None)
        if loop is not None:
            del item.stash[_LOOP]
            loop.close()


def _plain(function: Any, request: pytest.FixtureRequest) -> Callable[..., Any] | None:
    """What to call in place of an async fixture; nothing, if it is not for us."""
    if not (inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)):
        return None
    if "anyio_backend" in request.fixturenames:
        return None
    if request.config.pluginmanager.hasplugin("asyncio"):
        # Its strict mode leaves out fixtures that bear no mark of its own.
        vars(getattr(function, "__func__", function))["_force_asyncio_fixture"] = True
        return None
    if request.scope != "function":
        return _refusal(function.__name__, request.scope)
    if inspect.ismethod(function) and isinstance(request.instance, type(function.__self__)):
        # A method is bound to the instance of an earlier test.
        function = function.__func__.__get__(request.instance)
    make = _generator if inspect.isasyncgenfunction(function) else _function
    return make(function, _loop_of(request.node))


def _refusal(name: str, scope: str) -> Callable[..., Any]:
    def refuse(**_arguments: Any) -> None:
        message = (
            f"the async fixture {name} has the scope {scope}, but every test has an event loop of "
            "its own; leave out the scope, or install pytest-asyncio"
        )
        pytest.fail(message, pytrace=False)

    return refuse


def _loop_of(node: pytest.Item) -> TestLoop:
    if _LOOP not in node.stash:
        node.stash[_LOOP] = TestLoop()
    return node.stash[_LOOP]


def _function(function: Callable[..., Any], loop: TestLoop) -> Callable[..., Any]:
    @functools.wraps(function)
    def plain(*args: Any, **kwargs: Any) -> Any:
        return loop.run(function(*args, **kwargs))

    return plain


def _generator(function: Callable[..., Any], loop: TestLoop) -> Callable[..., Any]:
    @functools.wraps(function)
    def plain(*args: Any, **kwargs: Any) -> Generator[Any, None, None]:
        generator = function(*args, **kwargs)
        yield loop.run(generator.__anext__())
        try:
            loop.run(generator.__anext__())
        except StopAsyncIteration:
            return
        loop.run(generator.aclose())
        pytest.fail(f"the fixture {function.__name__} yields more than once", pytrace=False)

    return plain


def _serve(path: Path) -> None:
    """Makes the plugin importable that `path` belongs to, if it belongs to one."""
    resolved = path.resolve()
    for folder in (resolved, *resolved.parents):
        if (folder / "plugin.yaml").is_file():
            importing.install(folder)
            return
