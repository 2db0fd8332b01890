"""Variants of assignment 2: what stands in its files, and what may stand there instead."""


def draw(rng):
    """Return a form that is added or taken away, and other numbers for the examples done by hand."""
    mean, scale, slope = int(rng.integers(4, 12)), int(rng.integers(2, 5)), int(rng.integers(2, 5))
    a, b = (int(value) for value in rng.integers(2, 6, 2))
    ahead, where = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    return {
        # The pair (0, 1) with the weight -1.
        "$x = (2, 3)$, $w = (1, 1)$": f"$x = ({a}, {b})$, $w = (1, 1)$",
        "$2 + 3 - 6 = -1$": f"${a} + {b} - {a * b} = {a + b - a * b}$",
        "np.array([[2.0, 3.0]])": f"np.array([[{a}.0, {b}.0]])",
        "[-1.0])": "[-1.0])",
        '[-1.0]), "2 + 3 - 6 = -1"': f'[{a + b - a * b}.0]), "{a} + {b} - {a * b} = {a + b - a * b}"',
        # One column with a mean and a scale.
        "one column with mean 10 and scale 2, weight 4": (
            f"one column with mean {mean} and scale {scale}, weight {slope * scale}"
        ),
        "$4 (x - 10)/2 + 1 = 2x - 19$": (
            f"${slope * scale} (x - {mean})/{scale} + 1 = {slope}x - {slope * mean - 1}$"
        ),
        "np.array([4.0]), 1.0, np.array([10.0]), np.array([2.0])": (
            f"np.array([{slope * scale}.0]), 1.0, np.array([{mean}.0]), np.array([{scale}.0])"
        ),
        "np.allclose(weights, [2.0]) and np.isclose(bias, -19.0)": (
            f"np.allclose(weights, [{slope}.0]) and np.isclose(bias, -{slope * mean - 1}.0)"
        ),
        "4 (x - 10)/2 + 1 is 2 x - 19": (
            f"{slope * scale} (x - {mean})/{scale} + 1 is {slope} x - {slope * mean - 1}"
        ),
        # A logit that is ahead of 0.
        "weights $(0, 2)$, biases $0$, at $x = 3$": f"weights $(0, {ahead})$, biases $0$, at $x = {where}$",
        "the logits are 0 and 6, and the border is $6/2 = 3$ away": (
            f"the logits are 0 and {ahead * where}, and the border is"
            f" ${ahead * where}/{ahead} = {where}$ away"
        ),
        "np.array([[3.0]]), np.array([[0.0, 2.0]])": f"np.array([[{where}.0]]), np.array([[0.0, {ahead}.0]])",
        '[3.0]), "6 ahead, slope 2: 3 away"': (
            f'[{where}.0]), "{ahead * where} ahead, slope {ahead}: {where} away"'
        ),
        **(_taken_away() if rng.random() < 0.5 else {}),
    }


def _taken_away():
    """Return what turns x.A.x + x.w + b into x.w + b - x.A.x."""
    form = "(X @ A * X).sum(axis=1)"
    return {
        r"$$z = x^\top A x + x \cdot w + b$$": r"$$z = x \cdot w + b - x^\top A x$$",
        "Return x.A.x + x.w + b for each row": "Return x.w + b - x.A.x for each row",
        "$b = -4$: $1 + 2 + 4 - 4 = 3$": "$b = 4$: $4 - (1 + 2 + 4) = -3$",
        "np.zeros(2), -4.0)": "np.zeros(2), 4.0)",
        '[3.0]), "1 + 2 + 4 - 4 = 3"': '[-3.0]), "4 - (1 + 2 + 4) = -3"',
        f"{form} + X @ weights + bias": f"X @ weights + bias - {form}",
        f"{form} / 2 + X @ weights + bias": f"X @ weights + bias - {form} / 2",
        f"{form} + bias + 0 * weights[0]": f"bias + 0 * weights[0] - {form}",
        "(X @ np.triu(A) * X).sum(axis=1) + X @ weights + bias": (
            "X @ weights + bias - (X @ np.triu(A) * X).sum(axis=1)"
        ),
        "X**2 @ np.diag(A) + X @ weights + bias": "X @ weights + bias - X**2 @ np.diag(A)",
        'np.einsum("ni,ij,nj->n", X, A, X, optimize=True) + X @ weights + bias': (
            'X @ weights + bias - np.einsum("ni,ij,nj->n", X, A, X, optimize=True)'
        ),
        "(X @ A[i] + weights[i])": "(weights[i] - X @ A[i])",
    }
