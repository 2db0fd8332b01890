"""Known wrong solutions of assignment 2, each with what its student is told."""

import numpy as np
import sevensteps as ss

from coursework.grader.tasks import mistake


@mistake("interaction_logits")
def interaction_first_pair_only(X, weights, bias, pairs, pair_weights):
    """Only the first pair has an effect. Add up the products of all pairs."""
    i, j = pairs[0]
    return ss.logits(X, weights, bias) + pair_weights[0] * X[:, i] * X[:, j]


@mistake("interaction_logits")
def interaction_sum_for_product(X, weights, bias, pairs, pair_weights):
    """The two features of a pair are added. A sum is what the weights already do: take the product."""
    sums = X[:, pairs[:, 0]] + X[:, pairs[:, 1]]
    return ss.logits(X, weights, bias) + sums @ pair_weights


@mistake("interaction_logits")
def interaction_weights_ignored(X, weights, bias, pairs, pair_weights):
    """The products are added without their weights."""
    products = X[:, pairs[:, 0]] * X[:, pairs[:, 1]]
    return ss.logits(X, weights, bias) + products.sum(axis=1)


@mistake("interaction_logits")
def interaction_linear_part_lost(X, weights, bias, pairs, pair_weights):
    """The weighted sum of the features is lost. The products are added to it."""
    return (X[:, pairs[:, 0]] * X[:, pairs[:, 1]]) @ pair_weights + bias + 0 * weights[0]


@mistake("raw_parameters")
def raw_bias_kept(weights, bias, means, scales):
    """The bias stays as it was. At a raw column of 0 the standardized one isn't 0, and the bias has to say
    so.
    """
    raw = (weights.T / scales).T
    return raw, bias - 0 * (means @ raw)


@mistake("raw_parameters")
def raw_multiplied_by_the_scales(weights, bias, means, scales):
    """The weights are multiplied by the scales. A step of one raw unit is a step of 1/s standardized ones."""
    raw = (weights.T * scales).T
    return raw, bias - means @ raw


@mistake("raw_parameters")
def raw_bias_with_the_old_weights(weights, bias, means, scales):
    """The bias is corrected with the weights for the standardized columns. The means are in raw units, and
    so must the weights be.
    """
    return (weights.T / scales).T, bias - means @ weights


@mistake("raw_parameters")
def raw_sign_of_the_correction(weights, bias, means, scales):
    """The correction of the bias has the wrong sign: the means are subtracted from the columns."""
    raw = (weights.T / scales).T
    return raw, bias + means @ raw


@mistake("raw_parameters")
def raw_scales_along_the_outputs(weights, bias, means, scales):
    """With several outputs the scales go along the wrong axis. Each row of the weights belongs to one
    column of the table.
    """
    raw = weights / scales
    return raw, bias - means @ raw


@mistake("quadratic_logits")
def quadratic_one_triangle(X, A, weights, bias):
    """Only one half of the matrix has an effect. It need not be symmetric: both halves count."""
    return (X @ np.triu(A) * X).sum(axis=1) + X @ weights + bias


@mistake("quadratic_logits")
def quadratic_diagonal_only(X, A, weights, bias):
    """Only the squares of the features are there. The products of different features belong to the form
    too.
    """
    return X**2 @ np.diag(A) + X @ weights + bias


@mistake("quadratic_logits")
def quadratic_halved(X, A, weights, bias):
    """The quadratic part is half of what it should be. The formula has no factor 1/2."""
    return (X @ A * X).sum(axis=1) / 2 + X @ weights + bias


@mistake("quadratic_logits")
def quadratic_linear_part_lost(X, A, weights, bias):
    """The linear part x.w is missing."""
    return (X @ A * X).sum(axis=1) + bias + 0 * weights[0]


