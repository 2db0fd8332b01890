"""Known wrong solutions of assignment 1, each with what its student is told."""

import numpy as np

from coursework.grader.tasks import mistake


@mistake("count_bias")
def count_mean_of_the_rates(counts, hours):
    """The rates of the shops are averaged, whatever their hours. Add up the customers and the hours first."""
    return np.log(np.mean(counts / hours))


@mistake("count_bias")
def count_without_the_logarithm(counts, hours):
    """This is the rate itself. The model takes the exponential of z, so the bias is the logarithm of the
    rate.
    """
    return counts.sum() / hours.sum()


@mistake("count_bias")
def count_hours_forgotten(counts, hours):
    """The hours have no effect: this is the logarithm of the mean count."""
    return np.log(counts.mean()) + 0 * hours[0]


@mistake("count_bias")
def count_log_odds(counts, hours):
    """This is the logarithm of odds, which belongs to a probability. A rate has no other side to be
    compared with.
    """
    rate = counts.sum() / hours.sum()
    return np.log(rate / np.abs(1 - rate))


@mistake("resampled_bias")
def resampled_wrong_way(bias, y_true, true_share):
    """The correction goes the wrong way: this is what would be needed to go from the world to the table."""
    share = np.mean(y_true)
    return bias - np.log(true_share / (1 - true_share)) + np.log(share / (1 - share))


@mistake("resampled_bias")
def resampled_table_taken_as_even(bias, y_true, true_share):
    """The share of class 1 in the table is taken to be one half. It has to be read off the labels."""
    return bias + np.log(true_share / (1 - true_share)) + 0 * y_true[0]


@mistake("resampled_bias")
def resampled_ratio_of_shares(bias, y_true, true_share):
    """Shares are compared where odds belong. Odds are the share divided by what it leaves over."""
    return bias + np.log(true_share / np.mean(y_true))


@mistake("resampled_bias")
def resampled_old_bias_dropped(bias, y_true, true_share):
    """The bias that was trained is lost. It is moved by the correction, not replaced."""
    share = np.mean(y_true)
    return np.log(true_share / (1 - true_share)) - np.log(share / (1 - share)) + 0 * bias


@mistake("lecun_normal")
def lecun_variance_as_deviation(n_inputs, n_outputs, seed):
    """The weights are too small: they are divided by the number of inputs. That is the variance, and its
    root is the standard deviation.
    """
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n_inputs, n_outputs)) / n_inputs, np.zeros(n_outputs)


@mistake("lecun_normal")
def lecun_is_he(n_inputs, n_outputs, seed):
    """The variance is 2 / n_inputs. The factor 2 belongs to ReLU, which zeroes half of what comes in."""
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal((n_inputs, n_outputs)) * np.sqrt(2 / n_inputs)
    return weights, np.zeros(n_outputs)


@mistake("lecun_normal")
def lecun_counts_the_outputs(n_inputs, n_outputs, seed):
    """The number of outputs is used. A unit adds up its inputs, so their number decides."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n_inputs, n_outputs)) / np.sqrt(n_outputs), np.zeros(n_outputs)


@mistake("lecun_normal")
def lecun_random_biases(n_inputs, n_outputs, seed):
    """The biases are drawn at random. Nothing needs that: unequal weights already tell the units apart."""
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal((n_inputs, n_outputs)) / np.sqrt(n_inputs)
    return weights, rng.standard_normal(n_outputs) / np.sqrt(n_inputs)


@mistake("lecun_normal")
def lecun_seed_ignored(n_inputs, n_outputs, seed):
    """The numbers don't depend on the seed that is given. Make the generator from it, inside the function."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((n_inputs, n_outputs)) / np.sqrt(n_inputs), np.zeros(n_outputs)


@mistake("truncated_normal")
def truncated_by_clipping(count, scale, seed):
    """The far numbers are pushed back to the border, where they pile up. They are to be drawn again."""
    rng = np.random.default_rng(seed)
    return scale * np.clip(rng.standard_normal(count), -2, 2)


@mistake("truncated_normal")
def truncated_drawn_again_once(count, scale, seed):
    """A few numbers lie beyond the border still: one that is drawn again can be far out a second time.
    Repeat until none is left.
    """
    rng = np.random.default_rng(seed)
    numbers = rng.standard_normal(count)
    far = np.abs(numbers) > 2
    numbers[far] = rng.standard_normal(far.sum())
    return scale * numbers


@mistake("truncated_normal")
def truncated_is_uniform(count, scale, seed):
    """The numbers are spread evenly up to the border. Small ones should be more frequent, as in a normal
    distribution.
    """
    rng = np.random.default_rng(seed)
    return scale * rng.uniform(-2, 2, count)


@mistake("truncated_normal")
def truncated_at_one_deviation(count, scale, seed):
    """The border lies at one standard deviation. It lies at two."""
    rng = np.random.default_rng(seed)
    numbers = rng.standard_normal(count)
    while (far := np.abs(numbers) > 1).any():
        numbers[far] = rng.standard_normal(far.sum())
    return scale * numbers


@mistake("truncated_normal")
def truncated_leaves_them_out(count, scale, seed):
    """There are fewer numbers than asked for: the far ones are left out. Draw others in their place."""
    rng = np.random.default_rng(seed)
    numbers = rng.standard_normal(count)
    return scale * numbers[np.abs(numbers) <= 2]


@mistake("orthogonal")
def orthogonal_signs_forgotten(n_inputs, n_outputs, seed):
    """The columns are orthonormal, but with the signs that the algorithm chose. Multiply them by the signs
    on the diagonal of R.
    """
    rng = np.random.default_rng(seed)
    tall = rng.standard_normal((max(n_inputs, n_outputs), min(n_inputs, n_outputs)))
    Q, _ = np.linalg.qr(tall)
    return Q if n_inputs >= n_outputs else Q.T


@mistake("orthogonal")
def orthogonal_columns_of_length_one(n_inputs, n_outputs, seed):
    """The columns have length 1 and aren't perpendicular. Dividing by the length isn't enough: use the QR
    decomposition.
    """
    rng = np.random.default_rng(seed)
    tall = rng.standard_normal((max(n_inputs, n_outputs), min(n_inputs, n_outputs)))
    Q = tall / np.linalg.norm(tall, axis=0)
    return Q if n_inputs >= n_outputs else Q.T


@mistake("orthogonal")
def orthogonal_wide_not_exchanged(n_inputs, n_outputs, seed):
    """A wide matrix comes out too small. Draw it with both sizes exchanged, and exchange back at the end."""
    rng = np.random.default_rng(seed)
    Q, R = np.linalg.qr(rng.standard_normal((n_inputs, n_outputs)))
    return Q * np.sign(np.diag(R))


@mistake("orthogonal")
def orthogonal_rows_multiplied(n_inputs, n_outputs, seed):
    """The signs are multiplied to the rows of Q. They belong to its columns, one for each."""
    rng = np.random.default_rng(seed)
    tall = rng.standard_normal((max(n_inputs, n_outputs), min(n_inputs, n_outputs)))
    Q, R = np.linalg.qr(tall)
    Q[: len(R)] *= np.sign(np.diag(R))[:, None]
    return Q if n_inputs >= n_outputs else Q.T
