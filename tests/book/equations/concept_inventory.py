"""The equation of the concept inventory."""

from fractions import Fraction

from coursework.inventory.analysis import gain
from equations import check


@check("normalized-gain", tex="68ff040a")
def the_share_that_was_gained(rng):
    for before, after, m in [(8, 17, 25), (0, 25, 25), (20, 15, 25)]:
        g = Fraction(after - before, m - before)
        assert before + g * (m - before) == after  # the share g of what could be gained was gained
        assert gain(before, after, m) == float(g)
    assert gain(8, 17, 25) == 9 / 17
