"""Variants of assignment 4: what stands in its files, and what may stand there instead."""


def draw(rng):
    """Return the Huber loss with or without its half, and other numbers for the examples done by hand."""
    border, far, power = int(rng.integers(2, 5)), int(rng.integers(6, 10)), int(rng.integers(2, 5))
    half = rng.random() < 0.5
    costs = (0.5, border * (far - border / 2)) if half else (1, border * (2 * far - border))
    mean = sum(costs) / 2
    return {
        r"errors 1 and 4 with $\delta = 2$ cost $0.5$ and $6$, in the mean $3.25$": (
            rf"errors 1 and {far} with $\delta = {border}$ cost ${costs[0]:g}$ and ${costs[1]:g}$,"
            f" in the mean ${mean:g}$"
        ),
        "np.array([1.0, 4.0]), 2.0)": f"np.array([1.0, {far}.0]), {border}.0)",
        'by_hand, 3.25), "errors 1 and 4, delta = 2: 3.25"': (
            f'by_hand, {mean:g}), "errors 1 and {far}, delta = {border}: {mean:g}"'
        ),
        # The focal loss at z = 0 is ln(2) / 2^gamma.
        r"$\gamma = 2$ the loss is $\ln(2)/4$": rf"$\gamma = {power}$ the loss is $\ln(2)/{2**power}$",
        "np.zeros(3), 2.0)": f"np.zeros(3), {power}.0)",
        "np.log(2) / 4": f"np.log(2) / {2**power}",
        "z = 0, gamma = 2: ln(2)/4": f"z = 0, gamma = {power}: ln(2)/{2**power}",
        **({} if half else _without_the_half()),
    }


def _without_the_half():
    """Return what makes the parabola e² instead of e²/2, and the line that meets it."""
    line = "delta * (error - delta / 2)"
    return {
        r"\tfrac{1}{2} e^2 & |e|": r"e^2 & |e|",
        r"\delta\left(|e| - \tfrac{1}{2}\delta\right)": r"\delta\left(2|e| - \delta\right)",
        f"error**2 / 2, {line}": "error**2, delta * (2 * error - delta)",
        "error**2 / 2, delta * error)": "error**2, 2 * delta * error)",
        f"error**2, {line}": "error**2 / 2, delta * (2 * error - delta)",
        "huber_without_the_half": "huber_with_a_half",
        "The parabola is twice too high. Its half makes its slope equal to that of the line at the border.": (
            "The parabola is half as high as it should be. Its slope doesn't equal that of the line at the"
            " border."
        ),
        "half of delta is to": "something is to",
        "error**2 / 2 if error <= delta else delta * error - delta**2 / 2": (
            "error**2 if error <= delta else 2 * delta * error - delta**2"
        ),
        "np.mean(inside**2 / 2 + delta * (size - inside))": (
            "np.mean(inside**2 + 2 * delta * (size - inside))"
        ),
    }
