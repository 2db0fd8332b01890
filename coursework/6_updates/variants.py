"""Variants of assignment 6: what stands in its files, and what may stand there instead."""


def draw(rng):
    """Return other numbers for the examples done by hand."""
    a, b, length = [(3, 4, 5), (5, 12, 13), (8, 15, 17)][rng.integers(3)]
    limit = int(rng.integers(2, 5))
    rate, beta = [("0.1", "0.5"), ("0.2", "0.25"), ("0.05", "0.75")][rng.integers(3)]
    first, gradient = int(rng.integers(2, 5)), int(rng.integers(3, 9))
    return {
        # Two pieces of one gradient, shortened to the limit.
        "pieces $(3)$ and $(0, 4)$ have length 5. With the limit 1 they become $(0.6)$ and $(0, 0.8)$": (
            f"pieces $({a})$ and $(0, {b})$ have length {length}. With the limit {limit} they become"
            f" $({limit * a}/{length})$ and $(0, {limit * b}/{length})$"
        ),
        "np.array([3.0]), np.array([0.0, 4.0])], 1.0)": (
            f"np.array([{a}.0]), np.array([0.0, {b}.0])], {limit}.0)"
        ),
        "np.array([3.0]), np.array([0.0, 4.0])], 6.0)": (
            f"np.array([{a}.0]), np.array([0.0, {b}.0])], {length + 1}.0)"
        ),
        "clipped[0], [0.6]) and np.allclose(clipped[1], [0.0, 0.8])": (
            f"clipped[0], [{limit * a} / {length}])"
            f" and np.allclose(clipped[1], [0.0, {limit * b} / {length}])"
        ),
        "length 5, limit 1": f"length {length}, limit {limit}",
        "same[1], [0.0, 4.0]": f"same[1], [0.0, {b}.0]",
        # Momentum reaches 1 + beta times as far.
        "np.array([[1.0]]), 0.5, 0.0), 0.75)": f"np.array([[1.0]]), {beta}, 0.0), {(1 + float(beta)) / 2:g})",
        "momentum 1/2 reaches 1.5 times as far": (
            f"momentum {beta} reaches {1 + float(beta):g} times as far"
        ),
        # Adam's first step has the size of the rate.
        r"from 1 with the gradient 5, $\eta = 0.1$, $\lambda = 0$ and $\epsilon = 0$: $\hat m = 5$ and"
        r" $\sqrt{\hat v} = 5$, so $w_1 = 0.9$": (
            rf"from {first} with the gradient {gradient}, $\eta = {rate}$, $\lambda = 0$ and $\epsilon = 0$:"
            rf" $\hat m = {gradient}$ and $\sqrt{{\hat v}} = {gradient}$, so $w_1 = {first - float(rate):g}$"
        ),
        "np.array([1.0]), np.array([[5.0]]), 0.1, 0.9, 0.999, 0.0, 0.0)": (
            f"np.array([{first}.0]), np.array([[{gradient}.0]]), {rate}, 0.9, 0.999, 0.0, 0.0)"
        ),
        "path, [[1.0], [0.9]]": f"path, [[{first}.0], [{first - float(rate):g}]]",
    }
