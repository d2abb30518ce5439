"""Which group a commit belongs to, and why.

What the author declared counts first: a footer, then a conventional type. Then what the commit
touches, then the subject's first word. What nothing tells is a change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .commit import Commit
from .groups import Group
from .paths import group_of_paths


@dataclass(frozen=True)
class Verdict:
    """A commit's group, what is written about it, and why it is there."""

    group: Group
    scope: str
    """The part of the product that the subject names, or nothing."""
    summary: str
    reason: str


_PREFIX = re.compile(
    r"(?P<name>[\w./+-]{1,40})(?:\((?P<scope>[^()]{1,60})\))?(?P<mark>!)?: +(?=\S)"
)

_TYPES = {
    "feat": Group.ADDED,
    "feature": Group.ADDED,
    "fix": Group.FIXED,
    "bugfix": Group.FIXED,
    "hotfix": Group.FIXED,
    "security": Group.FIXED,
    "perf": Group.PERFORMANCE,
    "docs": Group.DOCUMENTATION,
    "doc": Group.DOCUMENTATION,
    "revert": Group.CHANGED,
    "build": Group.INTERNAL,
    "chore": Group.INTERNAL,
    "ci": Group.INTERNAL,
    "deps": Group.INTERNAL,
    "refactor": Group.INTERNAL,
    "style": Group.INTERNAL,
    "test": Group.INTERNAL,
    "tests": Group.INTERNAL,
}

_WORDS = {
    Group.ADDED: "add allow create enable implement introduce let offer provide support",
    Group.FIXED: "avoid correct don't ensure fix guard handle prevent repair resolve restore stop",
    Group.PERFORMANCE: "accelerate cache optimise optimize speed",
    Group.DOCUMENTATION: "describe document explain",
    Group.INTERNAL: "bump clean cleanup extract format inline refactor reformat release "
    "reorganise reorganize tidy",
    Group.CHANGED: "change deprecate drop improve make move remove rename replace require revert "
    "switch update upgrade use",
}
_BY_WORD = {word: group for group, words in _WORDS.items() for word in words.split()}

_SECURITY = re.compile(r"\bCVE-\d{4}-\d{4,}\b|\bGHSA(?:-\w{4}){3}\b")
# `Let nothing outside reach it`, `Do not follow links`: what was possible, and should not be.
_PREVENTED = re.compile(r"(?:let no(?:t|thing)?|do not|never|no longer)\b", re.IGNORECASE)
_VERSION = re.compile(r"(?:(?:release|version)\s+)?v?\d+(?:\.\d+)+\S*", re.IGNORECASE)
_FASTER = re.compile(r"\b(?:faster|quicker|speed up|performance of|less memory)\b", re.IGNORECASE)


def judge(commit: Commit) -> Verdict:
    """The group of a commit, by the first rule that applies."""
    prefix = _PREFIX.match(commit.subject)
    kind = _TYPES.get(prefix["name"].lower()) if prefix else None
    if prefix and kind:
        scope, summary = prefix["scope"] or "", commit.subject[prefix.end() :]
    elif prefix:
        # Not a type, so it says where: `parser: read the column too`.
        scope, summary = prefix["name"], commit.subject[prefix.end() :]
    else:
        scope, summary = "", commit.subject

    def verdict(group: Group, reason: str) -> Verdict:
        return Verdict(group, scope, summary, reason)

    if commit.is_declared_breaking():
        return verdict(Group.BREAKING, "a footer says BREAKING CHANGE")
    if prefix and prefix["mark"]:
        return verdict(Group.BREAKING, "a `!` before its colon says so")
    if prefix and kind:
        return verdict(kind, f"its type is {prefix['name']}")
    if named := _SECURITY.search(f"{commit.subject}\n{commit.body}"):
        return verdict(Group.FIXED, f"it names {named[0]}")
    if touched := group_of_paths(commit.paths):
        return verdict(*touched)
    if faster := _FASTER.search(summary):
        return verdict(Group.PERFORMANCE, f'the subject says "{faster[0]}"')
    if _VERSION.fullmatch(summary.strip()):
        return verdict(Group.INTERNAL, "it only names a version")
    if prevented := _PREVENTED.match(summary):
        return verdict(Group.FIXED, f'the subject begins with "{prevented[0].lower()}"')
    first = summary.split(maxsplit=1)[0].strip(".,:;()").lower() if summary.strip() else ""
    for word in (first, _stem(first)):
        if word in _BY_WORD:
            return verdict(_BY_WORD[word], f'the subject begins with "{first}"')
    return verdict(Group.CHANGED, "nothing says otherwise")


def _stem(word: str) -> str:
    """`fixes`, `fixed`, `adding` as `fix`, `add`, as far as the table needs it."""
    for ending in ("es", "ed", "s", "d", "ing"):
        stem = word.removesuffix(ending)
        if stem != word:
            if stem in _BY_WORD:
                return stem
            if stem + "e" in _BY_WORD:
                return stem + "e"
    return word
