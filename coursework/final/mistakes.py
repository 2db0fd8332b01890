"""Known wrong solutions of the final assignment, each with what its student is told."""

import numpy as np
import sevensteps as ss

from coursework.grader.tasks import mistake


@mistake("standardize_columns")
def standardize_each_table(X_train, X_new):
    """The new rows are standardized by their own means. They are treated as the training rows were, or
    equal values get different numbers.
    """
    scale = np.where(np.ptp(X_train, axis=0) == 0, 1.0, X_train.std(axis=0))
    own = np.where(np.ptp(X_new, axis=0) == 0, 1.0, X_new.std(axis=0))
    return (X_train - X_train.mean(axis=0)) / scale, (X_new - X_new.mean(axis=0)) / own


@mistake("standardize_columns")
def standardize_all_rows(X_train, X_new):
    """The means come from all rows together, so the new rows leak into training. Use the training rows
    alone.
    """
    both = np.vstack([X_train, X_new])
    mean, scale = both.mean(axis=0), np.where(np.ptp(both, axis=0) == 0, 1.0, both.std(axis=0))
    return (X_train - mean) / scale, (X_new - mean) / scale


@mistake("standardize_columns")
def standardize_divides_by_zero(X_train, X_new):
    """A constant column is divided by a deviation that is 0, or almost. Ask whether its values differ, and
    leave it undivided if not.
    """
    mean, scale = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / scale, (X_new - mean) / scale


@mistake("standardize_columns")
def standardize_sample_deviation(X_train, X_new):
    """The deviation is divided by n - 1. Here it is the root of the plain mean of the squares."""
    mean = X_train.mean(axis=0)
    scale = np.where(np.ptp(X_train, axis=0) == 0, 1.0, X_train.std(axis=0, ddof=1))
    return (X_train - mean) / scale, (X_new - mean) / scale


@mistake("minibatch_run")
def run_new_generator_each_epoch(X, y, learning_rate, batch_size, epochs, seed, l2):
    """Every epoch has the same order: the generator is made anew each time. Make it once, before the first
    epoch.
    """
    weights, bias = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        order = np.random.default_rng(seed).permutation(len(X))
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            dw, db = ss.gradients(X[rows], y[rows], ss.sigmoid(X[rows] @ weights + bias))
            weights, bias = weights - learning_rate * (dw + l2 * weights), bias - learning_rate * db
    return weights, bias


@mistake("minibatch_run")
def run_last_batch_dropped(X, y, learning_rate, batch_size, epochs, seed, l2):
    """Rows that don't fill a batch are left out. The last batch is shorter."""
    rng, size = np.random.default_rng(seed), min(batch_size, len(X))
    weights, bias = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X) - size + 1, size):
            rows = order[first : first + size]
            dw, db = ss.gradients(X[rows], y[rows], ss.sigmoid(X[rows] @ weights + bias))
            weights, bias = weights - learning_rate * (dw + l2 * weights), bias - learning_rate * db
    return weights, bias


@mistake("minibatch_run")
def run_never_shuffled(X, y, learning_rate, batch_size, epochs, seed, l2):
    """The rows come in their own order, epoch after epoch. The description shuffles them."""
    weights, bias = np.zeros(X.shape[1]), 0.0 * seed
    for _ in range(epochs):
        for first in range(0, len(X), batch_size):
            rows = slice(first, first + batch_size)
            dw, db = ss.gradients(X[rows], y[rows], ss.sigmoid(X[rows] @ weights + bias))
            weights, bias = weights - learning_rate * (dw + l2 * weights), bias - learning_rate * db
    return weights, bias


@mistake("minibatch_run")
def run_divided_by_the_batch_size(X, y, learning_rate, batch_size, epochs, seed, l2):
    """The sum over a batch is divided by `batch_size`, though the batch may be shorter. Divide by the rows
    that are there.
    """
    rng = np.random.default_rng(seed)
    weights, bias = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            residual = ss.sigmoid(X[rows] @ weights + bias) - y[rows]
            weights, bias = (
                weights - learning_rate * (X[rows].T @ residual / batch_size + l2 * weights),
                bias - learning_rate * residual.sum() / batch_size,
            )
    return weights, bias


@mistake("minibatch_run")
def run_bias_penalized(X, y, learning_rate, batch_size, epochs, seed, l2):
    """The penalty pulls the bias as well. The bias is left out of it."""
    rng = np.random.default_rng(seed)
    weights, bias = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            dw, db = ss.gradients(X[rows], y[rows], ss.sigmoid(X[rows] @ weights + bias))
            weights = weights - learning_rate * (dw + l2 * weights)
            bias = bias - learning_rate * (db + l2 * bias)
    return weights, bias


@mistake("choose_penalty")
def penalty_by_the_training_rows(X_train, y_train, X_valid, y_valid, penalties):
    """The penalty is chosen on the training rows, which prefer the smallest one. Compare on the validation
    rows.
    """
    return min(penalties) + 0 * X_valid[0, 0]


@mistake("choose_penalty")
def penalty_by_the_largest_loss(X_train, y_train, X_valid, y_valid, penalties):
    """The penalty with the highest loss is returned. A loss is better when it is lower."""
    losses = []
    for l2 in penalties:
        model = ss.LogisticRegression(l2=l2, solver="newton", tol=1e-8).fit(X_train, y_train)
        z = X_valid @ model.coef_[0] + model.intercept_[0]
        losses.append(ss.binary_cross_entropy_from_logits(y_valid, z))
    return penalties[int(np.argmax(losses))]


