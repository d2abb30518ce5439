"""How git is started.

A repository may be a stranger's, and its ``.git/config`` can name programs: a pager, an external
diff, a file monitor, a signature checker. Each is refused on the command line or in the
environment, which both outrank that file. The machine's and the user's own configs are left as they
are: they belong to the one who asks, and ``safe.directory`` stands there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol

from orchestrator_sdk import ExecError, ExecResult

from .errors import HistoryError

# Before the subcommand. Aliases need no refusal: they can't replace git's own commands.
SAFE_OPTIONS = (
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    # It would start the program of `gpg.program` for every commit.
    "-c",
    "log.showSignature=false",
    # The first commit has paths too, whatever the config says.
    "-c",
    "log.showRoot=true",
)

SAFE_ENVIRONMENT = {
    # An incomplete clone would fetch what it lacks, through whatever transport its config names.
    "GIT_NO_LAZY_FETCH": "1",
    # For a git that doesn't know the variable above: no transport is allowed at all.
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_TERMINAL_PROMPT": "0",
    # Reading leaves the repository as it was.
    "GIT_OPTIONAL_LOCKS": "0",
    # Messages are told apart by their English text.
    "LC_ALL": "C",
}

# For commands that may compare files: a `diff.<name>.command` or `.textconv` is a program too.
SAFE_DIFF_OPTIONS = ("--no-ext-diff", "--no-textconv")


class Exec(Protocol):
    """Starts a program, as an agent's `_exec` does."""

    def __call__(
        self,
        program: str,
        args: Sequence[str],
        *,
        cwd: str | None,
        stdin: str | None,
        env: Mapping[str, str],
    ) -> Awaitable[ExecResult]: ...


class Git:
    """Starts git in one folder.

    `execute` is an agent's `_exec`, and `folder` the folder to ask about, relative to the project;
    without it, the project's own.
    """

    def __init__(self, execute: Exec, folder: str | None = None) -> None:
        self._execute = execute
        self._folder = folder

    async def ask(self, *arguments: str, stdin: str | None = None) -> str | None:
        """What git prints, or nothing if it says no by its exit status.

        Raises `HistoryError` if there is no git or no repository to ask.
        """
        result = await self._run(arguments, stdin)
        return result.stdout if result.code == 0 else None

    async def tell(self, *arguments: str, stdin: str | None = None) -> str:
        """What git prints. Raises `HistoryError` with git's own words if it fails."""
        result = await self._run(arguments, stdin)
        if result.code == 0:
            return result.stdout
        said = result.stderr.strip() or f"it ended with status {result.code}"
        raise HistoryError(f"`git {arguments[0]}` failed: {said}")

    async def _run(self, arguments: Sequence[str], stdin: str | None) -> ExecResult:
        try:
            result = await self._execute(
                "git",
                [*SAFE_OPTIONS, *arguments],
                cwd=self._folder,
                stdin=stdin,
                env=SAFE_ENVIRONMENT,
            )
        except ExecError as error:
            raise HistoryError(f"git can't be started: {error}", error.kind) from None
        if result.code != 0:
            refuse_unusable(result.stderr)
        return result


def refuse_unusable(errors: str) -> None:
    """Raises `HistoryError` if git's errors say that there is no repository to ask."""
    if "not a git repository" in errors:
        raise HistoryError(
            "There is no git repository here. Open a project that is one, or name its folder "
            "with the setting `path`."
        )
    if "dubious ownership" in errors:
        raise HistoryError(
            "git does not read this repository, since it belongs to another user. If you trust "
            "it, add its folder to git's own setting `safe.directory`."
        )
