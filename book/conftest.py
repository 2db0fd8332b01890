"""Compare the pictures too: nbval, which runs the cells, passes them over.

One picture stands for another where every spot of either that is not white has
its colour close by in the other. So a letter that came out a shade lighter
passes, and a curve of another colour or in another place does not.
"""

import base64
import io
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image


class Likeness(NamedTuple):
    """How much alike two pictures have to be."""

    width: int  # spots across the picture
    reach: int  # spots that a colour may lie away
    near: int  # of 255: how far a red, green or blue may be off
    tolerated: float  # share of the spots without their colour close by


CLOSE = Likeness(width=132, reach=1, near=60, tolerated=0.001)
# Another release of matplotlib chooses other ticks, and gives the drawing more
# or less of the room.
ROUGH = Likeness(width=66, reach=2, near=40, tolerated=0.1)


def pytest_addoption(parser):
    """Let other releases of matplotlib be tried than the pinned one."""
    parser.addoption(
        "--rough-pictures",
        action="store_true",
        help="pictures may differ as between releases of matplotlib",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Fail a cell that prints the same as before, but shows something else."""
    # nbval's five seconds are too few for a kernel on a busy machine.
    item.output_timeout = 300
    result = yield
    if item.options["check"]:
        rough = item.config.option.rough_pictures
        difference = difference_of_outputs(
            item.cell.outputs, item.test_outputs, ROUGH if rough else CLOSE
        )
        if difference:
            item.raise_cell_error(f"Cell outputs differ: {difference}")
    return result


def difference_of_outputs(before, now, likeness):
    """Say how pictures or their alternative texts differ; None if not."""
    before, now = (
        [output for output in outputs if "image/png" in output.get("data", {})]
        for outputs in (before, now)
    )
    if len(before) != len(now):
        return f"pictures: {len(now)}, and there were {len(before)}"
    for was, found in zip(before, now, strict=True):
        if was["metadata"] != found["metadata"]:
            return f"metadata: {found['metadata']}, was {was['metadata']}"
        files = (output["data"]["image/png"] for output in (was, found))
        if difference := difference_of_pictures(*files, likeness):
            return difference
    return None


def difference_of_pictures(before, now, likeness):
    """Say how two PNG files, in base64, are unlike each other; None if not."""
    if before.strip() == now.strip():
        return None
    before, now = (spots(file, likeness.width) for file in (before, now))
    rows = len(before), len(now)
    if abs(rows[0] - rows[1]) > likeness.reach:
        return f"picture of another shape: {now.shape}, was {before.shape}"
    before, now = before[: min(rows)], now[: min(rows)]
    lost, new = (
        strangers(before, now, likeness),
        strangers(now, before, likeness),
    )
    if max(lost, new) > likeness.tolerated:
        return f"another picture: {lost:.2%} of it is gone, {new:.2%} is new"
    return None


def spots(file, width):
    """Return the mean colours in a PNG in base64, shape (rows, width, 3)."""
    image = Image.open(io.BytesIO(base64.b64decode(file))).convert("RGB")
    size = width, round(width * image.height / image.width)
    return np.asarray(image.resize(size, Image.Resampling.BOX)).astype(int)


def strangers(image, other, likeness):
    """Return the share of an image's spots that the other has nowhere near."""
    rows, width, _ = image.shape
    reach, ways = likeness.reach, range(2 * likeness.reach + 1)
    other = np.pad(other, [(reach, reach), (reach, reach), (0, 0)], mode="edge")
    distances = [
        np.abs(image - other[down : down + rows, right : right + width])
        for down in ways
        for right in ways
    ]
    strange = np.max(distances, axis=3).min(axis=0) > likeness.near
    drawn = np.any(image < 255 - likeness.near, axis=2)
    return strange.sum() / max(drawn.sum(), 1)
