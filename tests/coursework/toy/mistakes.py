"""Known wrong solutions of the toy assignment."""

import numpy as np

from coursework.grader.tasks import mistake


@mistake("double")
def double_in_place(x):
    """The function writes into x. Make a new array."""
    x *= 2
    return x


@mistake("double")
def double_adds_two(x):
    """Two is added. Multiply."""
    return x + 2


@mistake("double")
def double_divides_by_zero(x):
    """It divides by zero where there are rows. There is nothing to divide by."""
    return 2 * x if x.ndim == 1 else 2 * x / (1 // 0)


@mistake("spread")
def spread_is_the_largest(x):
    """The smallest value isn't subtracted. See the formula."""
    return x.max()


@mistake("spread")
def spread_is_not_a_number(x):
    """The result is nan. Zero by zero is no number."""
    return np.array(np.nan) * x.max()
