"""A plugin's start: what it leaves out, and that nothing is missing for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .fake_host import FakeHost

#: Why each must not have run when a plugin is ready that does not use it.
HEAVY = {
    "ast": "comes with inspect",
    "dataclasses": "making its classes takes a millisecond for each",
    "difflib": "for messages of errors alone",
    "dis": "comes with inspect",
    "locale": "subprocess imports it and rarely needs it",
    "inspect": "needs ast, dis and tokenize",
    "_ssl": "loads OpenSSL; most plugins open no connection",
    "asyncio.sslproto": "needs ssl",
    "ssl": "needs _ssl",
    "tempfile": "for tests of authors alone",
    "textwrap": "for exception groups and for help texts",
    "tokenize": "compiles many regular expressions",
}
# `register_hooks` is what a plugin is asked last before it is ready.
LOOK = """
    class Plugin(BasePlugin):
        def get_agents(self):
            return {"worker": Worker}
        def register_hooks(self, hook_manager):
            read = [n for n, m in sys.modules.items() if type(m).__name__ != "_Unread"]
            self.logger.info("read: %s", " ".join(read))
    class Worker(BaseAgent):
        async def _execute_task(self, request):
"""
# Without the modules that the tests' usual head imports for their own sake.
HEAD = """
import sys
from plugins.base import BasePlugin
from agents.base_agent import BaseAgent
"""


@pytest.mark.skipif(
    sys.version_info >= (3, 14), reason="what the standard library imports is known up to 3.13"
)
def test_a_plugin_starts_without_what_it_does_not_use(
    folder: Callable[..., Path], start: Callable[..., FakeHost]
) -> None:
    host = start()
    host.initialize(folder(LOOK + "            yield ''\n", head=HEAD))
    read = host.log("read: ")["message"].split()
    assert "asyncio" in read
    assert {name: why for name, why in HEAVY.items() if name in read} == {}


@pytest.mark.parametrize(
    "use",
    [
        "yield ssl.create_default_context().verify_mode.name",
        "yield asyncio.sslproto.ssl is ssl and 'CERT_REQUIRED'",
        "yield 'CERT_REQUIRED' if inspect.signature(ssl.create_default_context) else ''",
        "yield 'CERT_REQUIRED' if 'SSLContext' in dir(ssl) and 'dedent' in vars(textwrap) else ''",
    ],
)
def test_what_was_left_out_is_whole_when_it_is_used(
    use: str, folder: Callable[..., Path], start: Callable[..., FakeHost]
) -> None:
    head = HEAD + "import asyncio, inspect, ssl, textwrap\n"
    host = start()
    host.initialize(folder(LOOK + f"            {use}\n", head=head))
    assert list(host.items(host.agent())) == ["CERT_REQUIRED"]


def test_a_module_that_was_left_out_can_be_changed_before_it_is_used(
    folder: Callable[..., Path], start: Callable[..., FakeHost]
) -> None:
    main = LOOK + "            yield ssl.SSLContext + ssl.TLSVersion.TLSv1_2.name\n"
    host = start()
    host.initialize(folder(main, head=HEAD + "import ssl\nssl.SSLContext = 'changed '\n"))
    assert list(host.items(host.agent())) == ["changed TLSv1_2"]


def test_threads_that_use_one_at_once_all_find_it_whole(
    folder: Callable[..., Path], start: Callable[..., FakeHost]
) -> None:
    main = f"""{LOOK}
            ready = threading.Barrier(4)
            def use():
                ready.wait()
                return inspect.unwrap.__name__
            sys.setswitchinterval(1e-6)
            yield " ".join(await asyncio.gather(*(asyncio.to_thread(use) for _ in range(4))))
    """
    host = start()
    host.initialize(folder(main, head=HEAD + "import asyncio, inspect, threading\n"))
    assert list(host.items(host.agent())) == ["unwrap unwrap unwrap unwrap"]
