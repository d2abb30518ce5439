"""What one run's config may say."""

from __future__ import annotations

from typing import Any

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "from": {
            "type": "string",
            "description": "A commit, tag or branch; what comes after it is told. "
            "The last tag before the end without it",
        },
        "to": {
            "type": "string",
            "description": "The last commit; the version's tag, or HEAD, without it",
        },
        "last": {
            "type": "integer",
            "minimum": 1,
            "description": "Only so many commits, instead of a beginning",
        },
        "version": {
            "type": "string",
            "description": "The title; that of the tag at the end, or Unreleased, without it",
        },
        "path": {
            "type": "string",
            "description": "The repository's folder, relative to the project",
        },
        "tags": {
            "type": "string",
            "description": "Which tags are releases, as a pattern such as v*",
        },
        "remote": {"type": "string", "description": "The remote whose address links lead to"},
        "include_internal": {"type": "boolean", "description": "Internal changes are told too"},
        "max_commits": {"type": "integer", "minimum": 1, "description": "The most commits read"},
        "sorters": {
            "type": "integer",
            "minimum": 1,
            "description": "How many sort at the same time",
        },
    },
}
