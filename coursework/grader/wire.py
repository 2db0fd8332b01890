"""Values between the grader and the worker: JSON for their structure, raw bytes for the arrays.

What arrives may be forged, so `decode` makes plain values of Python and NumPy and nothing else: no classes,
no code, no pickle. A frame is its length in eight bytes, then a body. A body is the length of the JSON text
in four bytes, the text, and the bytes of all arrays in the order in which the text names them.
"""

import json
import math
import re
import struct
import sys

import numpy as np

MAX_DEPTH = 16
# Bool, integers, floats, complex numbers and text, little-endian.
DTYPE = re.compile(r"\|b1|\|[iu]1|<[iu][248]|<f[248]|<c8|<c16|<U[1-9][0-9]{0,3}")


class WireError(ValueError):
    """What came, or is to be sent, is no value of the kinds that cross the wire."""


class TooLarge(WireError):
    """What came, or is to be sent, is larger than its receiver allows."""


def encode(value, limit=math.inf):
    """Return the body for a value: None, bool, int, float, str, arrays, and tuples, lists and dicts of them.

    Raises WireError for anything else, and TooLarge where the body would have more than `limit` bytes.
    """
    arrays = []
    tree = _tree(value, arrays, 0)
    text = json.dumps(tree, separators=(",", ":")).encode("ascii")
    if 4 + len(text) + sum(array.nbytes for array in arrays) > limit:
        raise TooLarge(f"more than {limit} bytes")
    return b"".join([struct.pack(">I", len(text)), text, *(array.tobytes() for array in arrays)])


def _tree(value, arrays, depth):
    if depth > MAX_DEPTH:
        raise WireError(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, np.ndarray | np.generic | complex):
        array = _plain(value)
        arrays.append(array)
        kind = "array" if isinstance(value, np.ndarray) else "scalar"
        return {kind: [array.dtype.str, list(array.shape)]}
    if value is None or isinstance(value, bool | str | float):
        return value
    if isinstance(value, int):
        return _checked_int(value)
    if isinstance(value, list):
        return [_tree(item, arrays, depth + 1) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [_tree(item, arrays, depth + 1) for item in value]}
    if isinstance(value, dict):
        for key in value:
            _checked_key(key)
        return {"dict": [[key, _tree(item, arrays, depth + 1)] for key, item in value.items()]}
    raise WireError("no number, text, array, tuple, list or dict")


def _plain(value):
    """Return a value of NumPy's as an array of the base class, in an allowed dtype."""
    array = np.array(value, subok=False)
    if array.dtype == np.longdouble:
        array = array.astype(np.float64)
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    if not DTYPE.fullmatch(array.dtype.str):
        raise WireError("an array of something other than numbers or text")
    return array


def _checked_int(value):
    if not -(2**63) <= value < 2**63:
        raise WireError("an integer of more than 64 bits")
    return int(value)


def _checked_key(key):
    if not isinstance(key, str | int):
        raise WireError("a dict whose keys are neither text nor integers")


def decode(body):
    """Return the value of a body; WireError for whatever `encode` would not have made."""
    body = memoryview(body)
    try:
        (length,) = struct.unpack_from(">I", body)
        tree = json.loads(bytes(body[4 : 4 + length]))
        rest = _Bytes(body[4 + length :])
        value = _value(tree, rest, 0)
    except WireError:
        raise
    # A forged text may be nested a thousandfold, name a shape that is none, or be no text at all.
    except (ValueError, TypeError, KeyError, RecursionError, struct.error) as error:
        raise WireError("not in the form of the wire") from error
    if len(body) < 4 + length or rest.left():
        raise WireError("more or fewer bytes than the text names")
    return value


class _Bytes:
    """Hands out the bytes of a body from the front."""

    def __init__(self, body):
        self.body, self.start = body, 0

    def left(self):
        return len(self.body) - self.start

    def take(self, count):
        if count > self.left():
            raise WireError("fewer bytes than the text names")
        self.start += count
        return self.body[self.start - count : self.start]


def _value(tree, rest, depth):
    if depth > MAX_DEPTH:
        raise WireError(f"nested deeper than {MAX_DEPTH}")
    if isinstance(tree, list):
        return [_value(item, rest, depth + 1) for item in tree]
    if isinstance(tree, dict):
        ((kind, content),) = tree.items()
        return _BUILDERS[kind](content, rest, depth + 1)
    if isinstance(tree, int) and not isinstance(tree, bool):
        return _checked_int(tree)
    return tree


def _array(content, rest, depth):
    name, shape = content
    if not (isinstance(name, str) and DTYPE.fullmatch(name) and isinstance(shape, list) and len(shape) <= 8):
        raise WireError("no array of an allowed kind")
    if not all(type(size) is int and size >= 0 for size in shape):
        raise WireError("no shape")
    dtype = np.dtype(name)
    # Counted as if no axis were empty: a loop over a million empty rows takes as long as one over full ones.
    if math.prod(max(size, 1) for size in shape) > max(rest.left(), 10_000):
        raise WireError("a shape larger than its bytes")
    items = np.frombuffer(rest.take(math.prod(shape) * dtype.itemsize), dtype)
    # A letter beyond the last one brings down NumPy where it is shown or compared.
    if dtype.kind == "U" and items.size and items.view("<u4").max() > sys.maxunicode:
        raise WireError("a text of other than letters")
    # Bytes other than 0 and 1 are no booleans, though NumPy would take them for some.
    items = items.view(np.uint8) != 0 if dtype.kind == "b" else items.copy()
    return items.reshape(shape)


def _scalar(content, rest, depth):
    array = _array(content, rest, depth)
    if array.shape != ():
        raise WireError("a scalar with a shape")
    return array[()]


def _tuple(content, rest, depth):
    return tuple(_value(item, rest, depth) for item in content)


def _dict(content, rest, depth):
    pairs = {}
    for key, item in content:
        _checked_key(key)
        pairs[key] = _value(item, rest, depth)
    return pairs


_BUILDERS = {"array": _array, "scalar": _scalar, "tuple": _tuple, "dict": _dict}


def write(stream, body):
    """Write one frame."""
    stream.write(struct.pack(">Q", len(body)) + body)
    stream.flush()


def read(stream, limit=math.inf):
    """Return the body of the next frame; EOFError at the end, TooLarge above `limit` bytes."""
    (length,) = struct.unpack(">Q", _exactly(stream, 8))
    if length > limit:
        raise TooLarge(f"{length} bytes, {limit} are allowed")
    return _exactly(stream, length)


def _exactly(stream, count):
    data = stream.read(count)
    if len(data) < count:
        raise EOFError("the other side ended")
    return data