@mistake("sparse_logits")
def sparse_next_entry_for_an_empty_row(values, columns, starts, weights, bias):
    """An empty row in between gets the entry of the next row: that is what reduceat does with an empty
    range. Treat rows without entries by themselves.
    """
    products = np.append(values * weights[columns], 0.0)
    return np.add.reduceat(products, starts[:-1]) + bias


@mistake("sparse_logits")
def sparse_empty_rows_dropped(values, columns, starts, weights, bias):
    """The empty rows are missing in the result. They have a logit too, which is the bias."""
    filled = [range(a, b) for a, b in zip(starts[:-1], starts[1:], strict=True) if b > a]
    return np.array([sum(values[e] * weights[columns[e]] for e in row) + bias for row in filled])


@mistake("sparse_logits")
def sparse_bias_of_empty_rows(values, columns, starts, weights, bias):
    """Empty rows get 0. Without any entry the weighted sum is 0, and the bias is still added."""
    z = np.zeros(len(starts) - 1)
    for i, (a, b) in enumerate(zip(starts[:-1], starts[1:], strict=True)):
        if b > a:
            z[i] = values[a:b] @ weights[columns[a:b]] + bias
    return z


@mistake("sparse_logits")
def sparse_weights_in_order(values, columns, starts, weights, bias):
    """The entries of a row are multiplied with the first weights. The columns say which weight each entry
    meets.
    """
    z = np.zeros(len(starts) - 1)
    for i, (a, b) in enumerate(zip(starts[:-1], starts[1:], strict=True)):
        z[i] = values[a:b] @ weights[: b - a] + 0 * columns[0]
    return z + bias


@mistake("distance_to_the_border")
def distance_not_divided(X, weights, bias):
    """This is the difference of two logits, in units of the logit. Divide it by the length of the
    difference of the weights.
    """
    z = np.sort(ss.logits(X, weights, bias), axis=1)
    return z[:, -1] - z[:, -2]


@mistake("distance_to_the_border")
def distance_to_the_second_class(X, weights, bias):
    """Only the class with the second largest logit is looked at. Another one may be nearer, if the logits
    approach faster on the way to it.
    """
    z = ss.logits(X, weights, bias)
    order = z.argsort(axis=1)
    first, second = order[:, -1], order[:, -2]
    rows = np.arange(len(X))
    length = np.linalg.norm(weights[:, first] - weights[:, second], axis=0)
    return np.where(length > 0, (z[rows, first] - z[rows, second]) / length, np.inf)


@mistake("distance_to_the_border")
def distance_length_of_the_winner(X, weights, bias):
    """The difference is divided by the length of the winner's weights. The border is perpendicular to the
    difference of both classes' weights.
    """
    z = ss.logits(X, weights, bias)
    winner = z.argmax(axis=1)
    ahead = np.sort(z, axis=1)[:, -1] - np.sort(z, axis=1)[:, -2]
    return ahead / np.linalg.norm(weights[:, winner], axis=0)


@mistake("distance_to_the_border")
def distance_twins_not_a_number(X, weights, bias):
    """Classes with equal weights, the winner and itself among them, come out as nan: 0 divided by 0. Such
    a pair has no border, so leave it out.
    """
    z = ss.logits(X, weights, bias)
    winner = z.argmax(axis=1)
    length = np.linalg.norm(weights[:, winner][:, :, None] - weights[:, None, :], axis=0)
    return ((z.max(axis=1, keepdims=True) - z) / length).min(axis=1)


@mistake("distance_to_the_border")
def distance_twins_at_zero(X, weights, bias):
    """Classes with equal weights are treated as if their border were where the row stands, or close by.
    They have no border: the distance to it is infinite.
    """
    z = ss.logits(X, weights, bias)
    winner = z.argmax(axis=1)
    ahead = z.max(axis=1, keepdims=True) - z
    length = np.linalg.norm(weights[:, winner][:, :, None] - weights[:, None, :], axis=0)
    ahead[np.arange(len(X)), winner] = np.inf
    return (ahead / np.where(length > 0, length, 1)).min(axis=1)
