"""Tracebacks show the author's own lines, and are bounded."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from orchestrator_sdk.child import tracebacks


@pytest.fixture
def raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs code as a file of a plugin's, and gives what it raises."""
    monkeypatch.setattr(tracebacks, "_folder", os.path.realpath(tmp_path))

    def run(text: str, name: str = "agents/worker.py", **names: object) -> BaseException:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        try:
            exec(compile(text, str(file), "exec"), {"json": json, **names})
        except BaseException as error:
            return error
        raise AssertionError("it raised nothing")

    return run


def test_frames_of_others_are_left_out(raised):
    error = raised("def work():\n    return 1 / 0\nwork()\n")
    assert tracebacks.describe(error) == (
        "Traceback (most recent call last):\n"
        '  File "agents/worker.py", line 3, in <module>\n'
        "    work()\n"
        '  File "agents/worker.py", line 2, in work\n'
        "    return 1 / 0\n"
        "ZeroDivisionError: division by zero"
    )
    assert tracebacks.location(error) == ("agents/worker.py", 2)


def test_an_error_within_pythons_own_library_shows_the_line_that_called_it(raised):
    text = tracebacks.describe(raised("json.loads('{')\n"))
    assert text.count("File ") == 1 and "json.loads('{')" in text


def test_an_error_within_an_installed_library_shows_where_in_it(raised):
    def library() -> None:
        raise OSError("deep down")

    text = tracebacks.describe(raised("library()\n", library=library))
    assert text.count("File ") == 2 and __file__ in text and "deep down" in text


def test_the_chain_is_kept(raised):
    code = "try:\n    {}['x']\nexcept KeyError as error:\n    raise OSError('no x') from error\n"
    text = tracebacks.describe(raised(code))
    assert text.index("KeyError: 'x'") < text.index("direct cause") < text.index("OSError: no x")
    text = tracebacks.describe(raised("try:\n    {}['x']\nfinally:\n    1 / 0\n"))
    assert text.index("KeyError") < text.index("During handling") < text.index("ZeroDivisionError")
    text = tracebacks.describe(raised(code.replace("from error", "from None")))
    assert "KeyError" not in text


def test_a_syntax_error_shows_file_line_and_caret(raised, tmp_path):
    file = tmp_path / "main.py"
    file.write_text("x = 1\ndef broken(:\n    pass\n")
    error = raised("compile(open(path).read(), path, 'exec')\n", path=str(file))
    text = tracebacks.describe(error)
    assert 'File "main.py", line 2' in text and "def broken(:" in text and "^" in text
    assert tracebacks.location(error) == ("main.py", 2)


def test_deep_recursion_and_long_texts_are_bounded(raised):
    text = tracebacks.describe(raised("def f(n):\n    f(n + 1)\nf(0)\n"))
    assert "more …" in text and text.count("File ") == tracebacks.MAX_FRAMES
    text = tracebacks.describe(raised("raise ValueError('x' * 1_000_000)"))
    assert len(text) <= tracebacks.MAX_TEXT


def test_endless_chains_and_exceptions_that_can_not_be_shown_are_survived(raised):
    code = (
        "class Bad(Exception):\n    def __str__(self):\n        raise RuntimeError\n"
        "try:\n    raise Bad\nexcept Bad as error:\n    error.__cause__ = error\n    raise\n"
    )
    error = raised(code)
    assert "Bad" in tracebacks.describe(error)
    assert "its message can't be had" in tracebacks.one_line(error)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exception groups came with 3.11")
def test_the_members_of_a_group_are_shown(raised):
    code = (
        "def one():\n    raise ValueError('inner')\ntry:\n    one()\nexcept ValueError as error:\n"
    )
    text = tracebacks.describe(raised(code + "    raise ExceptionGroup('many', [error])\n"))
    assert "ExceptionGroup: many" in text and "  | ValueError: inner" in text
