"""Known wrong solutions of assignment 3, each with what its student is told."""

import numpy as np
import sevensteps as ss

from coursework.grader.tasks import mistake


@mistake("softmax_temperature")
def temperature_no_maximum_subtracted(z, temperature):
    """The exponentials overflow when logits are large. Subtract something from each row first that changes
    no ratio.
    """
    exponentials = np.exp(z / temperature)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@mistake("softmax_temperature")
def temperature_multiplied(z, temperature):
    """The logits seem to be multiplied by the temperature. A high temperature should bring the
    probabilities together.
    """
    return ss.softmax(z * temperature)


@mistake("softmax_temperature")
def temperature_sum_over_rows(z, temperature):
    """The columns sum to 1 and the rows don't. The classes of one row lie along axis 1, so that is where
    the sum goes.
    """
    exponentials = np.exp((z - z.max(axis=0)) / temperature)
    return exponentials / exponentials.sum(axis=0)


@mistake("softmax_temperature")
def temperature_maximum_of_the_table(z, temperature):
    """One maximum is subtracted from the whole table. Rows far below it underflow to 0/0: each row needs
    its own.
    """
    exponentials = np.exp((z - z.max()) / temperature)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@mistake("softplus")
def softplus_overflows(z, beta):
    """The exponential overflows for large z. Take out the larger of 0 and beta z, so that only negative
    exponents are left.
    """
    return np.log1p(np.exp(beta * z)) / beta


@mistake("softplus")
def softplus_loses_small_results(z, beta):
    """Small results come out as 0: next to 1 the exponential is rounded away. NumPy has a function for
    ln(1 + x) with small x.
    """
    scaled = beta * z
    return (np.maximum(scaled, 0) + np.log(1 + np.exp(-np.abs(scaled)))) / beta


@mistake("softplus")
def softplus_not_divided(z, beta):
    """The result is beta times too large. The logarithm is divided by beta, so that far from zero the
    slope is 1.
    """
    scaled = beta * z
    return np.maximum(scaled, 0) + np.log1p(np.exp(-np.abs(scaled)))


@mistake("softplus")
def softplus_is_relu(z, beta):
    """The corner isn't rounded: this is max(z, 0), the limit for a large beta. The logarithm is missing."""
    return np.maximum(z, 0) + 0 * beta


@mistake("masked_softmax")
def masked_not_shared_again(z, allowed):
    """The forbidden classes are set to 0 after softmax, and the rest no longer sums to 1. Mask before you
    divide by the sum.
    """
    return ss.softmax(z) * allowed


@mistake("masked_softmax")
def masked_logit_zero(z, allowed):
    """A forbidden logit seems to be replaced by 0, whose exponential is 1. Whose exponential is 0?"""
    return ss.softmax(np.where(allowed, z, 0.0))


@mistake("masked_softmax")
def masked_maximum_over_all(z, allowed):
    """The maximum is taken over all classes. A large forbidden logit then pushes every allowed one to 0:
    mask first.
    """
    exponentials = np.exp(z - z.max(axis=1, keepdims=True)) * allowed
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@mistake("masked_softmax")
def masked_inverted(z, allowed):
    """The mask works the wrong way round: True means that the class is possible."""
    possible = np.where(allowed, -1e9, z)
    return ss.softmax(possible)


@mistake("masked_softmax")
def masked_in_place(z, allowed):
    """The function writes into z, so that the caller's logits are lost. Make a new array, with np.where
    for example.
    """
    z[~allowed] = -1e9
    return ss.softmax(z)


@mistake("softmax_change")
def change_without_the_sum(z, v):
    """Only p times v is left. A logit that moves also moves the sum below the line: that is the second
    term of J.
    """
    return ss.softmax(z) * v


@mistake("softmax_change")
def change_diagonal_only(z, v):
    """This is the diagonal of J alone. The logit of one class also moves the probabilities of the others."""
    p = ss.softmax(z)
    return p * (1 - p) * v


@mistake("softmax_change")
def change_sum_over_rows(z, v):
    """The mean of v is taken over the rows. Each row has its own mean, weighted by its own probabilities."""
    p = ss.softmax(z)
    return p * (v - (p * v).sum(axis=0))


@mistake("softmax_change")
def change_plain_mean(z, v):
    """The mean of v is the plain one. It is weighted by the probabilities of the row."""
    return ss.softmax(z) * (v - v.mean(axis=1, keepdims=True))


@mistake("grade_probabilities")
def grades_subtracted(z, thresholds):
    """Probabilities close to 0 lose their digits, because numbers close to 1 are subtracted. Use the
    identity of the task.
    """
    cumulative = ss.sigmoid(thresholds - z[:, None])
    edges = np.zeros((len(z), 1)), np.ones((len(z), 1))
    return np.diff(np.concatenate([edges[0], cumulative, edges[1]], axis=1), axis=1)


@mistake("grade_probabilities")
def grades_sign(z, thresholds):
    """The sign of z is wrong: a larger z should make the higher grades more probable."""
    distance = thresholds + z[:, None]
    at_most = np.hstack([ss.sigmoid(distance), np.ones((len(z), 1))])
    at_least = np.hstack([np.ones((len(z), 1)), ss.sigmoid(-distance)])
    gaps = np.concatenate([[np.inf], np.diff(thresholds), [np.inf]])
    return at_most * at_least * -np.expm1(-gaps)


@mistake("grade_probabilities")
def grades_cumulative(z, thresholds):
    """These are the probabilities of at most each grade, so they grow along the row. Take differences."""
    cumulative = ss.sigmoid(thresholds - z[:, None])
    return np.concatenate([cumulative, np.ones((len(z), 1))], axis=1)


@mistake("grade_probabilities")
def grades_last_missing(z, thresholds):
    """The last grade is missing: m thresholds make m + 1 grades."""
    cumulative = ss.sigmoid(thresholds - z[:, None])
    return np.diff(np.concatenate([np.zeros((len(z), 1)), cumulative], axis=1), axis=1)
