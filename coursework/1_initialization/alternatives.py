"""Correct solutions of assignment 1 that are written differently."""

import numpy as np
import sevensteps as ss

from coursework.grader.tasks import alternative


@alternative("count_bias")
def count_weighted_mean_of_the_rates(counts, hours):
    return np.log(np.average(counts / hours, weights=hours))


@alternative("resampled_bias")
def resampled_by_counting(bias, y_true, true_share):
    ones = (y_true == 1).sum()
    zeros = len(y_true) - ones
    return bias + np.log(true_share) - np.log1p(-true_share) + np.log(zeros / ones)


@alternative("resampled_bias")
def resampled_by_the_library(bias, y_true, true_share):
    return bias - ss.log_odds_bias(y_true) + np.log(true_share / (1 - true_share))


@alternative("lecun_normal")
def lecun_with_normal(n_inputs, n_outputs, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(0.0, n_inputs**-0.5, size=(n_inputs, n_outputs)), 0.0 * np.ones(n_outputs)


@alternative("lecun_normal")
def lecun_from_he(n_inputs, n_outputs, seed):
    start = ss.he_normal(n_inputs, n_outputs, rng=np.random.default_rng(seed))
    return start.weights / np.sqrt(2), start.bias


@alternative("truncated_normal")
def truncated_from_a_large_supply(count, scale, seed):
    rng = np.random.default_rng(seed)
    supply = rng.normal(0, scale, 2 * count + 1000)
    return supply[np.abs(supply) <= 2 * scale][:count]


@alternative("truncated_normal")
def truncated_by_the_inverse(count, scale, seed):
    from statistics import NormalDist

    # Uniform numbers between the two shares, carried back by the inverse of the distribution
    normal = NormalDist()
    shares = np.random.default_rng(seed).uniform(normal.cdf(-2), normal.cdf(2), count)
    return scale * np.array([normal.inv_cdf(share) for share in shares])


@alternative("orthogonal")
def orthogonal_by_gram_schmidt(n_inputs, n_outputs, seed):
    # With positive lengths on the diagonal, as Gram and Schmidt have them, no sign is left to choose.
    rng = np.random.default_rng(seed)
    columns = rng.standard_normal((max(n_inputs, n_outputs), min(n_inputs, n_outputs))).T.copy()
    for i in range(len(columns)):
        for _ in range(2):
            columns[i] -= columns[:i].T @ (columns[:i] @ columns[i])
        columns[i] /= np.linalg.norm(columns[i])
    return columns.T if n_inputs >= n_outputs else columns


@alternative("orthogonal")
def orthogonal_by_cholesky(n_inputs, n_outputs, seed):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((max(n_inputs, n_outputs), min(n_inputs, n_outputs)))
    for _ in range(2):
        A = np.linalg.solve(np.linalg.cholesky(A.T @ A), A.T).T
    return A if n_inputs >= n_outputs else A.T