@mistake("choose_penalty")
def penalty_by_accuracy(X_train, y_train, X_valid, y_valid, penalties):
    """The penalty is chosen by the accuracy, which counts rows and doesn't see how sure the model was. The
    task asks for the cross-entropy.
    """
    scores = []
    for l2 in penalties:
        model = ss.LogisticRegression(l2=l2, solver="newton", tol=1e-8).fit(X_train, y_train)
        z = X_valid @ model.coef_[0] + model.intercept_[0]
        scores.append(np.mean((z >= 0) == (y_valid == 1)))
    return penalties[int(np.argmax(scores))]


@mistake("choose_penalty")
def penalty_counted_in(X_train, y_train, X_valid, y_valid, penalties):
    """The penalty term is added to the validation loss. It is a means of training and no part of how good
    a prediction is.
    """
    losses = []
    for l2 in penalties:
        model = ss.LogisticRegression(l2=l2, solver="newton", tol=1e-8).fit(X_train, y_train)
        z = X_valid @ model.coef_[0] + model.intercept_[0]
        loss = ss.binary_cross_entropy_from_logits(y_valid, z)
        losses.append(loss + l2 / 2 * (model.coef_**2).sum())
    return penalties[int(np.argmin(losses))]


@mistake("choose_penalty")
def penalty_position(X_train, y_train, X_valid, y_valid, penalties):
    """The position in the list is returned. Return the penalty that stands there."""
    losses = []
    for l2 in penalties:
        model = ss.LogisticRegression(l2=l2, solver="newton", tol=1e-8).fit(X_train, y_train)
        z = X_valid @ model.coef_[0] + model.intercept_[0]
        losses.append(ss.binary_cross_entropy_from_logits(y_valid, z))
    return int(np.argmin(losses))


@mistake("train_model")
def model_for_standardized_columns(X_train, y_train):
    """The parameters belong to standardized columns. Whoever uses them has raw ones: fold the means and
    the deviations into weights and bias.
    """
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    model = ss.LogisticRegression(l2=0.01, solver="newton")
    model.fit((X_train - mean) / deviation, y_train)
    return model.coef_[0], model.intercept_[0]


@mistake("train_model")
def model_without_penalty(X_train, y_train):
    """The model is far too sure of itself. Without a penalty the weights grow for ever, as the classes can
    be separated.
    """
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    model = ss.LogisticRegression(l2=0.0, solver="newton", tol=1e-9)
    model.fit((X_train - mean) / deviation, y_train)
    weights = model.coef_[0] / deviation
    return weights, model.intercept_[0] - mean @ weights


@mistake("train_model")
def model_hardly_trained(X_train, y_train):
    """The model is hardly trained: a hundred steps at a rate of 0.01 from zero. Go on until the gradient
    is small.
    """
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    X, weights, bias = (X_train - mean) / deviation, np.zeros(X_train.shape[1]), 0.0
    for _ in range(100):
        dw, db = ss.gradients(X, y_train, ss.sigmoid(X @ weights + bias))
        weights, bias = weights - 0.01 * dw, bias - 0.01 * db
    weights = weights / deviation
    return weights, bias - mean @ weights


@mistake("train_model")
def model_with_labels_exchanged(X_train, y_train):
    """The classes are exchanged: the model is sure, and wrong. Class 1 is benign here."""
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    model = ss.LogisticRegression(l2=0.01, solver="newton")
    model.fit((X_train - mean) / deviation, 1 - y_train)
    weights = model.coef_[0] / deviation
    return weights, model.intercept_[0] - mean @ weights


@mistake("report_card")
def report_logit_against_one_half(y_true, z):
    """The logits are compared with one half. The probability is one half where the logit is 0."""
    benign = z >= 0.5
    return {
        "loss": float(ss.binary_cross_entropy_from_logits(y_true, z)),
        "accuracy": float(np.mean(benign == (y_true == 1))),
        "found": float(np.mean(~benign[y_true == 0])),
        "false_alarms": float(np.mean(~benign[y_true == 1])),
    }


@mistake("report_card")
def report_classes_exchanged(y_true, z):
    """Found and false alarms are counted for the benign tumours. The clinic looks for the malignant ones,
    which are class 0.
    """
    benign = z >= 0
    return {
        "loss": float(ss.binary_cross_entropy_from_logits(y_true, z)),
        "accuracy": float(np.mean(benign == (y_true == 1))),
        "found": float(np.mean(benign[y_true == 1])),
        "false_alarms": float(np.mean(benign[y_true == 0])),
    }


@mistake("report_card")
def report_share_of_the_alarms(y_true, z):
    """The false alarms are divided by all alarms. The task asks for the share of the benign tumours."""
    benign = z >= 0
    return {
        "loss": float(ss.binary_cross_entropy_from_logits(y_true, z)),
        "accuracy": float(np.mean(benign == (y_true == 1))),
        "found": float(np.mean(~benign[y_true == 0])),
        "false_alarms": float(np.mean(y_true[~benign] == 1)),
    }


@mistake("report_card")
def report_logarithm_of_zero(y_true, z):
    """The loss is not finite where the model is sure and wrong. Compute it from the logits, not from the
    probabilities.
    """
    benign, p = z >= 0, ss.sigmoid(z)
    return {
        "loss": float(-np.mean(np.log(np.where(y_true == 1, p, 1 - p)))),
        "accuracy": float(np.mean(benign == (y_true == 1))),
        "found": float(np.mean(~benign[y_true == 0])),
        "false_alarms": float(np.mean(~benign[y_true == 1])),
    }
