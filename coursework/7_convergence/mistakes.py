"""Known wrong solutions of assignment 7, each with what its student is told."""

import numpy as np

from coursework.grader.tasks import mistake


@mistake("early_stop")
def stop_one_epoch_late(losses, patience, margin):
    """It stops one epoch late. The epoch that comes `patience` epochs after the best is the last one."""
    best = 0
    for epoch, loss in enumerate(losses):
        if losses[best] - loss > margin:
            best = epoch
        if epoch - best > patience:
            return epoch, best
    return len(losses) - 1, best


@mistake("early_stop")
def stop_compares_with_the_last(losses, patience, margin):
    """Each loss is compared with the one before it. Compare with the best so far."""
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch - 1] - losses[epoch] > margin:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, best
    return len(losses) - 1, best


@mistake("early_stop")
def stop_margin_ignored(losses, patience, margin):
    """Every improvement counts, however small. One that isn't larger than the margin doesn't."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] - 0 * margin:
            best = epoch
        if epoch - best == patience:
            return epoch, best
    return len(losses) - 1, best


@mistake("early_stop")
def stop_best_of_all(losses, patience, margin):
    """The best epoch is looked for in the whole record. What comes after the stop is never seen."""
    best = 0
    for epoch, loss in enumerate(losses):
        if losses[best] - loss > margin:
            best = epoch
        if epoch - best == patience:
            return epoch, int(np.argmin(losses))
    return len(losses) - 1, int(np.argmin(losses))


@mistake("early_stop")
def stop_equal_counts(losses, patience, margin):
    """An improvement of exactly the margin counts as one. It has to be larger than that."""
    best = 0
    for epoch, loss in enumerate(losses):
        if losses[best] - loss >= margin:
            best = epoch
        if epoch - best == patience:
            return epoch, best
    return len(losses) - 1, best


@mistake("smoothed_plateau")
def plateau_windows_overlap(losses, window, tol):
    """The two windows overlap: the second one is the first, moved by one epoch. They follow each other
    without overlap.
    """
    for end in range(window + 1, len(losses) + 1):
        before = losses[end - window - 1 : end - 1].mean()
        last = losses[end - window : end].mean()
        if before - last <= tol * abs(before):
            return end - 1
    return -1


@mistake("smoothed_plateau")
def plateau_absolute(losses, window, tol):
    """The fall is compared with tol itself. It is compared with tol times the size of the mean before."""
    for end in range(2 * window, len(losses) + 1):
        before = losses[end - 2 * window : end - window].mean()
        last = losses[end - window : end].mean()
        if before - last <= tol:
            return end - 1
    return -1


@mistake("smoothed_plateau")
def plateau_counts_one_too_many(losses, window, tol):
    """The epoch is one too large. Epochs count from 0, so the last of the first m losses is epoch m - 1."""
    for end in range(2 * window, len(losses) + 1):
        before = losses[end - 2 * window : end - window].mean()
        last = losses[end - window : end].mean()
        if before - last <= tol * abs(before):
            return end
    return -1


@mistake("smoothed_plateau")
def plateau_sign_of_the_loss(losses, window, tol):
    """Losses below zero are judged wrongly: there tol times the mean is negative. The rule takes its
    absolute value.
    """
    for end in range(2 * window, len(losses) + 1):
        before = losses[end - 2 * window : end - window].mean()
        last = losses[end - window : end].mean()
        if before - last <= tol * before:
            return end - 1
    return -1


@mistake("epochs_left")
def epochs_from_the_start(losses, minimum, gap):
    """The epochs are counted from the first loss. Those that were run already don't count."""
    log_gaps = np.log(losses - minimum)
    log_rate = np.polyfit(np.arange(len(losses)), log_gaps, 1)[0]
    missing = log_gaps[0] - np.log(gap)
    if missing <= 0:
        return 0
    return np.ceil(missing / -log_rate) if log_rate < 0 else np.inf


@mistake("epochs_left")
def epochs_rounded_down(losses, minimum, gap):
    """One epoch too few: a part of an epoch can't be run, so the number is rounded up."""
    log_gaps = np.log(losses - minimum)
    log_rate = np.polyfit(np.arange(len(losses)), log_gaps, 1)[0]
    missing = log_gaps[-1] - np.log(gap)
    if missing <= 0:
        return 0
    return np.floor(missing / -log_rate) if log_rate < 0 else np.inf


@mistake("epochs_left")
def epochs_minimum_forgotten(losses, minimum, gap):
    """The loss itself is taken for the gap. Subtract the minimum first: the loss doesn't fall to 0."""
    log_gaps = np.log(np.abs(losses) + 0 * minimum)
    log_rate = np.polyfit(np.arange(len(losses)), log_gaps, 1)[0]
    missing = log_gaps[-1] - np.log(gap)
    if missing <= 0:
        return 0
    return np.ceil(missing / -log_rate) if log_rate < 0 else np.inf


