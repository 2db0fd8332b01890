"""The figures that move, as the notebooks hold them: specifications, sliders, words."""

import json
import math
import re
from pathlib import Path

import pytest

MIME = "application/vnd.vegalite.v6+json"
BOOK = Path(__file__).resolve().parents[2] / "book"


def figures():
    """Return every output with a specification, by the path of its notebook and the figure's name."""
    found = {}
    for path in sorted(BOOK.rglob("[!.]*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if MIME in output.get("data", {}):
                    page = path.relative_to(BOOK).with_suffix("").as_posix()
                    found[page, output["data"][MIME]["usermeta"]["name"]] = output
    return found


FIGURES = figures()
each = pytest.mark.parametrize("output", FIGURES.values(), ids=[name for _, name in FIGURES])


def sliders(spec):
    return [parameter for parameter in spec["params"] if "bind" in parameter]


def views(spec):
    """Yield a view and all that it is made of."""
    yield spec
    for kind in ("layer", "vconcat", "hconcat"):
        for view in spec.get(kind, []):
            yield from views(view)


def test_every_chapter_and_four_pages_on_models_have_one():
    pages = [page for page, _ in FIGURES]
    chapters = {path.stem for path in BOOK.glob("[1-7]_*.ipynb")}
    assert chapters <= set(pages)
    assert len({page for page in pages if page.startswith("models/")}) >= 4
    assert len(FIGURES) >= 11


def test_no_name_is_given_twice():
    names = [name for _, name in FIGURES]
    assert len(set(names)) == len(names)


@each
def test_the_specification_is_valid(output):
    import altair

    altair.Chart.from_dict(output["data"][MIME])


@each
def test_sliders_have_labels_and_begin_within_their_range_on_a_step(output):
    spec = output["data"][MIME]
    assert sliders(spec)
    for parameter in sliders(spec):
        bind, value = parameter["bind"], parameter["value"]
        assert bind["input"] == "range"
        assert re.search(r"\w", bind["name"])
        assert bind["min"] <= value <= bind["max"]
        steps = (value - bind["min"]) / bind["step"]
        assert math.isclose(steps, round(steps), abs_tol=1e-6)


@each
def test_nothing_has_a_name_that_depends_on_what_ran_before(output):
    spec = output["data"][MIME]
    names = [parameter["name"] for parameter in spec["params"]]
    names += [view["name"] for view in views(spec) if "name" in view]
    assert len(set(names)) == len(names)
    assert not [name for name in names if re.search(r"(view|param|selector|signal)_?\d", name)]
    # Altair and others name data by a hash of them.
    assert "datasets" not in spec


@each
def test_what_belongs_to_a_slider_names_one(output):
    spec = output["data"][MIME]
    meta, names = spec["usermeta"], {parameter["name"] for parameter in spec["params"]}
    moved = {parameter["name"] for parameter in sliders(spec)}
    assert set(meta["powers"]) <= moved
    assert set(meta["marks"]) <= moved
    assert set(meta["marks"].values()) <= names


@each
def test_one_view_is_read_out(output):
    spec = output["data"][MIME]
    assert [view["name"] for view in views(spec) if view.get("name") == "readout"] == ["readout"]


@each
def test_it_stands_still_in_other_places_and_has_the_same_words_everywhere(output):
    words = output["data"]["text/plain"]
    assert "image/png" in output["data"]
    assert (
        {"".join(words)}
        == {output["metadata"][kind]["alt"] for kind in (MIME, "image/png")}
        == {output["data"][MIME]["description"]}
    )


def made(transform):
    """Return the fields that a transform writes."""
    names = transform.get("as", [])
    for kind in ("aggregate", "joinaggregate", "window"):
        names = [part["as"] for part in transform.get(kind, [])] or names
    return [names] if isinstance(names, str) else names


@each
def test_no_field_is_computed_from_itself(output):
    """A slider that moves would compute it again, and again from what it has become."""
    spec = output["data"][MIME]
    for view in views(spec):
        chain = view.get("transform", [])
        if view is not spec and "data" not in view:
            chain = spec.get("transform", []) + chain
        values = view.get("data", spec.get("data", {})).get("values", [{}])
        known = set(values[0])
        for transform in chain:
            if "aggregate" in transform:
                known = set(transform.get("groupby", []))
            fresh = set(made(transform))
            if "calculate" in transform or "joinaggregate" in transform:
                assert not fresh & known, transform
            known |= fresh


@each
def test_no_number_is_given_to_its_last_digit(output):
    """Those are rounding, another on each machine, and the specification is compared as it stands."""
    assert re.findall(r"\d\.\d{9,}", json.dumps(output["data"][MIME])) == []
