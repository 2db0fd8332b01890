"""Known wrong solutions of assignment 6, each with what its student is told."""

import numpy as np

from coursework.grader.tasks import mistake


@mistake("clip_by_norm")
def clip_each_array(grads, limit):
    """Each array is clipped by itself, so that their proportions change and with them the direction. Take
    one length for all.
    """
    lengths = [np.sqrt((grad**2).sum()) for grad in grads]
    return [
        grad * (limit / length if length > limit else 1.0)
        for grad, length in zip(grads, lengths, strict=True)
    ]


@mistake("clip_by_norm")
def clip_each_number(grads, limit):
    """Each number is cut off at the limit, which turns the gradient. Multiply all of them by one factor."""
    return [np.clip(grad, -limit, limit) for grad in grads]


@mistake("clip_by_norm")
def clip_always(grads, limit):
    """Short gradients are made longer. Nothing changes where the length is below the limit."""
    length = np.sqrt(sum((grad**2).sum() for grad in grads))
    return [grad * (limit / length) if length > 0 else grad * 1.0 for grad in grads]


@mistake("clip_by_norm")
def clip_root_forgotten(grads, limit):
    """The sum of the squares is compared with the limit. The length is its root."""
    length = sum((grad**2).sum() for grad in grads)
    return [grad * (limit / length if length > limit else 1.0) for grad in grads]


@mistake("warmup_cosine")
def warmup_begins_at_zero(steps, warmup, peak):
    """The first rate is 0, so the first step does nothing. The line begins one part above 0 and reaches
    the peak at the last step of the warm-up.
    """
    t = np.arange(steps)
    falling = (1 + np.cos(np.pi * (t - warmup) / (steps - warmup))) / 2
    return peak * np.where(t < warmup, t / max(warmup, 1), falling)


@mistake("warmup_cosine")
def warmup_cosine_over_all_steps(steps, warmup, peak):
    """The cosine is stretched over all steps, so that it doesn't begin at the peak. It covers the steps
    after the warm-up.
    """
    t = np.arange(steps)
    falling = (1 + np.cos(np.pi * t / steps)) / 2
    return peak * np.where(t < warmup, (t + 1) / max(warmup, 1), falling)


@mistake("warmup_cosine")
def warmup_ends_at_zero(steps, warmup, peak):
    """The last rate is 0, so the last step does nothing. The cosine is divided into as many parts as there
    are steps left, not one fewer.
    """
    t = np.arange(steps)
    falling = (1 + np.cos(np.pi * (t - warmup) / max(steps - warmup - 1, 1))) / 2
    return peak * np.where(t < warmup, (t + 1) / max(warmup, 1), falling)


@mistake("warmup_cosine")
def warmup_not_halved(steps, warmup, peak):
    """The falling part is twice too high: 1 plus a cosine goes from 2 to 0, and the peak is to be met."""
    t = np.arange(steps)
    falling = 1 + np.cos(np.pi * (t - warmup) / (steps - warmup))
    return peak * np.where(t < warmup, (t + 1) / max(warmup, 1), falling)


@mistake("largest_rate")
def rate_factor_two_of_the_square(X, beta, l2):
    """The curvature is half of what it should be: the second derivative of a square is 2."""
    A = np.column_stack([X, np.ones(len(X))])
    hessian = A.T @ A / len(A) + l2 * np.diag([1.0] * X.shape[1] + [0.0])
    return 2 * (1 + beta) / np.linalg.eigvalsh(hessian)[-1]


@mistake("largest_rate")
def rate_bias_forgotten(X, beta, l2):
    """The bias is left out. It is a parameter too, with a column of ones, and adds to the largest
    curvature unless all columns have the mean 0.
    """
    hessian = 2 * X.T @ X / len(X) + l2 * np.eye(X.shape[1])
    return 2 * (1 + beta) / np.linalg.eigvalsh(hessian)[-1]


@mistake("largest_rate")
def rate_bias_penalized(X, beta, l2):
    """The penalty is put on the bias as well. The bias is left out of it."""
    A = np.column_stack([X, np.ones(len(X))])
    return 2 * (1 + beta) / np.linalg.eigvalsh(2 * A.T @ A / len(A) + l2 * np.eye(A.shape[1]))[-1]


@mistake("largest_rate")
def rate_without_momentum(X, beta, l2):
    """This is the limit of plain gradient descent. Momentum reaches further, by the factor 1 + beta."""
    A = np.column_stack([X, np.ones(len(X))])
    hessian = 2 * A.T @ A / len(A) + l2 * np.diag([1.0] * X.shape[1] + [0.0])
    return 2 / np.linalg.eigvalsh(hessian)[-1] + 0 * beta


@mistake("largest_rate")
def rate_mean_forgotten(X, beta, l2):
    """The curvature grows with the number of rows. The loss is a mean: divide by the rows."""
    A = np.column_stack([X, np.ones(len(X))])
    hessian = 2 * A.T @ A + l2 * np.diag([1.0] * X.shape[1] + [0.0])
    return 2 * (1 + beta) / np.linalg.eigvalsh(hessian)[-1]