@mistake("epochs_left")
def epochs_last_two_losses(losses, minimum, gap):
    """The rate is read from the first and the last loss. Fit a line through all of them."""
    log_gaps = np.log(losses - minimum)
    log_rate = (log_gaps[-1] - log_gaps[0]) / (len(losses) - 1)
    missing = log_gaps[-1] - np.log(gap)
    if missing <= 0:
        return 0
    return np.ceil(missing / -log_rate) if log_rate < 0 else np.inf


@mistake("epochs_left")
def epochs_negative(losses, minimum, gap):
    """The number is negative, where nothing is left to do or the loss grows. Think of both cases by
    themselves.
    """
    log_gaps = np.log(losses - minimum)
    log_rate = np.polyfit(np.arange(len(losses)), log_gaps, 1)[0]
    return np.ceil((log_gaps[-1] - np.log(gap)) / -log_rate)


@mistake("gap_bound")
def bound_penalty_not_in_the_gradient(X, y_true, weights, l2):
    """The gradient lacks the penalty's part."""
    n, d = X.shape
    grad = 2 * X.T @ (X @ weights - y_true) / n
    smallest = 2 / n * np.linalg.svd(X, compute_uv=False)[-1] ** 2 if d <= n else 0.0
    return grad @ grad / (2 * (smallest + l2))


@mistake("gap_bound")
def bound_penalty_not_in_the_curvature(X, y_true, weights, l2):
    """The curvature lacks the penalty's part, which bends the loss in every direction."""
    n, d = X.shape
    grad = 2 * X.T @ (X @ weights - y_true) / n + l2 * weights
    return grad @ grad / (2 * (2 / n * np.linalg.svd(X, compute_uv=False)[-1] ** 2 if d <= n else 0.0))


@mistake("gap_bound")
def bound_with_the_largest_curvature(X, y_true, weights, l2):
    """The largest curvature is taken. That gives a lower bound: in the flattest direction the minimum can
    be further down.
    """
    n = len(X)
    grad = 2 * X.T @ (X @ weights - y_true) / n + l2 * weights
    return grad @ grad / (2 * (2 / n * np.linalg.svd(X, compute_uv=False)[0] ** 2 + l2))


@mistake("gap_bound")
def bound_smallest_of_too_few(X, y_true, weights, l2):
    """With more columns than rows the curvature is too large. There are directions that no row sees: only
    the penalty bends them.
    """
    n = len(X)
    grad = 2 * X.T @ (X @ weights - y_true) / n + l2 * weights
    return grad @ grad / (2 * (2 / n * np.linalg.svd(X, compute_uv=False)[-1] ** 2 + l2))


@mistake("gap_bound")
def bound_half_forgotten(X, y_true, weights, l2):
    """The bound is twice too large: the curvature is doubled below the line."""
    n, d = X.shape
    grad = 2 * X.T @ (X @ weights - y_true) / n + l2 * weights
    smallest = 2 / n * np.linalg.svd(X, compute_uv=False)[-1] ** 2 if d <= n else 0.0
    return grad @ grad / (smallest + l2)


@mistake("threshold_separation")
def separation_one_direction(x, y_true):
    """Class 1 is expected to have the larger values. It can be the other way round too."""
    zeros, ones = x[y_true == 0], x[y_true == 1]
    if zeros.max() < ones.min():
        return "separated"
    return "touching" if zeros.max() == ones.min() and x.min() < x.max() else "mixed"


@mistake("threshold_separation")
def separation_touching_is_separated(x, y_true):
    """Classes that touch count as separated. A value that both have lies on no side of a threshold
    strictly.
    """
    zeros, ones = x[y_true == 0], x[y_true == 1]
    if x.min() < x.max() and (zeros.max() <= ones.min() or ones.max() <= zeros.min()):
        return "separated"
    return "mixed"


@mistake("threshold_separation")
def separation_touching_is_mixed(x, y_true):
    """Classes that touch count as mixed. The weight can still grow for ever: the rows on the threshold
    don't mind.
    """
    zeros, ones = x[y_true == 0], x[y_true == 1]
    return "separated" if zeros.max() < ones.min() or ones.max() < zeros.min() else "mixed"


@mistake("threshold_separation")
def separation_common_value(x, y_true):
    """Any value that both classes have counts as touching. Only at the end of both ranges does it make a
    threshold.
    """
    zeros, ones = x[y_true == 0], x[y_true == 1]
    if zeros.max() < ones.min() or ones.max() < zeros.min():
        return "separated"
    return "touching" if len(np.intersect1d(zeros, ones)) and x.min() < x.max() else "mixed"


@mistake("threshold_separation")
def separation_constant_column(x, y_true):
    """A column whose values are all equal counts as touching. Its weight has no effect on the order of the
    rows, and the loss has a minimum.
    """
    zeros, ones = x[y_true == 0], x[y_true == 1]
    if zeros.max() < ones.min() or ones.max() < zeros.min():
        return "separated"
    return "touching" if zeros.max() == ones.min() or ones.max() == zeros.min() else "mixed"
