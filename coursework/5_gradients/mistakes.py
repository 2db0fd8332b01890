"""Known wrong solutions of assignment 5, each with what its student is told."""

import numpy as np
import sevensteps as ss

from coursework.grader.tasks import mistake


@mistake("normalization_backward")
def normalization_without_projection(X, grad):
    """The part along the row is still there. Making a row longer doesn't change its direction, so the
    gradient has to be perpendicular to the row.
    """
    return grad / np.sqrt((X**2).sum(axis=1, keepdims=True))


@mistake("normalization_backward")
def normalization_not_divided(X, grad):
    """The gradient is not divided by the length of the row. A short row turns more easily than a long one."""
    unit = X / np.sqrt((X**2).sum(axis=1, keepdims=True))
    return grad - unit * (unit * grad).sum(axis=1, keepdims=True)


@mistake("normalization_backward")
def normalization_squares_overflow(X, grad):
    """Very long or short rows come out wrong: the squares of their entries overflow or vanish. Divide a
    row by its largest entry before you square.
    """
    length = np.sqrt((X**2).sum(axis=1, keepdims=True))
    unit = X / length
    return (grad - unit * (unit * grad).sum(axis=1, keepdims=True)) / length


@mistake("normalization_backward")
def normalization_one_length_for_all(X, grad):
    """One length is taken for the whole table. Each row has its own."""
    length = np.sqrt((X**2).sum())
    unit = X / length
    return (grad - unit * (unit * grad).sum(axis=1, keepdims=True)) / length


@mistake("huber_gradient")
def huber_mean_forgotten(X, y_true, weights, bias, delta):
    """The gradient grows with the number of rows: it is a sum. The loss is a mean, so its gradient is one
    too.
    """
    slope = np.clip(X @ weights + bias - y_true, -delta, delta)
    return X.T @ slope, slope.sum()


@mistake("huber_gradient")
def huber_gradient_sign(X, y_true, weights, bias, delta):
    """The sign is turned round: the error is the prediction minus the truth."""
    slope = np.clip(y_true - X @ weights - bias, -delta, delta)
    return X.T @ slope / len(X), slope.mean()


@mistake("huber_gradient")
def huber_not_clipped(X, y_true, weights, bias, delta):
    """Large errors pull without limit. Beyond the border the loss is a straight line, and its slope no
    longer grows.
    """
    slope = X @ weights + bias - y_true
    return X.T @ slope / len(X), slope.mean()


@mistake("huber_gradient")
def huber_large_errors_dropped(X, y_true, weights, bias, delta):
    """Rows beyond the border have no influence. They still pull, with the force delta."""
    error = X @ weights + bias - y_true
    slope = np.where(np.abs(error) <= delta, error, 0.0)
    return X.T @ slope / len(X), slope.mean()


@mistake("huber_gradient")
def huber_slope_one(X, y_true, weights, bias, delta):
    """Beyond the border the slope is 1 or -1. The line has the slope delta there, so that it continues the
    parabola.
    """
    error = X @ weights + bias - y_true
    slope = np.where(np.abs(error) <= delta, error, np.sign(error))
    return X.T @ slope / len(X), slope.mean()


@mistake("brier_gradient")
def brier_as_cross_entropy(X, y_true, weights, bias):
    """This is the gradient of the cross-entropy. The squared error doesn't cancel the slope of the
    sigmoid.
    """
    slope = ss.sigmoid(X @ weights + bias) - y_true
    return X.T @ slope / len(X), slope.mean()


@mistake("brier_gradient")
def brier_sigmoid_forgotten(X, y_true, weights, bias):
    """The slope of the sigmoid is missing in the chain. The prediction is a probability, not the weighted
    sum.
    """
    slope = 2 * (ss.sigmoid(X @ weights + bias) - y_true)
    return X.T @ slope / len(X), slope.mean()


@mistake("brier_gradient")
def brier_factor_two(X, y_true, weights, bias):
    """The gradient is half of what it should be: the derivative of a square has the factor 2."""
    z = X @ weights + bias
    one, zero = ss.sigmoid(z), ss.sigmoid(-z)
    slope = np.where(y_true == 1, -zero, one) * one * zero
    return X.T @ slope / len(X), slope.mean()


