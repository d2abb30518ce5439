"""What goes wrong, as HTTP answers with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException

from ..files import FolderError, FolderOutside
from ..search import SearchUnavailable
from ..settings import SettingsError


@contextmanager
def answered() -> Iterator[None]:
    """Turns the service's exceptions into answers: 403 for a folder outside the project, 404 for
    one that is not there, 422 for a setting that does not fit, 503 for a search that this Python
    can't do."""
    try:
        yield
    except FolderOutside as error:
        raise HTTPException(403, str(error)) from error
    except FolderError as error:
        raise HTTPException(404, str(error)) from error
    except SettingsError as error:
        raise HTTPException(422, str(error)) from error
    except SearchUnavailable as error:
        raise HTTPException(503, str(error)) from error
