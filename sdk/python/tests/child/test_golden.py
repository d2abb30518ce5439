"""The messages as the Rust side writes them, one file each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestrator_sdk.child.errors import CallError
from orchestrator_sdk.child.messages import decode, encode

GOLDEN = Path(__file__).resolve().parents[3] / "protocol" / "golden"
FILES = sorted(GOLDEN.glob("*.json"))


def test_the_files_are_there():
    assert len(FILES) > 30


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_message_comes_out_as_it_went_in(file):
    message = decode(file.read_bytes())
    assert decode(encode(message).encode()) == json.loads(file.read_text())


@pytest.mark.parametrize("name", ["error", "error_with_traceback"])
def test_errors_keep_all_their_parts(name):
    error = json.loads((GOLDEN / f"{name}.json").read_text())["error"]
    assert CallError.from_json(error).to_json() == error


def test_a_child_takes_every_message_and_goes_on(start):
    host = start()
    for file in FILES:
        message = json.loads(file.read_text())
        if isinstance(message, dict) and message.get("type") not in (None, "shutdown", "chunk"):
            host.send(message)
    assert host.alive()
    # The folder that the file names is nowhere.
    assert "/home/ada/project" in host.expect("initialize_failed")["error"]["message"]
    rejected = [m["reason"] for m in host.aside if m["type"] == "rejected"]
    assert all("does not take this" in reason for reason in rejected), rejected
