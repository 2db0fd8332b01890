"""Correct solutions of assignment 7 that are written differently."""

import numpy as np

from coursework.grader.tasks import alternative


@alternative("early_stop")
def stop_with_a_counter(losses, patience, margin):
    best, lowest, waited = 0, losses[0], 0
    for epoch in range(1, len(losses)):
        waited += 1
        if lowest - losses[epoch] > margin:
            best, lowest, waited = epoch, losses[epoch], 0
        if waited >= patience:
            return [epoch, best]
    return [len(losses) - 1, best]


@alternative("smoothed_plateau")
def plateau_by_running_sums(losses, window, tol):
    total = np.concatenate([[0.0], np.cumsum(losses)])
    means = (total[window:] - total[:-window]) / window
    if len(means) <= window:
        return -1
    before, last = means[:-window], means[window:]
    flat = np.flatnonzero(before - last <= tol * np.abs(before) + 1e-14)
    return int(flat[0]) + 2 * window - 1 if len(flat) else -1


@alternative("epochs_left")
def epochs_one_by_one(losses, minimum, gap):
    t = np.arange(len(losses)) - (len(losses) - 1) / 2
    log_rate = t @ np.log(losses - minimum) / (t @ t)
    left, now = 0, losses[-1] - minimum
    while now > gap and log_rate < 0:
        now *= np.exp(log_rate)
        left += 1
    return left if now <= gap else float("inf")


@alternative("gap_bound")
def bound_by_the_smaller_square(X, y_true, weights, l2):
    n, d = X.shape
    residual = X @ weights - y_true
    grad = 2 / n * (residual @ X) + l2 * weights
    mu = l2
    if d <= n:
        mu += 2 / n * np.linalg.eigvalsh(X.T @ X)[0]
    return np.linalg.norm(grad) ** 2 / mu / 2


@alternative("threshold_separation")
def separation_by_every_threshold(x, y_true):
    signed = np.where(y_true == 1, 1, -1)
    answer = "mixed"
    values = np.unique(x)
    for threshold in np.concatenate([values, (values[1:] + values[:-1]) / 2]):
        for side in (1, -1):
            margin = side * signed * (x - threshold)
            if np.all(margin > 0):
                return "separated"
            if np.all(margin >= 0) and np.any(margin > 0):
                answer = "touching"
    return answer
