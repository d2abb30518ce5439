"""What the paths of a commit say about its group."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from .groups import Group


class _Kind(Enum):
    DOCUMENT = auto()
    TEST = auto()
    TOOLING = auto()
    PRODUCT = auto()


_DOCUMENT = re.compile(
    r"(^|/)(docs?|documentation|man)/|\.(md|mdx|rst|adoc|txt)$|(^|/)(LICEN[CS]E|COPYING|AUTHORS)[^/]*$",
    re.IGNORECASE,
)
_NOT_A_DOCUMENT = re.compile(r"(^|/)(requirements[^/]*\.txt|CMakeLists\.txt|robots\.txt)$")
_TEST = re.compile(
    r"(^|/)(tests?|__tests__|spec|testdata|fixtures|snapshots|benches|fuzz)/"
    r"|(^|/)(test_[^/]+|tests|conftest)\.\w+$|[._](test|tests|spec)\.\w+$|\.snap$"
)
_TOOLING = re.compile(
    r"^\.(github|gitlab|circleci|vscode|idea)/|^\.[^/]+$|(^|/)\.(gitignore|gitattributes|editorconfig)$"
    r"|(^|/)(Cargo|poetry|Pipfile|uv|flake|composer|Gemfile|yarn|Podfile)\.lock$"
    r"|(^|/)(package-lock\.json|pnpm-lock\.yaml|go\.sum|clippy\.toml|rustfmt\.toml)$"
)


def group_of_paths(paths: Sequence[str]) -> tuple[Group, str] | None:
    """The group and the reason, if everything that is touched is of one kind that decides."""
    kinds = {_kind(path) for path in paths}
    if kinds == {_Kind.DOCUMENT}:
        return Group.DOCUMENTATION, "only documents are touched"
    if kinds == {_Kind.TEST}:
        return Group.INTERNAL, "only tests are touched"
    if kinds == {_Kind.TOOLING}:
        return Group.INTERNAL, "only the tooling's files are touched"
    if kinds and _Kind.PRODUCT not in kinds:
        return Group.INTERNAL, "nothing of the product itself is touched"
    return None


def _kind(path: str) -> _Kind:
    if _TEST.search(path):
        return _Kind.TEST
    if _TOOLING.search(path):
        return _Kind.TOOLING
    if _DOCUMENT.search(path) and not _NOT_A_DOCUMENT.search(path):
        return _Kind.DOCUMENT
    return _Kind.PRODUCT
