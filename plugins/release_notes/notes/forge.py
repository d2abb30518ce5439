"""Links to commits and issues, where a remote's address tells their shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

# `scheme://user:password@host:port/path`, or `user@host:path`. Only host and path are kept: the
# user part may hold a token.
_URL = re.compile(r"(?:https?|ssh|git)://(?:[^/@\s]*@)?([\w.-]+)(?::\d+)?/([\w./~+-]+)")
_SSH = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)([\w./~+-]+)")


@dataclass(frozen=True)
class Forge:
    """A repository's place on the web."""

    address: str
    """The repository's page, such as `https://example.org/owner/name`."""
    commit: str
    """What comes after the address, with the id for `{}`."""
    issue: str
    merge_request: str | None
    compare: str | None
    """With the two ends for `{}`."""

    def commit_link(self, commit_id: str) -> str:
        return self.address + self.commit.format(commit_id)

    def issue_link(self, reference: str) -> str | None:
        """Where `#12`, `!12` or `owner/name#12` leads, if it can be told."""
        if reference.startswith("!"):
            request = self.merge_request
            return self.address + request.format(reference[1:]) if request else None
        place, _, number = reference.partition("#")
        site = self.address.rsplit("/", 2)[0]
        address = f"{site}/{place}" if place else self.address
        return address + self.issue.format(number)

    def compare_link(self, start: str, end: str) -> str | None:
        """What lies between two commits, tags or branches, if the forge can show it."""
        if not self.compare:
            return None
        # A tag's name may hold what would end a link.
        return self.address + self.compare.format(quote(start), quote(end))


def find_forge(remote: str) -> Forge | None:
    """The forge of a remote's address, if its host's name tells which kind it is."""
    match = _URL.fullmatch(remote.strip()) or _SSH.fullmatch(remote.strip())
    if not match:
        return None
    host, path = match[1].lower(), match[2].strip("/").removesuffix(".git")
    if "/" not in path:
        return None
    address = f"https://{host}/{path}"
    if "github" in host:
        return Forge(address, "/commit/{}", "/issues/{}", None, "/compare/{}...{}")
    if "gitlab" in host:
        return Forge(
            address, "/-/commit/{}", "/-/issues/{}", "/-/merge_requests/{}", "/-/compare/{}...{}"
        )
    if "bitbucket" in host:
        return Forge(address, "/commits/{}", "/issues/{}", None, None)
    if any(name in host for name in ("codeberg", "forgejo", "gitea")):
        return Forge(address, "/commit/{}", "/issues/{}", None, "/compare/{}...{}")
    return None
