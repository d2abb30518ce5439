"""The folder that a setting names."""

from __future__ import annotations

from pathlib import Path


class FolderError(ValueError):
    """There is no such folder, or it can't be looked into; says which and what to do."""


class FolderOutside(FolderError):
    """The folder is not in the project."""


def resolve_folder(folder: str, project: Path, within: bool = False) -> Path:
    """`folder` relative to the project, without symbolic links; the project's own if it is empty.

    With `within`, it must be in the project, which must be given without symbolic links; nothing is
    told of others.
    """
    wanted = project / folder
    remedy = "set `folder` to a folder that can be read"
    try:
        if within and not is_inside(wanted.resolve(), project):
            raise FolderOutside(f"the folder {folder} is outside the project")
        found = wanted.resolve(strict=True)
    except FolderOutside:
        raise
    except (OSError, RuntimeError, ValueError) as error:
        # RuntimeError is what Python before 3.13 says to a loop of links, ValueError to a null
        # byte.
        reason = getattr(error, "strerror", None) or str(error)
        raise FolderError(f"can't look into {wanted}: {reason}; {remedy}") from error
    if not found.is_dir():
        raise FolderError(f"can't look into {wanted}: it is not a folder; {remedy}")
    return found


def is_inside(path: Path, folder: Path) -> bool:
    """Whether `path` is `folder` or in it. Both must be without symbolic links and `..`."""
    return path == folder or folder in path.parents
