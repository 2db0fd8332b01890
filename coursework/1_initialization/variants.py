"""Variants of assignment 1: what stands in its files, and what may stand there instead."""


def draw(rng):
    """Return another border for the tails, and other numbers for the examples done by hand."""
    border, word, edge = [("1.5", "one and a half", "1.4985"), ("2.5", "two and a half", "2.4975")][
        rng.integers(2)
    ]
    rate, share = int(rng.integers(3, 7)), int(rng.integers(3, 7))
    tenth = f"{float(border) / 10:g}"
    return {
        # Where the tails are cut off.
        "two standard deviations": f"{word} standard deviations",
        "It lies at two.": f"It lies at {word}.",
        "np.abs(numbers) > 2)": f"np.abs(numbers) > {border})",
        "np.abs(numbers) > 2": f"np.abs(numbers) > {border}",
        "np.abs(numbers) <= 2]": f"np.abs(numbers) <= {border}]",
        "np.clip(rng.standard_normal(count), -2, 2)": (
            f"np.clip(rng.standard_normal(count), -{border}, {border})"
        ),
        "rng.uniform(-2, 2, count)": f"rng.uniform(-{border}, {border}, count)",
        "np.abs(supply) <= 2 * scale": f"np.abs(supply) <= {border} * scale",
        "2 * count + 1000": "3 * count + 1000",
        "normal.cdf(-2), normal.cdf(2)": f"normal.cdf(-{border}), normal.cdf({border})",
        "NORMAL.cdf(-2)": f"NORMAL.cdf(-{border})",
        "<= 2 * scale": f"<= {border} * scale",
        "1.998 * scale": f"{edge} * scale",
        "np.clip(value / scale, -2, 2)": f"np.clip(value / scale, -{border}, {border})",
        "<= 0.2": f"<= {tenth}",
        "0.1999999999": f"{float(tenth) - 1e-10:.10f}",
        "> 0.1999)": f"> {float(tenth) - 1e-4:g})",
        # So many customers in four hours.
        "6 customers in 2 hours and 2 in 2 hours are 2 an hour": (
            f"{3 * rate} customers in 2 hours and {rate} in 2 hours are {rate} an hour"
        ),
        r"so the bias is $\ln 2$": rf"so the bias is $\ln {rate}$",
        "np.array([6, 2])": f"np.array([{3 * rate}, {rate}])",
        "np.log(2)": f"np.log({rate})",
        "8 customers in 4 hours: ln 2": f"{4 * rate} customers in 4 hours: ln {rate}",
        # Odds of 1 in m.
        "`true_share` $1/4$": f"`true_share` $1/{share + 1}$",
        "the odds fall from 1 to $1/3$": f"the odds fall from 1 to $1/{share}$",
        r"$-\ln 3$": rf"$-\ln {share}$",
        "balanced, 0.25)": f"balanced, 1 / {share + 1})",
        "np.array([0, 1, 1, 0]), 0.25)": f"np.array([0, 1, 1, 0]), 1 / {share + 1})",
        "-np.log(3)": f"-np.log({share})",
        "from even odds to 1 in 3": f"from even odds to 1 in {share}",
    }
