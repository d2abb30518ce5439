"""Frames, messages, pieces and credit, without a child."""

from __future__ import annotations

import asyncio
import json

import pytest

from orchestrator_sdk.child.chunks import MAX_MESSAGE, Joiner, Splitter, TooLong
from orchestrator_sdk.child.frames import MAX_FRAME, FrameError, FrameReader, frame
from orchestrator_sdk.child.messages import MAX_DEPTH, NotJson, decode, encode, to_bytes
from orchestrator_sdk.child.window import Window


def test_frames_come_out_whole_however_the_bytes_arrive():
    stream = frame(b"one") + frame(b"") + frame(b"three" * 1000)
    for step in (1, 2, 5, 4096, len(stream)):
        reader = FrameReader()
        found: list[bytearray] = []
        for start in range(0, len(stream), step):
            found += reader.feed(stream[start : start + step])
        assert found == [b"one", b"", b"three" * 1000]


def test_a_length_beyond_the_limit_is_refused_before_anything_of_it_came():
    with pytest.raises(FrameError, match="longer than the limit"):
        FrameReader().feed((MAX_FRAME + 1).to_bytes(4, "little"))
    assert FrameReader().feed(MAX_FRAME.to_bytes(4, "little")) == []


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (float("nan"), "not JSON compliant"),
        ({1, 2}, "set is not JSON serializable"),
        ({"when": object()}, "object is not JSON serializable"),
    ],
)
def test_what_is_no_json_is_an_error_in_words(value, reason):
    with pytest.raises(NotJson, match=reason):
        encode(value)


def test_values_that_contain_themselves_are_an_error():
    value: list[object] = []
    value.append(value)
    with pytest.raises(NotJson):
        encode(value)


def test_the_depth_of_a_value_is_limited_as_the_hosts_parser_limits_it():
    def nested(depth: int) -> object:
        return [] if depth == 1 else [nested(depth - 1)]

    assert encode(nested(MAX_DEPTH))
    with pytest.raises(NotJson, match="nested"):
        encode(nested(MAX_DEPTH + 1))
    # Brackets in a text are no depth.
    assert encode({"text": "[" * 1000})


def test_a_message_nested_beyond_reason_is_an_error_and_no_crash():
    with pytest.raises(ValueError):
        decode(b"[" * 200_000)


def test_text_that_utf_8_has_no_place_for_is_replaced():
    assert json.loads(to_bytes(encode("a\ud800b"))) == "a?b"


@pytest.mark.parametrize("character", ["x", '"', "\\", "ä", "🙂"])
def test_long_messages_travel_in_pieces_of_one_frame_each(character):
    text = json.dumps(character * 17_000_000, ensure_ascii=False)
    data = text.encode()
    if len(data) > MAX_MESSAGE:
        with pytest.raises(TooLong):
            Splitter().split(text, data)
        return
    joiner, whole = Joiner(), None
    for payload in Splitter().split(text, data):
        assert whole is None and len(payload) <= MAX_FRAME
        whole = joiner.add(json.loads(payload))
    assert whole == data


def test_short_messages_travel_whole():
    assert list(Splitter().split('"x"', b'"x"')) == [b'"x"']


def test_pieces_of_several_messages_may_mingle():
    joiner = Joiner()
    assert joiner.add({"message": 1, "text": "[1", "last": False}) is None
    assert joiner.add({"message": 2, "text": "[2", "last": False}) is None
    assert joiner.add({"message": 1, "text": "]", "last": True}) == b"[1]"
    assert joiner.add({"message": 2, "text": "]", "last": True}) == b"[2]"


def test_more_than_a_message_may_have_is_refused():
    joiner = Joiner()
    piece = {"message": 1, "text": "x" * (MAX_MESSAGE // 4), "last": False}
    for _ in range(4):
        joiner.add(piece)
    with pytest.raises(TooLong):
        joiner.add({"message": 1, "text": "x", "last": True})


def test_credit_is_counted_in_items_and_bytes():
    window = Window(2, 100)
    assert window.try_take(60)
    assert not window.try_take(60), "the bytes are used up"
    assert window.try_take(40)
    assert not window.try_take(1), "the items are used up"
    window.give(1, 60)
    assert window.try_take(10)


def test_an_item_larger_than_the_window_passes_alone_and_leaves_it_as_wide_as_it_was():
    window = Window(4, 10)
    assert window.try_take(1000)
    assert not window.try_take(1)
    window.give(1, 1000)
    assert window.try_take(10)
    assert not window.try_take(1)


def test_a_sender_waits_for_credit_and_goes_on_when_it_comes():
    async def scenario() -> None:
        window = Window(1, 100)
        await window.take(1)
        second = asyncio.ensure_future(window.take(1))
        await asyncio.sleep(0)
        assert not second.done()
        window.give(1, 1)
        await second

    asyncio.run(scenario())
