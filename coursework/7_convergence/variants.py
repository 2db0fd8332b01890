"""Variants of assignment 7: what stands in its files, and what may stand there instead."""


def draw(rng):
    """Return other numbers for the examples done by hand."""
    top, low = int(rng.integers(6, 10)), int(rng.integers(2, 5))
    minimum, last = int(rng.integers(0, 4)), int(rng.integers(1, 4))
    curvature = 2 * int(rng.integers(2, 5))
    gaps = [4 * last, 2 * last, last]
    losses = [minimum + gap for gap in gaps]
    wanted = f"{0.15 * last:g}"
    touch = int(rng.integers(4, 9))
    return {
        # The best is the second, and the third after it is out of patience.
        "losses 5, 4, 4.5, 4.6, 3 with patience 2": (
            f"losses {top}, {low}, {low}.5, {low}.6, {low - 1} with patience 2"
        ),
        "The 3 at the end": f"The {low - 1} at the end",
        "np.array([5.0, 4.0, 4.5, 4.6, 3.0])": f"np.array([{top}.0, {low}.0, {low}.5, {low}.6, {low - 1}.0])",
        "5, 4, 4.5, 4.6, 3: (3, 1)": f"{top}, {low}, {low}.5, {low}.6, {low - 1}: (3, 1)",
        # Gaps that halve.
        "losses 9, 5, 3, minimum 1: gaps 8, 4, 2": (
            f"losses {losses[0]}, {losses[1]}, {losses[2]}, minimum {minimum}:"
            f" gaps {gaps[0]}, {gaps[1]}, {gaps[2]}"
        ),
        "For a gap of $0.3$ three epochs are left: 1, 0.5, 0.25": (
            f"For a gap of ${wanted}$ three epochs are left: {last / 2:g}, {last / 4:g}, {last / 8:g}"
        ),
        "np.array([9.0, 5.0, 3.0]), 1.0, 0.3)": (
            f"np.array([{losses[0]}.0, {losses[1]}.0, {losses[2]}.0]), {minimum}.0, {wanted})"
        ),
        "np.array([9.0, 5.0, 3.0]), 1.0, 2.5)": (
            f"np.array([{losses[0]}.0, {losses[1]}.0, {losses[2]}.0]), {minimum}.0, {last}.5)"
        ),
        "gaps 8, 4, 2 and a gap of 0.3: 3 epochs": (
            f"gaps {gaps[0]}, {gaps[1]}, {gaps[2]} and a gap of {wanted}: 3 epochs"
        ),
        # One row: curvature and gradient are both 2 + lambda, and the bound half of it.
        r"$\lambda = 2$: the curvature is $2 + 2 = 4$, the gradient $2 + 2 = 4$, and the bound $16/8 = 2$."
        " The loss is 2": (
            rf"$\lambda = {curvature - 2}$: the curvature is $2 + {curvature - 2} = {curvature}$, the"
            rf" gradient $2 + {curvature - 2} = {curvature}$, and the bound"
            rf" ${curvature**2}/{2 * curvature} = {curvature // 2}$. The loss is {curvature // 2}"
        ),
        "np.zeros(1), np.ones(1), 2.0), 2.0)": (
            f"np.zeros(1), np.ones(1), {curvature - 2}.0), {curvature // 2}.0)"
        ),
        "x = 1, y = 0, w = 1: 2": f"x = 1, y = 0, w = 1: {curvature // 2}",
        # Both classes at one value.
        "$x = (1, 2, 2, 3)$ with $y = (0, 0, 1, 1)$ touches at 2": (
            f"$x = (1, {touch}, {touch}, 9)$ with $y = (0, 0, 1, 1)$ touches at {touch}"
        ),
        "np.array([1.0, 2.0, 2.0, 3.0])": f"np.array([1.0, {touch}.0, {touch}.0, 9.0])",
        "both classes at 2": f"both classes at {touch}",
    }
