"""What an author's method gives, in whichever of Python's forms, as one stream of pieces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Iterator
from contextlib import aclosing, suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def pieces(value: object, kind: type[T], what: str) -> AsyncGenerator[T, None]:
    """The pieces of type `kind` that `value` gives.

    `value` is what calling `what` returned: an async generator or iterator, a coroutine of one
    piece or of an iterator, a plain generator (each of its steps is run on a thread, so that it
    does not block the other calls), or one piece. Raises `TypeError` in words for anything else.
    """
    if isinstance(value, Awaitable):
        value = await value
        if value is None:
            raise TypeError(f"{what} returned nothing; {_expected(kind)}")
    if isinstance(value, kind):
        yield value
    elif isinstance(value, AsyncGenerator):
        async with aclosing(value) as generator:
            async for piece in generator:
                yield _checked(piece, kind, what)
    elif isinstance(value, AsyncIterator):
        async for piece in value:
            yield _checked(piece, kind, what)
    elif isinstance(value, Iterator):
        async with aclosing(_threaded(value)) as generator:
            async for piece in generator:
                yield _checked(piece, kind, what)
    else:
        raise TypeError(f"{what} returned {_article(value)}; {_expected(kind)}")


async def _threaded(iterator: Iterator[object]) -> AsyncGenerator[object, None]:
    end = object()
    try:
        while (piece := await asyncio.to_thread(next, iterator, end)) is not end:
            yield piece
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            # A generator that is still running on its thread can't be closed.
            with suppress(ValueError):
                close()


def _checked(piece: Any, kind: type[T], what: str) -> T:
    if isinstance(piece, kind):
        return piece
    raise TypeError(f"{what} yielded {_article(piece)}; {_expected(kind)}")


def _article(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _expected(kind: type) -> str:
    return f"write it as an async generator that yields {kind.__name__}"
