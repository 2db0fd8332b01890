"""Values cross the wire unchanged; nothing but values does, and nothing forged brings down its reader."""

import io
import json
import math
import struct

import numpy as np
import pytest
from hypothesis import given, strategies as st

from coursework.grader import wire


def same(one, other):
    """Compare types, structure and bits."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    return one == other or (one != one and other != other)


@given(st.data())
def test_a_value_comes_out_as_it_went_in(values, data):
    value = data.draw(values)
    assert same(wire.decode(wire.encode(value)), value)


@pytest.mark.parametrize(
    "scalar", [np.float32(1.5), np.int64(-3), np.bool_(True), np.str_("ab"), np.complex64(2j)]
)
def test_a_scalar_of_numpy_stays_one(scalar):
    back = wire.decode(wire.encode(scalar))
    assert type(back) is type(scalar)
    assert back == scalar


def test_other_layouts_and_classes_arrive_as_plain_arrays():
    class Odd(np.ndarray):
        def __eq__(self, other):
            return True

    table = np.arange(6.0).reshape(2, 3)
    for value in (
        np.asfortranarray(table),
        table.astype(">f8"),
        table.view(Odd),
        table.astype(np.longdouble),
    ):
        back = wire.decode(wire.encode(value))
        assert type(back) is np.ndarray
        assert back.dtype == np.dtype("<f8")
        assert np.array_equal(back, table)
    assert wire.decode(wire.encode(np.ma.masked_array([1.0, 2.0], [True, False]))).tolist() == [1, 2]


def test_an_array_that_arrives_can_be_written_to():
    back = wire.decode(wire.encode(np.zeros(3)))
    back += 1
    assert back.tolist() == [1, 1, 1]


OTHERS = {
    "a function": print,
    "an object": object(),
    "a set": {1, 2},
    "bytes": b"bytes",
    "a range": range(3),
    "a generator": (i for i in range(3)),
    "objects": np.array([object()]),
    "dates": np.array(["2020-01-01"], "M8[D]"),
    "records": np.zeros(2, [("a", "f8")]),
    "a large integer": 2**63,
    "a key that is a number": {2.5: 1},
    "a key that is a tuple": {(1, 2): 1},
    "inside": [[[print]]],
}


@pytest.mark.parametrize("value", OTHERS.values(), ids=OTHERS)
def test_anything_else_does_not_cross(value):
    with pytest.raises(wire.WireError):
        wire.encode(value)


def test_a_list_in_itself_does_not_cross():
    endless = []
    endless.append(endless)
    with pytest.raises(wire.WireError, match="nested deeper than 16"):
        wire.encode(endless)


def test_the_limit_counts_text_and_arrays():
    size = len(wire.encode([np.zeros(100), "abc"]))
    assert wire.encode([np.zeros(100), "abc"], size)
    with pytest.raises(wire.TooLarge):
        wire.encode([np.zeros(100), "abc"], size - 1)
    with pytest.raises(wire.TooLarge):
        wire.encode(["a" * 1000], 900)


# --- Forged ---------------------------------------------------------------------------------------


def forged(tree, data=b""):
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return struct.pack(">I", len(text)) + text + data


FORGED = {
    "nothing": b"",
    "half a length": b"\0\0",
    "a length without a text": struct.pack(">I", 2**32 - 1) + b"{}",
    "no JSON": forged(b"{'a': 1}"),
    "no text": forged(b"\xff\xfe\xfa"),
    "nested a hundred thousand times": forged(b"[" * 100_000 + b"]" * 100_000),
    "nested 17 times": forged(b"[" * 18 + b"]" * 18),
    "an unknown kind": forged({"pickle": "gASVCQ=="}),
    "two kinds in one": forged({"tuple": [], "dict": []}),
    "no kind": forged({}),
    "a tuple of nothing": forged({"tuple": 3}),
    "a dict of no pairs": forged({"dict": [[1, 2, 3]]}),
    "a key that is no key": forged({"dict": [[{"tuple": [1]}, 2]]}),
    "an integer of 70 bits": forged(2**70),
    "an integer of a million digits": forged(b"1" * 1_000_000),
    "bytes left over": forged(1, b"more"),
    "objects": forged({"array": ["|O", [1]]}, b"\0" * 8),
    "a structured dtype": forged({"array": ["f8,f8", [1]]}, b"\0" * 16),
    "a dtype that is none": forged({"array": ["<f8\n", [1]]}, b"\0" * 8),
    "a dtype that is a number": forged({"array": [8, [1]]}, b"\0" * 8),
    "a shape that is a text": forged({"array": ["<f8", "1"]}, b"\0" * 8),
    "a negative size": forged({"array": ["<f8", [-1]]}, b"\0" * 8),
    "two negative sizes": forged({"array": ["<f8", [-1, -1]]}, b"\0" * 8),
    "a size of True": forged({"array": ["<f8", [True]]}, b"\0" * 8),
    "a size of 1.0": forged({"array": ["<f8", [1.0]]}, b"\0" * 8),
    "fewer bytes than the shape": forged({"array": ["<f8", [3]]}, b"\0" * 8),
    "a shape beyond all memory": forged({"array": ["<f8", [2**62, 4]]}, b"\0" * 8),
    "a billion empty rows": forged({"array": ["<f8", [10**9, 0]]}),
    "a hundred axes": forged({"array": ["<f8", [1] * 100]}, b"\0" * 8),
    "a letter beyond the last": forged({"array": ["<U1", [1]]}, b"\xff" * 4),
    "a scalar with a shape": forged({"scalar": ["<f8", [1]]}, b"\0" * 8),
}


@pytest.mark.parametrize("body", FORGED.values(), ids=FORGED)
def test_a_forged_body_is_refused_and_no_more(body):
    with pytest.raises(wire.WireError):
        wire.decode(body)


@given(st.binary(max_size=200))
def test_noise_is_refused_or_a_value(body):
    try:
        value = wire.decode(body)
    except wire.WireError:
        return
    assert same(wire.decode(wire.encode(value)), value)


@given(st.data())
def test_a_body_with_other_bytes_is_refused_or_a_value(values, data):
    body = bytearray(wire.encode(data.draw(values)))
    for place, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(body) - 1), st.integers(0, 255)), max_size=3)
    ):
        body[place] = byte
    try:
        value = wire.decode(body)
    except wire.WireError:
        return
    assert same(wire.decode(wire.encode(value)), value)
    assert repr(value)


@given(st.data())
def test_a_body_cut_short_is_refused(values, data):
    body = wire.encode(data.draw(values))
    with pytest.raises(wire.WireError):
        wire.decode(body[: data.draw(st.integers(0, len(body) - 1))])


def test_bytes_that_are_no_booleans_become_some():
    back = wire.decode(forged({"array": ["|b1", [3]]}, b"\0\1\xff"))
    assert back.sum() == 2


# --- Frames ---------------------------------------------------------------------------------------


def test_frames_follow_each_other():
    stream = io.BytesIO()
    for body in (b"one", b"", b"three"):
        wire.write(stream, body)
    stream.seek(0)
    assert [wire.read(stream) for _ in range(3)] == [b"one", b"", b"three"]
    with pytest.raises(EOFError):
        wire.read(stream)


def test_a_frame_larger_than_allowed_is_not_read():
    class Stream(io.BytesIO):
        def read(self, count=-1):
            assert count <= 8, "asked for the body of a frame that is too large"
            return super().read(count)

    with pytest.raises(wire.TooLarge):
        wire.read(Stream(struct.pack(">Q", 2**63)), 1000)


def test_a_frame_cut_short_is_an_end():
    with pytest.raises(EOFError):
        wire.read(io.BytesIO(struct.pack(">Q", 10) + b"short"), math.inf)
