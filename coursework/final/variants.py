"""Variants of the final assignment: what stands in its files, and what may stand there instead."""


def draw(rng):
    """Return other numbers for the examples done by hand, and other rows held out."""
    middle, deviation = int(rng.integers(3, 9)), int(rng.integers(1, 3))
    steps = int(rng.integers(2, 5))
    rate = ["0.2", "0.4", "0.8"][rng.integers(3)]
    low, high, new = middle - deviation, middle + deviation, middle + steps * deviation
    return {
        "training column 1, 3 and the new value 4: mean 2, deviation 1, so $-1$, $1$, and $2$": (
            f"training column {low}, {high} and the new value {new}: mean {middle}, deviation {deviation}, so"
            f" $-1$, $1$, and ${steps}$"
        ),
        "np.array([[1.0], [3.0]]), np.array([[4.0]])": (
            f"np.array([[{low}.0], [{high}.0]]), np.array([[{new}.0]])"
        ),
        '[[2.0]]), "the new row, with the same mean and deviation: 2"': (
            f'[[{steps}.0]]), "the new row, with the same mean and deviation: {steps}"'
        ),
        "np.array([1, 1]), 0.5, 2, 1, 0, 0.0)": f"np.array([1, 1]), {rate}, 2, 1, 0, 0.0)",
        "np.allclose(weights, 0.25) and np.isclose(bias, 0.25)": (
            f"np.allclose(weights, {float(rate) / 2:g}) and np.isclose(bias, {float(rate) / 2:g})"
        ),
    }
