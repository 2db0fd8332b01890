"""Step 2: one number for each row, the weighted sum of its features.

In classification the number is called a logit, in regression it is already the
prediction. The arithmetic is the same: z = X w + b.
"""

from .checks import real_array


def logits(X, weights, bias):
    """Return the weighted sums z = X w + b, one row at a time z_i = w₁ x_i₁ + … + w_d x_id + b.

    Parameters
    ----------
    X : (n_samples, n_features)
    weights : (n_features,) or (n_features, k)
    bias : () or (k,)

    Returns
    -------
    z : (n_samples,) or (n_samples, k)

    Raises
    ------
    TypeError, ValueError
        Not real finite numbers, or shapes other than these: a bias of shape (n_samples,
        1), for one, would broadcast to a square.

    Examples
    --------
    >>> logits([[1.0, 2.0], [3.0, 4.0]], [10.0, 1.0], 0.5)
    array([12.5, 34.5])
    """
    X = real_array("X", X, ndim=2)
    weights = real_array("weights", weights, ndim=(1, 2))
    bias = real_array("bias", bias, ndim=(0, 1))
    if len(weights) != X.shape[1]:
        raise ValueError(f"weights has {len(weights)} rows and X has {X.shape[1]} columns; expected as many")
    if bias.shape != weights.shape[1:]:
        raise ValueError(f"bias has shape {bias.shape}; expected {weights.shape[1:]}, one for each output")
    return X @ weights + bias
