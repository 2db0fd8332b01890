"""Known wrong solutions of assignment 4, each with what its student is told."""

import numpy as np
import sevensteps as ss

from coursework.grader.tasks import mistake


@mistake("huber_loss")
def huber_sum_over_rows(y_true, y_pred, delta):
    """The result grows with the number of rows: it is a sum. A loss is a mean over the rows in this
    course.
    """
    error = np.abs(y_pred - y_true)
    return np.where(error <= delta, error**2 / 2, delta * (error - delta / 2)).sum()


@mistake("huber_loss")
def huber_line_does_not_meet(y_true, y_pred, delta):
    """The line doesn't meet the parabola at the border, where both must cost the same: half of delta is to
    be taken off.
    """
    error = np.abs(y_pred - y_true)
    return np.where(error <= delta, error**2 / 2, delta * error).mean()


@mistake("huber_loss")
def huber_without_the_half(y_true, y_pred, delta):
    """The parabola is twice too high. Its half makes its slope equal to that of the line at the border."""
    error = np.abs(y_pred - y_true)
    return np.where(error <= delta, error**2, delta * (error - delta / 2)).mean()


@mistake("huber_loss")
def huber_sign_of_the_error(y_true, y_pred, delta):
    """Large negative errors are treated as small ones. The border is compared with the size of the error,
    not with the error.
    """
    error = y_pred - y_true
    return np.where(error <= delta, error**2 / 2, delta * (error - delta / 2)).mean()


@mistake("poisson_deviance")
def deviance_logarithm_of_zero(counts, z):
    """A count of 0 gives nan: 0 times the logarithm of 0. That term has the limit 0, so compute it where
    the count is positive only.
    """
    return 2 * np.mean(counts * np.log(counts) - counts * z - counts + np.exp(z))


@mistake("poisson_deviance")
def deviance_zeros_dropped(counts, z):
    """The rows with count 0 are left out. They have a deviance of their own: only their first term is 0."""
    kept = counts > 0
    y, z = counts[kept], z[kept]
    return 2 * np.mean(y * np.log(y) - y * z - y + np.exp(z))


@mistake("poisson_deviance")
def deviance_factor_two(counts, z):
    """The result is half of what it should be: the factor 2 in front of the bracket is missing."""
    y_ln_y = counts * np.log(np.where(counts > 0, counts, 1))
    return np.mean(y_ln_y - counts * z - counts + np.exp(z))


@mistake("poisson_deviance")
def deviance_z_as_the_rate(counts, z):
    """z is used as the rate itself. It is the logarithm of the rate: the rate is the exponential of z."""
    y_ln_y = counts * np.log(np.where(counts > 0, counts, 1))
    return 2 * np.mean(y_ln_y - counts * np.log(np.abs(z)) - counts + z)


@mistake("smoothed_cross_entropy")
def smoothing_overflows(y_true, z, epsilon):
    """Probabilities that are rounded to 0 have no finite logarithm. Compute the logarithm of softmax from
    the logits, not from the probabilities.
    """
    targets = (1 - epsilon) * y_true + epsilon / z.shape[1]
    return -(targets * np.log(ss.softmax(z))).sum(axis=1).mean()


@mistake("smoothed_cross_entropy")
def smoothing_to_the_others_only(y_true, z, epsilon):
    """The share epsilon is dealt out to the wrong classes only. The right one gets its part of it too."""
    others = epsilon / (z.shape[1] - 1)
    targets = np.where(y_true == 1, 1 - epsilon, others)
    return -(targets * ss.log_softmax(z)).sum(axis=1).mean()


@mistake("smoothed_cross_entropy")
def smoothing_not_divided(y_true, z, epsilon):
    """Every class gets the whole epsilon. It is divided by the number of classes, so that the targets of a
    row sum to 1.
    """
    targets = (1 - epsilon) * y_true + epsilon
    return -(targets * ss.log_softmax(z)).sum(axis=1).mean()


@mistake("smoothed_cross_entropy")
def smoothing_mean_over_entries(y_true, z, epsilon):
    """The mean is taken over all entries of the table, which divides by the number of classes once more.
    Sum over the classes, then average over the rows.
    """
    targets = (1 - epsilon) * y_true + epsilon / z.shape[1]
    return -(targets * ss.log_softmax(z)).mean()


@mistake("weighted_cross_entropy")
def weights_divided_by_rows(classes, z, class_weights):
    """The sum is divided by the number of rows. Divide by the sum of the rows' weights: then doubling all
    weights changes nothing.
    """
    per_row = -ss.log_softmax(z)[np.arange(len(classes)), classes]
    return np.mean(class_weights[classes] * per_row)


@mistake("weighted_cross_entropy")
def weights_of_all_classes(classes, z, class_weights):
    """The sum is divided by the sum of the k class weights. Each row counts with the weight of its class,
    and there may be many rows of one class.
    """
    per_row = -ss.log_softmax(z)[np.arange(len(classes)), classes]
    return (class_weights[classes] * per_row).sum() / class_weights.sum()


@mistake("weighted_cross_entropy")
def weights_forgotten(classes, z, class_weights):
    """The weights have no effect: this is the plain mean over the rows."""
    per_row = -ss.log_softmax(z)[np.arange(len(classes)), classes]
    return per_row.mean() + 0 * class_weights[0]


@mistake("weighted_cross_entropy")
def weights_logarithm_of_zero(classes, z, class_weights):
    """A probability that is rounded to 0 has no finite logarithm. Take the logarithm of softmax from the
    logits.
    """
    per_row = -np.log(ss.softmax(z)[np.arange(len(classes)), classes])
    return np.average(per_row, weights=class_weights[classes])


@mistake("focal_loss")
def focal_power_of_the_wrong_side(y_true, z, gamma):
    """The rows that are already right keep their loss, and the wrong ones lose it. The power belongs to
    the probability of the other class, 1 - p_t.
    """
    towards_truth = np.where(y_true == 1, z, -z)
    return -np.mean(ss.sigmoid(towards_truth) ** gamma * ss.log_sigmoid(towards_truth))


@mistake("focal_loss")
def focal_logarithm_of_zero(y_true, z, gamma):
    """Where the model is certain and wrong, its probability is rounded to 0 and the logarithm fails. Take
    ln sigma(z) from the logit.
    """
    p = ss.sigmoid(z)
    p_t = np.where(y_true == 1, p, 1 - p)
    return -np.mean((1 - p_t) ** gamma * np.log(p_t))


@mistake("focal_loss")
def focal_one_minus_one(y_true, z, gamma):
    """Rows that are far right lose all their digits, because 1 - p_t is 1 minus a number that is rounded
    to 1. The other class's probability is sigma of the negative logit.
    """
    towards_truth = np.where(y_true == 1, z, -z)
    return -np.mean((1 - ss.sigmoid(towards_truth)) ** gamma * ss.log_sigmoid(towards_truth))


@mistake("focal_loss")
def focal_class_one_only(y_true, z, gamma):
    """Rows of class 0 are left out. Their true class has the probability 1 - sigma(z)."""
    return -np.mean(y_true * ss.sigmoid(-z) ** gamma * ss.log_sigmoid(z))