@mistake("brier_gradient")
def brier_one_minus_one(X, y_true, weights, bias):
    """Far from zero the digits are lost, where 1 minus a probability is rounded to 0. The probability of
    the other class is sigma of the negative logit.
    """
    p = ss.sigmoid(X @ weights + bias)
    slope = 2 * (p - y_true) * p * (1 - p)
    return X.T @ slope / len(X), slope.mean()


@mistake("curvature_product")
def curvature_bias_forgotten(X, weights, bias, u, c):
    """The direction of the bias has no effect. The logits move along X u + c."""
    z = X @ weights + bias
    moved = ss.sigmoid(z) * ss.sigmoid(-z) * (X @ u)
    return X.T @ moved / len(X), moved.mean() + 0 * c


@mistake("curvature_product")
def curvature_mean_forgotten(X, weights, bias, u, c):
    """The result grows with the number of rows: it is a sum where a mean belongs."""
    z = X @ weights + bias
    moved = ss.sigmoid(z) * ss.sigmoid(-z) * (X @ u + c)
    return X.T @ moved, moved.sum()


@mistake("curvature_product")
def curvature_without_the_sigmoid(X, weights, bias, u, c):
    """The slope of the sigmoid is missing: the probabilities move less than the logits."""
    moved = X @ u + c + 0 * (X @ weights + bias)
    return X.T @ moved / len(X), moved.mean()


@mistake("curvature_product")
def curvature_one_minus_one(X, weights, bias, u, c):
    """Far from zero the result vanishes, where 1 minus a probability is rounded to 0. The probability of
    the other class is sigma of the negative logit.
    """
    p = ss.sigmoid(X @ weights + bias)
    moved = p * (1 - p) * (X @ u + c)
    return X.T @ moved / len(X), moved.mean()


@mistake("focal_slope")
def focal_slope_sign_of_class_zero(y_true, z, gamma):
    """Rows of class 0 have the wrong sign. There the probability of the true class falls when z grows."""
    s = np.where(y_true == 1, z, -z)
    right, wrong = ss.sigmoid(s), ss.sigmoid(-s)
    return wrong**gamma * (gamma * right * ss.log_sigmoid(s) - wrong)


@mistake("focal_slope")
def focal_slope_power_as_constant(y_true, z, gamma):
    """The factor in front of the logarithm is treated as a constant. It depends on z as well, so the
    product rule gives two terms.
    """
    sign = np.where(y_true == 1, 1.0, -1.0)
    wrong = ss.sigmoid(-sign * z)
    return -sign * wrong ** (gamma + 1)


@mistake("focal_slope")
def focal_slope_logarithm_of_zero(y_true, z, gamma):
    """Where the model is certain and wrong, the logarithm of a probability that is rounded to 0 fails.
    Take ln sigma from the logit.
    """
    sign = np.where(y_true == 1, 1.0, -1.0)
    right, wrong = ss.sigmoid(sign * z), ss.sigmoid(-sign * z)
    return sign * wrong**gamma * (gamma * right * np.log(right) - wrong)


@mistake("focal_slope")
def focal_slope_one_minus_one(y_true, z, gamma):
    """Rows that are far right lose all their digits, because 1 - p_t is 1 minus a number that is rounded
    to 1. The other class's probability is sigma of the negative logit.
    """
    sign = np.where(y_true == 1, 1.0, -1.0)
    wrong = 1 - ss.sigmoid(sign * z)
    return sign * wrong**gamma * (gamma * (1 - wrong) * ss.log_sigmoid(sign * z) - wrong)


@mistake("focal_slope")
def focal_slope_inner_sign(y_true, z, gamma):
    """The first term of the product rule has the wrong sign: the factor 1 - p_t falls when p_t grows."""
    sign = np.where(y_true == 1, 1.0, -1.0)
    right, wrong = ss.sigmoid(sign * z), ss.sigmoid(-sign * z)
    return sign * wrong**gamma * (-gamma * right * ss.log_sigmoid(sign * z) - wrong)
