"""Correct solutions of the toy assignment that are written differently."""

import numpy as np

from coursework.grader.tasks import alternative


@alternative("double")
def double_by_adding(x):
    return x + x


@alternative("spread")
def spread_by_sorting(x):
    ordered = np.sort(x)
    return ordered[-1] - ordered[0]


@alternative("spread")
def spread_of_plain_numbers(x):
    return max(map(float, x)) - min(map(float, x))
