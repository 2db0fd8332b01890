"""Hidden checks of assignment 1: relatives of the initializations."""

from statistics import NormalDist

import numpy as np

from coursework.grader.tasks import UNCHANGED, Case, Task

NORMAL = NormalDist()
# The share of a normal distribution within two standard deviations.
WITHIN = 1 - 2 * NORMAL.cdf(-2)


def count_bias_cases(rng):
    """Equal and unequal hours; one with shops where nobody came."""
    yield Case("equal hours", (np.array([6, 2]), np.array([2.0, 2.0])), visible=True)
    yield Case("equal hours", (rng.poisson(4, 9) + 1, np.full(9, rng.uniform(1, 5))))
    for rows in (6, 15):
        hours = rng.uniform(0.5, 12, rows)
        yield Case("unequal hours", (np.append(rng.poisson(3 * hours[1:]), 0), hours))


def resampled_bias_cases(rng):
    """Tables with an even and an uneven share."""
    yield Case("a balanced table", (0.0, np.array([0, 1, 1, 0]), 0.25), visible=True)
    for _ in range(2):
        y_true = rng.permutation(np.repeat([0, 1], 10))
        yield Case("a balanced table", (float(rng.normal()), y_true, rng.uniform(0.001, 0.3)))
    for ones in (3, 25):
        y_true = rng.permutation(np.repeat([0, 1], [30 - ones, ones]))
        yield Case("an unbalanced table", (float(rng.normal()), y_true, rng.uniform(0.05, 0.9)))


def part(index):
    """Return a judge that compares one entry of the pair only."""

    def judge(value, expected, args):
        if not isinstance(value, tuple | list) or len(value) != 2:
            return False
        got, right = np.asarray(value[index]), expected[index]
        return got.shape == right.shape and np.allclose(got, right, rtol=1e-9, atol=1e-15)

    return judge


def lecun_normal_cases(rng):
    """The weights and the biases by themselves, then a layer with many inputs."""
    for sizes in [(4, 3), (7, 2)]:
        seed = int(rng.integers(2**31))
        yield Case("the weights", (*sizes, seed), judge=part(0))
        yield Case("the biases", (*sizes, seed), judge=part(1))
    yield Case("the spread for many inputs", (900, 40, int(rng.integers(2**31))), judge=right_spread)
    # The same call as the first one: by now other numbers were drawn.
    yield Case("the same numbers for the same seed", (7, 2, seed), judge=part(0))


def right_spread(value, expected, args):
    """Say whether the weights of a large layer have the standard deviation 1/30, within five errors of it."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        return False
    weights = np.asarray(value[0])
    error = 1 / np.sqrt(2 * expected[0].size)
    return weights.shape == expected[0].shape and abs(30 * weights.std() - 1) < 5 * error


def within(value, expected, args):
    """Say whether there are `count` finite numbers, none beyond the border."""
    count, scale, _ = args
    value = np.asarray(value)
    return value.shape == (count,) and np.max(np.abs(value)) <= 2 * scale


def not_piled_up(value, expected, args):
    """Say whether at most a few numbers lie in the outermost thousandth."""
    count, scale, _ = args
    value = np.asarray(value)
    return value.shape == (count,) and np.mean(np.abs(value) > 1.998 * scale) < 0.002


def right_proportions(value, expected, args):
    """Compare the distribution with the truncated normal one (Kolmogorov's distance, 1 in a million)."""
    count, scale, _ = args
    value = np.sort(np.asarray(value, dtype=float))
    if value.shape != (count,) or not np.all(np.isfinite(value)):
        return False
    cumulative = np.array([(NORMAL.cdf(x) - NORMAL.cdf(-2)) / WITHIN for x in np.clip(value / scale, -2, 2)])
    distance = np.max(np.abs(cumulative - (np.arange(count) + 0.5) / count))
    return distance < 2.7 / np.sqrt(count)


def truncated_normal_cases(rng):
    """One large sample for each property."""
    for scale in (1.0, 0.05):
        arguments = (20_000, scale, int(rng.integers(2**31)))
        yield Case("no number beyond", arguments, judge=within)
        yield Case("nothing piled up", arguments, judge=not_piled_up)
        yield Case("the right proportions", arguments, judge=right_proportions)


def orthogonal_cases(rng):
    """Four shapes; the first one again at the end."""
    sizes = {
        "a tall matrix": [(6, 3), (9, 1)],
        "a wide matrix": [(3, 7), (1, 4)],
        "a square matrix": [(5, 5), (1, 1)],
    }
    for name, shapes in sizes.items():
        for shape in shapes:
            seed = int(rng.integers(2**31))
            yield Case(name, (*shape, seed))
    yield Case("the same numbers for the same seed", (*shape, seed))


TASKS = [
    Task(
        "count_bias",
        {"equal hours": 5, "unequal hours": 8, UNCHANGED: 2},
        count_bias_cases,
    ),
    Task(
        "resampled_bias",
        {"a balanced table": 8, "an unbalanced table": 10, UNCHANGED: 2},
        resampled_bias_cases,
    ),
    Task(
        "lecun_normal",
        {
            "the weights": 9,
            "the spread for many inputs": 5,
            "the biases": 4,
            "the same numbers for the same seed": 2,
        },
        lecun_normal_cases,
    ),
    Task(
        "truncated_normal",
        {"no number beyond": 5, "nothing piled up": 5, "the right proportions": 10},
        truncated_normal_cases,
    ),
    Task(
        "orthogonal",
        {
            "a tall matrix": 8,
            "a wide matrix": 7,
            "a square matrix": 8,
            "the same numbers for the same seed": 2,
        },
        orthogonal_cases,
        rtol=1e-7,
        atol=1e-9,
    ),
]