@mistake("adamw_path")
def adamw_correction_forgotten(start, grads, learning_rate, beta1, beta2, eps, decay):
    """The first step has the wrong size: the bias correction is missing. Both averages begin at 0 and are
    too small at first.
    """
    path = [start]
    m = v = np.zeros(len(start))
    for grad in grads:
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        root = np.where(v > 0, np.sqrt(v) + eps, 1.0)
        path.append(path[-1] - learning_rate * (m / root + decay * path[-1]))
    return np.array(path)


@mistake("adamw_path")
def adamw_correction_one_step_late(start, grads, learning_rate, beta1, beta2, eps, decay):
    """The bias correction is off by one step: the first gradient already belongs to t = 1, and the power
    has to fit.
    """
    path = [start]
    m = v = np.zeros(len(start))
    for t, grad in enumerate(grads, start=2):
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        root = np.sqrt(v / (1 - beta2**t)) + eps
        step = m / (1 - beta1**t) / np.where(root > 0, root, 1.0)
        path.append(path[-1] - learning_rate * (step + decay * path[-1]))
    return np.array(path)


@mistake("adamw_path")
def adamw_decay_in_the_gradient(start, grads, learning_rate, beta1, beta2, eps, decay):
    """The decay is added to the gradient, and Adam divides it away again. It stands outside of the
    division.
    """
    path = [start]
    m = v = np.zeros(len(start))
    for t, grad in enumerate(grads, start=1):
        grad = grad + decay * path[-1]
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        path.append(path[-1] - learning_rate * step)
    return np.array(path)


@mistake("adamw_path")
def adamw_decay_without_the_rate(start, grads, learning_rate, beta1, beta2, eps, decay):
    """The decay isn't multiplied by the learning rate, so the parameters shrink too fast."""
    path = [start]
    m = v = np.zeros(len(start))
    for t, grad in enumerate(grads, start=1):
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        path.append(path[-1] - learning_rate * step - decay * path[-1])
    return np.array(path)


@mistake("adamw_path")
def adamw_start_missing(start, grads, learning_rate, beta1, beta2, eps, decay):
    """The start is missing in the result: its first row is where the parameters were before any step."""
    path = [start]
    m = v = np.zeros(len(start))
    for t, grad in enumerate(grads, start=1):
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        path.append(path[-1] - learning_rate * (step + decay * path[-1]))
    return np.array(path[1:])


@mistake("restarted_momentum")
def restart_never(A, c, start, learning_rate, beta, steps):
    """The velocity is never forgotten. Compare the gradient with it before you add the gradient to it."""
    path, velocity = [start], np.zeros(len(start))
    for _ in range(steps):
        velocity = beta * velocity + A @ path[-1] - c
        path.append(path[-1] - learning_rate * velocity)
    return np.array(path), []


@mistake("restarted_momentum")
def restart_downhill(A, c, start, learning_rate, beta, steps):
    """It restarts while the velocity still points downhill. A step goes along -v, so uphill means that g
    and v disagree in sign.
    """
    path, restarts, velocity = [start], [], np.zeros(len(start))
    for step in range(steps):
        grad = A @ path[-1] - c
        if grad @ velocity > 0:
            velocity = np.zeros(len(start))
            restarts.append(step)
        velocity = beta * velocity + grad
        path.append(path[-1] - learning_rate * velocity)
    return np.array(path), restarts


@mistake("restarted_momentum")
def restart_after_the_gradient_is_added(A, c, start, learning_rate, beta, steps):
    """The test comes after the gradient was added to the velocity. It comes before, with the old velocity."""
    path, restarts, velocity = [start], [], np.zeros(len(start))
    for step in range(steps):
        grad = A @ path[-1] - c
        velocity = beta * velocity + grad
        if grad @ velocity < 0:
            velocity = np.zeros(len(start))
            restarts.append(step)
        path.append(path[-1] - learning_rate * velocity)
    return np.array(path), restarts


@mistake("restarted_momentum")
def restart_counted_from_one(A, c, start, learning_rate, beta, steps):
    """The path is right, and the restarts are counted from 1. Steps count from 0."""
    path, restarts, velocity = [start], [], np.zeros(len(start))
    for step in range(steps):
        grad = A @ path[-1] - c
        if grad @ velocity < 0:
            velocity = np.zeros(len(start))
            restarts.append(step + 1)
        velocity = beta * velocity + grad
        path.append(path[-1] - learning_rate * velocity)
    return np.array(path), restarts


@mistake("restarted_momentum")
def restart_momentum_without_decay(A, c, start, learning_rate, beta, steps):
    """The old velocity is kept whole: it is to be multiplied by beta first."""
    path, restarts, velocity = [start], [], np.zeros(len(start))
    for step in range(steps):
        grad = A @ path[-1] - c
        if grad @ velocity < 0:
            velocity = np.zeros(len(start))
            restarts.append(step)
        velocity = velocity + grad + 0 * beta
        path.append(path[-1] - learning_rate * velocity)
    return np.array(path), restarts
