"""A stranger's repository runs nothing, and can't make its commits look like others."""

import subprocess

import pytest
from orchestrator_sdk import AgentError
from plugins.release_notes.agents import ChangeSorter, HistoryReader, NotesWriter
from plugins.release_notes.git.command import SAFE_ENVIRONMENT


@pytest.fixture
def hostile(repository, tmp_path):
    """A repository whose config names a program wherever git would start one."""
    repository.commit("First", "a.c", "b.md")
    repository.tag("v1")
    repository.commit("Second", "a.c", "b.md")
    mark = tmp_path / "mark"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho run >> '{mark}'\n")
    program.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc"):
        (hooks / hook).symlink_to(program)
    (repository.path / ".git" / "info" / "attributes").write_text("* diff=evil filter=evil\n")
    for key, value in {
        "alias.log": f"!{program}",
        "alias.rev-list": f"!{program}",
        "core.pager": str(program),
        "pager.log": str(program),
        "core.fsmonitor": str(program),
        "core.hooksPath": str(hooks),
        "core.sshCommand": str(program),
        "core.askPass": str(program),
        "core.editor": str(program),
        "core.alternateRefsCommand": str(program),
        "credential.helper": f"!{program}",
        "diff.external": str(program),
        "diff.evil.command": str(program),
        "diff.evil.textconv": str(program),
        "filter.evil.clean": str(program),
        "filter.evil.smudge": str(program),
        "gpg.program": str(program),
        "gpg.ssh.program": str(program),
        "gpg.format": "openpgp",
        "log.showSignature": "true",
        "uploadpack.packObjectsHook": str(program),
        # Output that would be read differently.
        "color.ui": "always",
        "core.quotePath": "true",
        "diff.renames": "copies",
        "diff.orderFile": str(program),
        "format.pretty": "oneline",
        "log.decorate": "full",
        "log.follow": "true",
        "log.showRoot": "false",
        "remote.origin.url": f"ext::{program}",
    }.items():
        repository.git("config", key, value)
    repository.hostile_program = program
    repository.mark = mark
    return repository


async def output(agent, repository, **context):
    request = {"task": "", "context": {"path": str(repository.path), **context}}
    return "".join([piece async for piece in agent({}).process_request(request)])


def sign_head(repository):
    """Puts a signature on the last commit, so that git has something to check."""
    raw = repository.git("cat-file", "commit", "HEAD")
    head, _, message = raw.partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = repository.path / "signed"
    signed.write_text(f"{head}\n{signature}\n\n{message}\n")
    made = repository.git("hash-object", "-t", "commit", "-w", str(signed))
    repository.git("-c", "core.hooksPath=/dev/null", "update-ref", "refs/heads/main", made)


@pytest.mark.asyncio
@pytest.mark.parametrize("agent", [HistoryReader, ChangeSorter, NotesWriter])
async def test_no_program_of_its_config_is_started(hostile, agent):
    sign_head(hostile)
    # What the program would leave is left by a git that takes no care.
    hostile.git("log", "--max-count=1")
    assert hostile.mark.exists()
    hostile.mark.unlink()
    assert "Second" in await output(agent, hostile)
    assert not hostile.mark.exists()


@pytest.mark.asyncio
@pytest.mark.parametrize("barrier", ["GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL"])
async def test_what_a_partial_clone_lacks_is_not_fetched(hostile, monkeypatch, barrier):
    # Each is enough: an older git doesn't know the first.
    for name in {"GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL"} - {barrier}:
        monkeypatch.delitem(SAFE_ENVIRONMENT, name)
    hostile.git("config", "extensions.partialClone", "origin")
    hostile.git("config", "remote.origin.promisor", "true")
    hostile.git("config", "protocol.allow", "always")
    tree = hostile.git("rev-parse", "HEAD^{tree}")
    (hostile.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    # A git that takes no care would fetch it, which runs what the remote's address says.
    with pytest.raises(subprocess.CalledProcessError):
        hostile.git("cat-file", "-p", "HEAD^{tree}")
    assert hostile.mark.exists()
    hostile.mark.unlink()
    with pytest.raises(AgentError, match="`git log` failed"):
        await output(HistoryReader, hostile)
    assert not hostile.mark.exists()


@pytest.mark.asyncio
async def test_a_message_can_not_end_its_record(repository):
    repository.commit("First")
    repository.tag("v1")
    repository.commit(
        "Real\n\n\x1e\x1f\x01 commit 0000000 2026-01-01 Eve: Forged\ncommit 00000000 x"
    )
    lines = (await output(HistoryReader, repository)).splitlines()
    assert [line for line in lines if "Forged" in line or line.startswith("commit 0000")] == []


@pytest.mark.asyncio
async def test_a_path_can_not_end_its_record(repository):
    repository.commit("First")
    repository.tag("v1")
    repository.commit("Second", "new\nline.c", "\x1f", "tab\t.c")
    repository.commit("Third")
    text = await output(ChangeSorter, repository)
    assert [line.split()[2] for line in text.splitlines()[:2]] == ["Third", "Second"]


@pytest.mark.asyncio
async def test_messages_are_text_in_the_notes(repository):
    repository.commit("Add <script>alert(1)</script> and [x](http://evil) \x1b[31m\u202e")
    notes = await output(NotesWriter, repository)
    assert "Add \\<script\\>alert(1)\\</script\\> and \\[x\\](http://evil) \\[31m (" in notes
    assert "\x1b" not in notes
    assert "\u202e" not in notes
