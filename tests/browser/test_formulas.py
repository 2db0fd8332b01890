"""The formulas of the figures that move, computed where the reader's browser computes them.

Each specification is taken from its notebook and compiled as the site compiles it; Vega runs it, and what it
computes is compared with the library, NumPy or scikit-learn for several places of the sliders.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import sevensteps as ss
import vl_convert

ROOT = Path(__file__).resolve().parents[2]
MIME = "application/vnd.vegalite.v6+json"
VEGA = ROOT / "book" / "_static" / "vega" / "vega.min.js"
RUN = """async ([spec, settings, data]) => {
  const view = new vega.View(vega.parse(spec), {renderer: "none"});
  // As in the page: drawn first, moved then.
  await view.runAsync();
  for (const [name, value] of Object.entries(settings)) view.signal(name, value);
  await view.runAsync();
  const names = Object.keys(view.getState({signals: () => true, data: () => false}).signals);
  const numbers = names.map((name) => [name, view.signal(name)]).filter(([, x]) => typeof x === "number");
  return [data === null ? [] : view.data(data).map((row) => ({...row})), Object.fromEntries(numbers)];
}"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.add_script_tag(path=VEGA)
    yield page
    page.close()


class Figure:
    """A specification that can be asked what its views are drawn from."""

    def __init__(self, spec, page):
        self.spec, self.page = spec, page
        self.compiled = vl_convert.vegalite_to_vega(spec, vl_version="6.4")
        del self.compiled["$schema"]

    def rows(self, view, **settings):
        """Return the data of a view, by the name that the compiler gives it, at a place of the sliders."""
        return self.page.evaluate(RUN, [self.compiled, settings, self._data(view)])[0]

    def columns(self, view, *names, **settings):
        """Return fields of these data as arrays."""
        rows = self.rows(view, **settings)
        return [np.array([row[name] for row in rows]) for name in names]

    def signals(self, **settings):
        """Return all parameters that are numbers."""
        return self.page.evaluate(RUN, [self.compiled, settings, None])[1]

    def _data(self, view):
        def marks(group):
            for mark in group.get("marks", []):
                yield mark
                yield from marks(mark)

        for mark in marks(self.compiled):
            # A line of several pieces is a group of lines.
            if mark.get("name") in (f"{view}_marks", f"{view}_pathgroup"):
                source = mark["from"]
                return source["data"] if "data" in source else source["facet"]["data"]
        raise LookupError(f"{view} is none of {[mark.get('name') for mark in marks(self.compiled)]}")


def outputs():
    for path in sorted((ROOT / "book").rglob("[!.]*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if MIME in output.get("data", {}):
                    yield output["data"][MIME]


SPECS = {spec["usermeta"]["name"]: spec for spec in outputs()}


@pytest.fixture
def figure(request, page):
    return Figure(SPECS[request.param], page)


def of(name):
    return pytest.mark.parametrize("figure", [name], indirect=True)


def given(figure, *names):
    """Return columns of the data that the notebook gave."""
    return [np.array([row[name] for row in figure.spec["data"]["values"]], dtype=float) for name in names]


def start(figure, name):
    (parameter,) = (parameter for parameter in figure.spec["params"] if parameter["name"] == name)
    return np.array(parameter["value"])


# --- Step 1 ---------------------------------------------------------------------------------------


@of("first-loss")
@pytest.mark.parametrize("exponent", [-2, -0.5, 0, 1])
def test_first_loss_saturation_and_histogram(figure, exponent):
    u, y = given(figure, "u", "y")
    z = 10**exponent * u
    (row,) = figure.rows("readout", exponent=exponent)
    assert row["loss"] == pytest.approx(ss.binary_cross_entropy_from_logits(y, z), rel=1e-12)
    assert row["sure"] == pytest.approx(np.mean(np.abs(z) > np.log(99)))
    bars = figure.rows("concat_0_layer_0", exponent=exponent)
    counts, _ = np.histogram(ss.sigmoid(z), bins=20, range=(0, 1))
    for low, count in zip(np.arange(20) / 20, counts, strict=True):
        assert sum(bar["rows"] for bar in bars if np.isclose(bar["low"], low)) == count
    assert sum(bar["rows"] for bar in bars if bar["sure"]) == np.sum(np.abs(z) > np.log(99))


# --- Step 2 ---------------------------------------------------------------------------------------

PARAMETERS = [(-3.7, -0.9, 0.7), (2, 0, -1), (0, 3, 1), (5.5, -4, 6)]


@of("boundary")
@pytest.mark.parametrize("parameters", PARAMETERS)
def test_boundary_loss_and_distance(figure, parameters):
    settings = dict(zip(("w1", "w2", "b"), parameters, strict=True))
    w, b = np.array(parameters[:2]), parameters[2]
    X, y = np.column_stack(given(figure, "x1", "x2")), given(figure, "y")[0]
    z = ss.logits(X, w, b)
    (row,) = figure.rows("readout", **settings)
    assert row["wrong"] == np.sum((z > 0) != y)
    assert row["loss"] == pytest.approx(ss.binary_cross_entropy_from_logits(y, z), rel=1e-12)

    # Both ends of each line have its logit, and so do all points between them.
    for view, levels in (("concat_0_layer_2", [-np.log(9), np.log(9)]), ("concat_0_layer_3", [0])):
        for line, level in zip(figure.rows(view, **settings), levels, strict=True):
            ends = [[line["x1"], line["x2"]], [line["end1"], line["end2"]]]
            np.testing.assert_allclose(ss.logits(ends, w, b), level, atol=1e-4)
            assert np.linalg.norm(np.subtract(*ends)) == pytest.approx(18)

    # The diamond, its logit, and the foot of its shortest way.
    (way,) = figure.rows("concat_0_layer_4", **settings)
    point, foot = np.array([way["x1"], way["x2"]]), [way["end1"], way["end2"]]
    z = figure.signals(**settings)["z"]
    assert z == pytest.approx(ss.logits([point], w, b)[0], abs=1e-4)
    assert ss.logits([foot], w, b)[0] == pytest.approx(0, abs=1e-4)
    assert np.linalg.norm(point - foot) == pytest.approx(abs(z) / np.linalg.norm(w), abs=1e-4)
    (dot,) = figure.rows("concat_1_layer_1", **settings)
    assert dot["p"] == pytest.approx(ss.sigmoid(np.clip(z, -8, 8)))

    squares = figure.columns("concat_0_layer_0", "x1", "x2", "end1", "end2", "z", **settings)
    middles = np.column_stack([(squares[0] + squares[2]) / 2, (squares[1] + squares[3]) / 2])
    np.testing.assert_allclose(squares[4], ss.logits(middles, w, b), atol=1e-9)


@of("boundary")
def test_without_weights_there_is_no_boundary(figure):
    assert figure.rows("concat_0_layer_3", w1=0, w2=0) == []
    assert figure.rows("concat_0_layer_4", w1=0, w2=0) == []
    (row,) = figure.rows("readout", w1=0, w2=0, b=0)
    assert "no boundary" in row["said"]
    assert row["loss"] == pytest.approx(np.log(2))


# --- Step 3 ---------------------------------------------------------------------------------------


@of("temperature")
@pytest.mark.parametrize(("T", "z"), [(0.1, -3), (1, 0.5), (8, 8)])
def test_temperature(figure, T, z):
    logits = given(figure, "logit")[0]
    (share, share1) = figure.columns("concat_1_layer_0", "share", "share1", T=T, z=z)
    np.testing.assert_allclose(share, ss.softmax(logits / T), rtol=1e-10)
    np.testing.assert_allclose(share1, ss.softmax(logits), rtol=1e-10)
    (dot,) = figure.rows("concat_0_layer_2", T=T, z=z)
    assert (dot["z"], dot["p"]) == (z, pytest.approx(ss.sigmoid(z / T)))
    grid, p = figure.columns("concat_0_layer_1", "z", "p", T=T, z=z)
    np.testing.assert_allclose(p, ss.sigmoid(grid / T), rtol=1e-10)
    (row,) = figure.rows("readout", T=T, z=z)
    assert row["share"] == share.max()


# --- Step 4 ---------------------------------------------------------------------------------------


def losses_and_slopes(z, y):
    """Return the three losses and slopes of one row: its logits are z, and 0 for the nine other classes."""
    _, nine = np.ones(1), np.full(9, (1 - y) / 9)
    square = ss.SQUARED_ERROR.value_and_slope(np.array([y]), np.array([z]))
    binary = ss.BINARY_CROSS_ENTROPY.value_and_slope(np.array([y]), np.array([z]))
    categorical = ss.CATEGORICAL_CROSS_ENTROPY.value_and_slope(
        np.array([[y, *nine]]), np.array([[z] + 9 * [0.0]])
    )
    values, slopes = zip(square, binary, categorical, strict=True)
    return [v[0] for v in values], [slopes[0][0], slopes[1][0], slopes[2][0, 0]]


@of("three-losses")
@pytest.mark.parametrize(("z", "y"), [(2, 1), (-5, 0), (0.5, 0.8), (6, 0.05)])
def test_three_losses(figure, z, y):
    values, slopes = losses_and_slopes(float(z), float(y))
    (row,) = figure.rows("readout", z=z, y=y)
    np.testing.assert_allclose(row["value"], values, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(row["slope"], slopes, rtol=1e-9, atol=1e-12)
    # What is drawn: the same, one row for each loss.
    drawn = figure.columns("concat_0_layer_2", "value", z=z, y=y)[0]
    np.testing.assert_allclose(drawn, values, rtol=1e-9, atol=1e-12)
    drawn = figure.columns("concat_1_layer_2", "slope", z=z, y=y)[0]
    np.testing.assert_allclose(drawn, slopes, rtol=1e-9, atol=1e-12)


@of("three-losses")
def test_the_lowest_places_are_those_without_slope(figure):
    rows = figure.rows("concat_0_layer_1", y=0.8)
    assert len(rows) == 3
    for i, row in enumerate(rows):
        values, slopes = losses_and_slopes(row["z"], 0.8)
        assert slopes[i] == pytest.approx(0, abs=1e-12)
        assert row["value"] == pytest.approx(values[i])
    for y in (0, 1):
        assert [row["loss"] for row in figure.rows("concat_0_layer_1", y=y)] == ["squared error"]


# --- Step 5 ---------------------------------------------------------------------------------------


def row_loss(z):
    return np.logaddexp(0, -z)


@of("secants")
@pytest.mark.parametrize(("place", "exponent"), [(-1, 0), (2.5, 0.5), (-3, -2)])
def test_tangent_and_secants(figure, place, exponent):
    h, settings = 10**exponent, {"place": place, "exponent": exponent}
    tangent = ss.BINARY_CROSS_ENTROPY.value_and_slope(np.ones(1), np.array([float(place)]))[1][0]
    slopes = {
        1: tangent,
        2: (row_loss(place + h) - row_loss(place)) / h,
        3: (row_loss(place + h) - row_loss(place - h)) / (2 * h),
    }
    touches = {1: place, 2: place, 3: place - h}
    for layer, slope in slopes.items():
        (line,) = figure.rows(f"concat_0_layer_{layer}", **settings)
        run, rise = line["end"] - line["z"], line["end_height"] - line["height"]
        assert rise / run == pytest.approx(slope, rel=1e-9)
        height = line["height"] + slope * (touches[layer] - line["z"])
        assert height == pytest.approx(row_loss(touches[layer]), rel=1e-9)
    z, height = figure.columns("concat_0_layer_4", "z", "height", **settings)
    np.testing.assert_allclose(height, row_loss(z), rtol=1e-9)

    rows = figure.rows("concat_1_layer_0", **settings)
    for method, slope in (("forward", slopes[2]), ("central", slopes[3])):
        (error,) = (
            row["error"] for row in rows if row["method"] == method and np.isclose(row["exponent"], exponent)
        )
        assert error == pytest.approx(abs(slope - tangent), rel=1e-6)


@of("secants")
def test_the_errors_have_their_least_where_truncation_meets_rounding(figure):
    rows = figure.rows("concat_1_layer_0", place=-1)
    for method, lowest in (("forward", np.sqrt(2e-16)), ("central", np.cbrt(2e-16))):
        h, error = np.array([(row["h"], row["error"]) for row in rows if row["method"] == method]).T
        assert lowest / 30 < h[error.argmin()] < lowest * 30
        # On the left the last digits of the loss, divided by a step.
        left = h < lowest / 100
        assert np.all(error[left] < 4 * np.finfo(float).eps / h[left])


# --- Step 6 ---------------------------------------------------------------------------------------


def descend(figure, rate, beta, kappa):
    """Run the library's momentum in the bowl; return places and losses."""
    x, y = figure.columns("concat_0_layer_1", "x", "y")
    curvature, place = np.array([1 / kappa, 1.0]), np.array([x[0], y[0]])
    init, update = ss.momentum(rate, beta=beta)
    params = ss.Parameters(place, 0.0)
    state, places = init(params), [place]
    for _ in range(len(x) - 1):
        step, state = update(ss.Parameters(curvature * params.weights, 0.0), state)
        params = ss.apply_updates(params, step)
        places.append(params.weights)
    places = np.array(places)
    return places, (curvature * places**2).sum(axis=1) / 2


SETTINGS = [(1.5, 0.5, 20), (0.05, 0, 1), (4, 0.95, 100), (2, 0, 7), (3.95, 0.95, 50)]


@of("bowl")
@pytest.mark.parametrize(("rate", "beta", "kappa"), SETTINGS)
def test_the_descent_is_the_librarys(figure, rate, beta, kappa):
    x, y, loss = figure.columns("concat_0_layer_1", "x", "y", "loss", rate=rate, beta=beta, kappa=kappa)
    places, losses = descend(figure, rate, beta, kappa)
    np.testing.assert_allclose(np.column_stack([x, y]), places, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(loss, losses, rtol=1e-6, atol=1e-12)


@of("bowl")
@pytest.mark.parametrize("beta", [0, 0.3, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("kappa", [1, 20, 100])
def test_the_run_diverges_exactly_past_the_mark(figure, beta, kappa):
    step = 0.05  # of the slider
    limit = figure.signals(beta=beta, kappa=kappa)["limit"]
    assert limit == pytest.approx(2 * (1 + beta))
    for rate, word in ((limit - step, "below"), (limit, "at"), (limit + step, "past")):
        (y,) = figure.columns("concat_0_layer_1", "y", rate=rate, beta=beta, kappa=kappa)
        (row,) = figure.rows("readout", rate=rate, beta=beta, kappa=kappa)
        assert f"{word} the limit" in row["said"]
        early, late = np.abs(y[10:20]).max(), np.abs(y[-10:]).max()
        if word == "below":
            assert late < early
        elif word == "past":
            assert late > early
        else:
            # For ever from side to side, once the other root, −β, has died out.
            np.testing.assert_allclose(late, early, rtol=1e-9 + beta**10)


@of("bowl")
def test_contours_are_places_of_equal_loss(figure):
    x, y, level = figure.columns("concat_0_layer_0", "x", "y", "level", kappa=33)
    np.testing.assert_allclose((x**2 / 33 + y**2) / 2, level, rtol=1e-9)


# --- Step 7 ---------------------------------------------------------------------------------------


def stop_of(rule, **series):
    """Return the update before which the library's rule stops, or None."""
    history = ss.History()
    for t in range(len(next(iter(series.values())))):
        for name, values in series.items():
            getattr(history, name).append(float(values[t]))
        if rule(history, history):
            return t
    return None


def by_validation(patience):
    """Return the rule that takes the losses on the validation rows as given."""
    return ss.validation_patience(lambda loss, batch: (loss, None), None, patience=patience)


def stop_of_validation(losses, patience):
    rule, history = by_validation(patience), ss.History()
    return next((t for t, loss in enumerate(losses) if rule(history, float(loss))), None)


@of("stops")
@pytest.mark.parametrize(
    ("patience", "exponent", "flat"), [(20, 0, 0), (1, 1.5, 2), (100, -0.5, 3), (3, 3, -0.5)]
)
def test_stops_are_the_librarys(figure, patience, exponent, flat):
    training, validation, gradient = (start(figure, name) for name in ("training", "validation", "gradient"))
    names = figure.spec["layer"][2]["encoding"]["color"]["scale"]["domain"]
    expected = [
        100,
        stop_of_validation(validation, patience),
        stop_of(ss.gradient_norm(10.0**exponent), gradient_norms=gradient),
        stop_of(ss.loss_plateau(10.0**flat, patience=10), losses=training),
    ]
    settings = {"patience": patience, "exponent": exponent, "flat_exponent": flat, "fixed": 100}
    rows = figure.rows("layer_1", **settings)
    assert {row["rule"]: row["t"] for row in rows} == {
        name: t for name, t in zip(names, expected, strict=True) if t is not None
    }
    (row,) = figure.rows("readout", **settings)
    for name, t in zip(names, expected, strict=True):
        said = f"before update {t}, validation loss {validation[t]:.0f}" if t is not None else "not in"
        assert f"{name}: {said}" in row["said"]


# --- The models -----------------------------------------------------------------------------------


@of("residual-squares")
@pytest.mark.parametrize(("slope", "height"), [(0, 159), (9.5, 159), (-10, 50), (30, 250)])
def test_residual_squares(figure, slope, height):
    x, y = given(figure, "x", "y")
    residual = height + slope * (x - x.mean()) - y
    (row,) = figure.rows("readout", slope=slope, height=height)
    assert row["area"] == pytest.approx(np.mean(residual**2), rel=1e-4)
    right, fitted, left = figure.columns(
        "concat_0_layer_0", "right", "fitted", "x", slope=slope, height=height
    )
    np.testing.assert_allclose(fitted, y + residual, rtol=1e-4, atol=1e-2)
    # As wide as high, in pixels of a plot that is as wide as high.
    encoding = figure.spec["vconcat"][0]["layer"][0]["encoding"]
    (across, up) = (np.ptp(encoding[channel]["scale"]["domain"]) for channel in "xy")
    np.testing.assert_allclose((right - left) / across, np.abs(residual) / up, rtol=1e-3, atol=1e-6)
    assert figure.spec["vconcat"][0]["width"] == figure.spec["vconcat"][0]["height"]


@of("residual-squares")
def test_the_dashed_line_is_that_of_the_least_squares(figure):
    x, y = given(figure, "x", "y")
    line_x, line_y = figure.columns("concat_0_layer_1", "x", "y")
    slope, intercept = np.polyfit(x, y, 1)
    np.testing.assert_allclose(line_y, slope * line_x + intercept, rtol=1e-3)
    (least,) = figure.columns("concat_1_layer_1", "area")
    np.testing.assert_allclose(least, np.mean((slope * x + intercept - y) ** 2), rtol=1e-3)


@of("roc")
@pytest.mark.parametrize("threshold", [0.01, 0.09, 0.5, 0.99])
def test_counts_at_a_threshold(figure, threshold):
    from sklearn.metrics import confusion_matrix

    z, y = given(figure, "z", "y")
    (row,) = figure.rows("readout", threshold=threshold)
    (passed, false), (missed, found) = confusion_matrix(y, ss.sigmoid(z) >= threshold)
    assert (row["hits"], row["false"]) == (found, false)
    assert f"{found} found, {missed} missed" in row["said"]
    assert row["tpr"] == pytest.approx(found / y.sum())
    assert row["fpr"] == pytest.approx(false / (false + passed))
    cut = figure.signals(threshold=threshold)["cut"]
    assert ss.sigmoid(cut) == pytest.approx(threshold)
    # The diamond lies on the curve.
    fpr, tpr = figure.columns("concat_0_layer_1", "fpr", "tpr")
    assert np.min(np.hypot(fpr - row["fpr"], tpr - row["tpr"])) < 1e-4


@of("shifted")
@pytest.mark.parametrize(("digit", "right", "down"), [(3, 1, 0), (0, 0, 0), (7, -3, 2), (9, 2, -3)])
def test_a_moved_digit(figure, digit, right, down):
    images, weights, bias = (start(figure, name) for name in ("images", "weights", "bias"))
    moved = np.zeros((8, 8))
    for r in range(8):
        for c in range(8):
            if 0 <= r + down < 8 and 0 <= c + right < 8:
                moved[r + down, c + right] = images[digit].reshape(8, 8)[r, c]
    settings = {"digit": digit, "right": right, "down": down}
    ink, row, column = figure.columns("concat_0_layer_0", "ink", "row", "column", **settings)
    np.testing.assert_allclose(ink, moved[row.astype(int), column.astype(int)])

    p = ss.softmax(ss.logits([moved.ravel()], weights, bias))[0]
    k, drawn = figure.columns("concat_1_layer_0", "k", "p", **settings)
    np.testing.assert_allclose(drawn, p[k.astype(int)], rtol=1e-8)
    (row,) = figure.rows("readout", **settings)
    assert (row["k"], row["p"], row["truth"]) == (p.argmax(), pytest.approx(p.max()), pytest.approx(p[digit]))


@of("line-through-labels")
@pytest.mark.parametrize(("count", "distance"), [(0, 1), (60, 1.5), (200, 2)])
def test_a_line_through_labels_with_far_rows(figure, count, distance):
    x, y = given(figure, "x", "label")
    far = figure.signals(count=count, distance=distance)["far"]
    assert far == pytest.approx(distance * x.max(), rel=1e-4)
    slope, intercept = np.polyfit(np.r_[x, np.full(count, far)], np.r_[y, np.ones(count)], 1)
    (row,) = figure.rows("readout", count=count, distance=distance)
    half = (0.5 - intercept) / slope
    assert row["half"] == pytest.approx(half, rel=1e-9)
    assert row["wrong"] == np.sum((x > half) != y)
    (line,) = figure.rows("layer_4", count=count, distance=distance)
    assert line["y"] == pytest.approx(slope * line["x"] + intercept)
    assert line["end_y"] == pytest.approx(slope * line["end"] + intercept)
    # The dotted line is that without far rows, and the sigmoid is at one half where it says so.
    (dotted,) = figure.rows("layer_3")
    slope, intercept = np.polyfit(x, y, 1)
    assert dotted["end_y"] == pytest.approx(slope * dotted["end"] + intercept, rel=1e-3)
