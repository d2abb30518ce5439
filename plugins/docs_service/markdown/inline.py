"""markdown-it's inline parser, with line numbers.

The library says on which lines a block stands, but not where in it a link is. Here every inline
token is told the number of line breaks before it (`line_within`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_LINE = "line"


def line_within(token: Token) -> int:
    """How many lines below its block's first line an inline token stands."""
    return int(token.meta.get(_LINE, 0))


class _State(StateInline):
    def __init__(
        self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]
    ) -> None:
        super().__init__(src, md, env, tokens)
        self._breaks = [at for at, char in enumerate(src) if char == "\n"]

    def _number(self, token: Token) -> Token:
        token.meta[_LINE] = bisect_left(self._breaks, self.pos)
        return token

    def push(self, ttype: str, tag: str, nesting: Any) -> Token:
        return self._number(super().push(ttype, tag, nesting))

    def pushPending(self) -> Token:
        return self._number(super().pushPending())


class NumberingInline(ParserInline):
    """Replaces `MarkdownIt.inline`."""

    def parse(
        self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]
    ) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens
