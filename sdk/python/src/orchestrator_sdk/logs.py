"""The level of a plugin's loggers."""

from __future__ import annotations

import logging

_LEVELS = {
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARNING": logging.WARNING,
    "WARN": logging.WARNING,
    "ERROR": logging.ERROR,
    "CRITICAL": logging.CRITICAL,
}


def set_level(logger: logging.Logger, level: object) -> None:
    """Sets the level that a config's `log_level` names, in any case; INFO if it names none."""
    known = _LEVELS.get(str(level).strip().upper())
    logger.setLevel(known or logging.INFO)
    if known is None:
        names = ", ".join(name for name in _LEVELS if name != "WARN")
        logger.warning("log_level %r is no level; INFO is used. The levels are %s", level, names)
