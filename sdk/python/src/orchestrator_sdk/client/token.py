"""What a client is let in with."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

#: The environment variable that has the token itself.
VARIABLE = "ORCHESTRATOR_TOKEN"


def find(project: Path) -> str | None:
    """The token of `ORCHESTRATOR_TOKEN`, or of the server's file for a project, if there is one."""
    token = os.environ.get(VARIABLE, "").strip()
    if token:
        return token
    try:
        return file_of(project).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def file_of(project: Path) -> Path:
    """Where a server that has opened the project keeps its token, on this machine."""
    folder = project.resolve()
    if (folder / "plugins").is_dir() or (folder / "config").is_dir():
        state = _state_dir() / "projects" / _state_name(folder)
    else:
        state = _state_dir() / "no-project"
    return state / "server" / "token"


def _state_dir() -> Path:
    """The folder under which all projects' state is kept, as the host finds it."""
    named = os.environ.get("ORCHESTRATOR_STATE_DIR")
    if named:
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "orchestrator"
    base = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".local" / "state") / "orchestrator"


def _state_name(folder: Path) -> str:
    kept = (c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in folder.name)
    return f"{''.join(kept)[:40]}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
