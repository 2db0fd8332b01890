"""Step 6: from a gradient to the next parameters.

An optimizer is a pair of pure functions: `init` gives the state it starts with,
`update` turns a gradient and a state into the step to be added and the next state.
Nothing is stored in between, so a run can be copied, stopped and continued. Each
optimizer answers a fault of the one before.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .checks import count, named_tuple, number


class Optimizer(NamedTuple):
    """How to step, as two functions; the state is (steps taken, *what is remembered).

    Attributes
    ----------
    init : params -> state
    update : (grad, state) -> (updates, state)
    """

    init: Callable
    update: Callable


def apply_updates(params, updates):
    """Return params + updates, part by part: the minus of descent is in the updates.

    Parameters
    ----------
    params, updates : named tuples of arrays, of the same shapes

    Returns
    -------
    named tuple as params

    Raises
    ------
    TypeError
        Params that are no named tuple.

    Examples
    --------
    >>> from sevensteps import Parameters
    >>> apply_updates(Parameters(np.array([1.0]), np.array(2.0)), ([0.5], -1.0)).weights
    array([1.5])
    """
    named_tuple("params", params)
    return _map(np.add, params, updates)


def gradient_descent(learning_rate):
    """Step against the gradient: Δw = −η g.

    Source: Cauchy (1847).

    Parameters
    ----------
    learning_rate : float or schedule
        η, above 0; or a function of the step number 0, 1, 2, …

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        A rate that is not a finite number above 0.

    Examples
    --------
    >>> from sevensteps import Parameters
    >>> g = Parameters(np.array([2.0]), np.array(4.0))
    >>> init, update = gradient_descent(0.5)
    >>> update(g, init(g))[0]
    Parameters(weights=array([-1.]), bias=np.float64(-2.0))
    """
    return _optimizer(learning_rate, 0, lambda g, step: (g,))


def momentum(learning_rate, beta=0.9):
    """Let the steps build up speed along a valley: v ← β v + g, Δw = −η v.

    Source: Polyak (1964).

    Parameters
    ----------
    learning_rate : float or schedule
    beta : float in [0, 1)
        What is kept of the speed.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        A rate or a beta out of range.

    Examples
    --------
    >>> from sevensteps import Parameters
    >>> g = Parameters(np.array([1.0]), 0.0)
    >>> momentum(0.1).update(g, (1, g))[0].weights  # v = 0.9 · 1 + 1
    array([-0.19])
    """
    beta = number("beta", beta, at_least=0, below=1)

    def rule(g, step, v):
        v = beta * v + g
        return v, v

    return _optimizer(learning_rate, 1, rule)


def nesterov(learning_rate, beta=0.9):
    """Momentum that looks ahead: v ← β v + g, Δw = −η (g + β v).

    Source: Nesterov (1983), in the form of Sutskever, Martens, Dahl and Hinton (2013)
    written at the point where the gradient is taken.

    Parameters
    ----------
    learning_rate : float or schedule
    beta : float in [0, 1)

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        A rate or a beta out of range.

    Examples
    --------
    >>> from sevensteps import Parameters
    >>> g = Parameters(np.array([1.0]), 0.0)
    >>> nesterov(0.1).update(g, (1, g))[0].weights  # v = 1.9, 1 + 0.9 · 1.9
    array([-0.271])
    """
    beta = number("beta", beta, at_least=0, below=1)

    def rule(g, step, v):
        v = beta * v + g
        return g + beta * v, v

    return _optimizer(learning_rate, 1, rule)


def adagrad(learning_rate, eps=1e-8):
    """Give each parameter its own rate: s ← s + g², Δw = −η g / (√s + ε).

    Source: Duchi, Hazan and Singer (2011).

    Parameters
    ----------
    learning_rate : float or schedule
    eps : float
        Above 0; keeps 0/0 away where a gradient has always been 0.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        A rate or an eps that is not a finite number above 0.

    Examples
    --------
    >>> from sevensteps import Parameters
    >>> g, s = Parameters(np.array([1.0]), 0.0), Parameters(np.array([3.0]), 0.0)
    >>> adagrad(0.1).update(g, (1, s))[0].weights  # s = 3 + 1
    array([-0.05])
    """
    eps = number("eps", eps, above=0)

    def rule(g, step, s):
        s = s + g * g
        return g / (np.sqrt(s) + eps), s

    return _optimizer(learning_rate, 1, rule)


def rmsprop(learning_rate, rho=0.9, eps=1e-8):
    """AdaGrad that forgets: s ← ρ s + (1 − ρ) g², Δw = −η g / (√s + ε).

    Source: Tieleman and Hinton (2012), lecture 6.5.

    Parameters
    ----------
    learning_rate : float or schedule
    rho : float in [0, 1)
    eps : float

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        A rate, a rho or an eps out of range.

    Examples
    --------
    >>> from sevensteps import Parameters
    >>> g, s = Parameters(np.array([2.0]), 0.0), Parameters(np.zeros(1), 0.0)
    >>> rmsprop(0.1, rho=0.75).update(g, (0, s))[0].weights  # s = 0.25 · 2²
    array([-0.2])
    """
    rho, eps = number("rho", rho, at_least=0, below=1), number("eps", eps, above=0)

    def rule(g, step, s):
        s = rho * s + (1 - rho) * g * g
        return g / (np.sqrt(s) + eps), s

    return _optimizer(learning_rate, 1, rule)


def adam(learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """Momentum over RMSProp, both corrected for having started at 0: Δw = −η m̂ / (√ŝ + ε).

    m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) g², m̂ = m / (1 − β₁^t), ŝ = s / (1 − β₂^t)
    at the t-th step, t = 1, 2, … Source: Kingma and Ba (2015), algorithm 1.

    Parameters
    ----------
    learning_rate : float or schedule
    beta1, beta2, eps : float; the betas in [0, 1)

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        A rate, a beta or an eps out of range.

    Examples
    --------
    >>> from sevensteps import Parameters, zeros
    >>> g = Parameters(np.array([5.0]), 0.0)
    >>> adam(0.1).update(g, (0, zeros(1), zeros(1)))[0].weights  # −η g / (|g| + ε)
    array([-0.1])
    """
    beta1 = number("beta1", beta1, at_least=0, below=1)
    beta2 = number("beta2", beta2, at_least=0, below=1)
    eps = number("eps", eps, above=0)

    def rule(g, step, m, s):
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g * g
        m_hat, s_hat = m / (1 - beta1 ** (step + 1)), s / (1 - beta2 ** (step + 1))
        return m_hat / (np.sqrt(s_hat) + eps), m, s

    return _optimizer(learning_rate, 2, rule)


def step_decay(learning_rate, *, factor, every):
    """Return the schedule η_t = η · factor^⌊t / every⌋.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    factor : float in (0, 1)
    every : int

    Returns
    -------
    schedule : step number -> learning rate

    Raises
    ------
    TypeError, ValueError
        A value out of range.

    Examples
    --------
    >>> [step_decay(0.8, factor=0.5, every=10)(step) for step in (0, 9, 10, 25)]
    [0.8, 0.8, 0.4, 0.2]
    """
    learning_rate = number("learning_rate", learning_rate, above=0)
    factor, every = number("factor", factor, above=0, below=1), count("every", every)
    return lambda step: learning_rate * factor ** (step // every)


def inverse_time_decay(learning_rate, *, decay):
    """Return the schedule η_t = η / (1 + decay · t). Its sum is infinite, that of its squares is not.

    Source: Robbins and Monro (1951), whose conditions it meets.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    decay : float
        Above 0.

    Returns
    -------
    schedule : step number -> learning rate

    Raises
    ------
    TypeError, ValueError
        A value out of range.

    Examples
    --------
    >>> [inverse_time_decay(0.6, decay=0.5)(step) for step in (0, 2)]
    [0.6, 0.3]
    """
    learning_rate = number("learning_rate", learning_rate, above=0)
    decay = number("decay", decay, above=0)
    return lambda step: learning_rate / (1 + decay * step)


def cosine_decay(learning_rate, *, steps):
    """Return the schedule η_t = η (1 + cos(π t / steps)) / 2, from η to 0 and then 0.

    Source: Loshchilov and Hutter (2017), without restarts.

    Parameters
    ----------
    learning_rate : float
        η, above 0.
    steps : int

    Returns
    -------
    schedule : step number -> learning rate

    Raises
    ------
    TypeError, ValueError
        A value out of range.

    Examples
    --------
    >>> [cosine_decay(0.2, steps=10)(step) for step in (0, 5, 10, 20)]
    [0.2, 0.1, 0.0, 0.0]
    """
    learning_rate, steps = number("learning_rate", learning_rate, above=0), count("steps", steps)
    return lambda step: learning_rate * (1 + math.cos(math.pi * min(step / steps, 1.0))) / 2


def _optimizer(learning_rate, n_memories, rule):
    """Make an optimizer of a rule for one array: (g, step, *memory) -> (direction, *memory)."""
    schedule = learning_rate
    if not callable(schedule):
        constant = number("learning_rate", learning_rate, above=0)

        def schedule(step):
            return constant

    def init(params):
        named_tuple("params", params)
        return 0, *(_map(np.zeros_like, params) for _ in range(n_memories))

    def update(grad, state):
        step, *memories = state
        parts = [rule(g, step, *memory) for g, *memory in zip(grad, *memories, strict=True)]
        direction, *memories = (grad._make(part) for part in zip(*parts, strict=True))
        rate = float(schedule(step))
        return _map(lambda d: -rate * d, direction), (step + 1, *memories)

    return Optimizer(init, update)


def _map(f, *trees):
    """Apply f part by part to named tuples of arrays, whatever their names."""
    return trees[0]._make(f(*parts) for parts in zip(*trees, strict=True))
