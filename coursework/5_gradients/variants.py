"""Variants of assignment 5: what stands in its files, and what may stand there instead."""


def draw(rng):
    """Return other numbers for the examples done by hand."""
    length, along, across = (int(value) for value in rng.integers(2, 7, 3))
    x, border = int(rng.integers(2, 6)), int(rng.integers(1, 4))
    column = int(rng.choice([4, 6, 8]))
    return {
        # A row along the first axis: what is left of g is its second entry, over the length.
        "$x = (2, 0)$ and $g = (3, 4)$": f"$x = ({length}, 0)$ and $g = ({along}, {across * length})$",
        "$u = (1, 0)$ and the gradient $(0, 2)$": f"$u = (1, 0)$ and the gradient $(0, {across})$",
        "np.array([[2.0, 0.0]]), np.array([[3.0, 4.0]])": (
            f"np.array([[{length}.0, 0.0]]), np.array([[{along}.0, {across * length}.0]])"
        ),
        '[[0.0, 2.0]]), "x = (2, 0), g = (3, 4): (0, 2)"': (
            f'[[0.0, {across}.0]]), "x = ({length}, 0), g = ({along}, {across * length}): (0, {across})"'
        ),
        # An error of x + 3, far beyond the border.
        r"$x = 2$ with error $5$ and $\delta = 1$: $(2, 1)$": (
            rf"$x = {x}$ with error ${x + 3}$ and $\delta = {border}$: $({x * border}, {border})$"
        ),
        "np.array([[2.0]]), np.array([0.0]), np.array([1.0]), 3.0, 1.0)": (
            f"np.array([[{x}.0]]), np.array([0.0]), np.array([1.0]), 3.0, {border}.0)"
        ),
        '[2.0, 1.0]), "x = 2, error 5, delta = 1: (2, 1)"': (
            f'[{x * border}.0, {border}.0]), "x = {x}, error {x + 3}, delta = {border}:'
            f' ({x * border}, {border})"'
        ),
        # The logit moves by x, the probability by x/4, and the gradient by x²/4 and x/4.
        r"one row $x = 2$ at $w = b = 0$ along $u = 1$, $c = 0$: the logit moves by 2, the probability by"
        r" $2 \cdot \tfrac14$, and $(h_w, h_b) = (1, \tfrac12)$": (
            rf"one row $x = {column}$ at $w = b = 0$ along $u = 1$, $c = 0$: the logit moves by {column}, the"
            rf" probability by ${column} \cdot \tfrac14$, and $(h_w, h_b) = ({column**2 // 4},"
            rf" \tfrac{{{column}}}{{4}})$"
        ),
        "curvature_product(np.array([[2.0]])": f"curvature_product(np.array([[{column}.0]])",
        '[1.0, 0.5]), "x = 2 at zero along u = 1: (1, 1/2)"': (
            f'[{column**2 // 4}.0, {column} / 4]), "x = {column} at zero along u = 1:'
            f' ({column**2 // 4}, {column}/4)"'
        ),
    }
