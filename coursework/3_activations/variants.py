"""Variants of assignment 3: what stands in its files, and what may stand there instead."""


def draw(rng):
    """Return other numbers for the examples done by hand, and a sharpness for the temperature or not."""
    power = int(rng.choice([3, 4]))
    cut = int(rng.choice([2, 4, 5]))
    base, high = (2, "0.8") if rng.random() < 0.5 else (3, "0.9")
    low = f"{1 - float(high):.1f}"
    return {
        # Softmax of (0, ln b) at T = 1/2, or at a sharpness of 2, is 1 and b² over their sum.
        "np.array([[0.0, np.log(2)]])": f"np.array([[0.0, np.log({base})]])",
        r"$z = (0, \ln 2)$": rf"$z = (0, \ln {base})$",
        "$1$ and $4$": f"$1$ and ${base**2}$",
        "$p = (0.2, 0.8)$": f"$p = ({low}, {high})$",
        "[[0.2, 0.8]]": f"[[{low}, {high}]]",
        "z = (0, ln 2) at T = 1/2: 0.2, 0.8": f"z = (0, ln {base}) at T = 1/2: {low}, {high}",
        # Two classes of which one has a logit of ln m.
        "np.array([[0.0, np.log(3)]])": f"np.array([[0.0, np.log({power})]])",
        "[[0.25, 0.75]]": f"[[1 / {power + 1}, {power} / {power + 1}]]",
        # Grades between -ln c and ln c.
        "np.array([-np.log(3), np.log(3)])": f"np.array([-np.log({cut}), np.log({cut})])",
        r"$(-\ln 3, \ln 3)$": rf"$(-\ln {cut}, \ln {cut})$",
        "$(1/4, 1/2, 1/4)$": f"$(1/{cut + 1}, {cut - 1}/{cut + 1}, 1/{cut + 1})$",
        "[[0.25, 0.5, 0.25]]": f"[[1 / {cut + 1}, {cut - 1} / {cut + 1}, 1 / {cut + 1}]]",
        "z = 0: 1/4, 1/2, 1/4": f"z = 0: 1/{cut + 1}, {cut - 1}/{cut + 1}, 1/{cut + 1}",
        **(_sharpness(base, low, high) if rng.random() < 0.5 else {}),
    }


def _sharpness(base, low, high):
    """Return what turns the temperature into its inverse."""
    return {
        "softmax_temperature": "softmax_sharpness",
        "## 1. Softmax with a temperature": "## 1. Softmax with a sharpness",
        "Divide the logits by a **temperature** $T": r"Multiply the logits by a **sharpness** $\beta",
        r"e^{z_k/T}": r"e^{\beta z_k}",
        r"e^{z_j/T}": r"e^{\beta z_j}",
        "A low temperature makes": "A high sharpness makes",
        "a high one brings the probabilities together": "a low one brings the probabilities together",
        "$T = 1/2$": r"$\beta = 2$",
        "softmax(z / temperature)": "softmax(z * sharpness)",
        "softmax(z * temperature)": "softmax(z / sharpness)",
        "np.exp(z / temperature)": "np.exp(z * sharpness)",
        ") / temperature": ") * sharpness",
        ", 0.5)": ", 2.0)",
        "(LOGARITHM, 0.5)": "(LOGARITHM, 2.0)",
        "z = (0, ln 2) at T = 1/2: 0.2, 0.8": f"z = (0, ln {base}) at beta = 2: {low}, {high}",
        "multiplied by the temperature. A high temperature": "divided by the sharpness. A low sharpness",
        "temperature_multiplied": "sharpness_divided",
        "temperature": "sharpness",
    }
