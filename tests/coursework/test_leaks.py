"""Nothing of a private reference solution or a hidden check reaches what students see."""

import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "3_activations"
# One for each place that is private, in a name, a comment, a text and a number.
CANARIES = {
    "solution": "canary_of_the_solution",
    "checks": "canary_of_the_checks",
    "mistakes": "canary_of_the_mistakes",
    "alternatives": "canary_of_the_alternatives",
    "input": "73123.40625",
}
# What a student may try: show the hidden input in whatever is reported.
CURIOUS = {
    name: f"def softplus(z, beta):\n    {body}"
    for name, body in {
        "raises": "raise ValueError(repr((z, beta)))",
        "names": "raise type(f'E{z}', (Exception,), {})(z)",
        "prints": "import sys; print(z, beta); print(z, file=sys.stderr); return z",
        "returns": "return {'z': z, str(z): beta}",
        "warns": "import warnings; warnings.warn(str(z)); return z",
        "renames": "softplus.__name__ = softplus.__qualname__ = str(z); raise KeyError(z)",
        "exits": "import sys; sys.exit(str(z))",
    }.items()
}


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    """Return a private folder in which everything private is marked."""
    folder = tmp_path_factory.mktemp("private")
    shutil.copytree(ROOT / "coursework" / NAME, folder / NAME, ignore=shutil.ignore_patterns("variants.py"))
    path = folder / NAME / "assignment.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        mark = f"### BEGIN SOLUTION\n    {CANARIES['solution']} = 1  # {CANARIES['solution']}\n"
        cell["source"] = source.replace("### BEGIN SOLUTION\n", mark)
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": CANARIES["solution"]}]
    path.write_text(json.dumps(notebook), "utf-8")
    for stem in ("checks", "mistakes", "alternatives"):
        path = folder / NAME / f"{stem}.py"
        text = path.read_text("utf-8")
        text = re.sub(
            r"\n(    )(return|yield) ", rf"\n    {CANARIES[stem]} = '{CANARIES[stem]}'\n    \2 ", text
        )
        if stem == "checks":
            hidden = f'    yield Case("ordinary values", (np.full(3, {CANARIES["input"]}), 1.5))\n'
            text = text.replace('    yield Case("small results"', hidden + '    yield Case("small results"')
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def public(private, tmp_path_factory, coursework, hand_in, sandbox):
    """Return every text that students get to see, by where it is: release, feedback, the page for class."""
    folder = tmp_path_factory.mktemp("public")
    submissions = folder / "in"
    hand_in(submissions / "blank.ipynb", reference=False)
    hand_in(submissions / "right.ipynb")
    for variant in hand_in.assignment.mistakes:
        hand_in(submissions / f"{variant.name}.ipynb", variant.name)
    for name, code in CURIOUS.items():
        notebook = json.loads(hand_in(folder / "x.ipynb").read_text("utf-8"))
        hand_in.cell(notebook, "softplus")["source"] = code
        hand_in.write(submissions / f"{name}_77_88_{NAME}.ipynb", notebook)
        hand_in.write(submissions / f"Jane {name}_77_assignsubmission_file_work.ipynb", notebook)
    (folder / "x.ipynb").unlink()
    coursework("release", "--source", private, "--out", folder / "released")
    coursework("grade", submissions, "--assignment", NAME, "--source", private, "--out", folder / "graded")
    coursework("feedback", folder / "graded")
    seed = json.loads((folder / "graded" / "grading.json").read_text())["seed"]
    texts = {}
    for path in [
        *(folder / "released").iterdir(),
        *(folder / "graded").glob("*.zip"),
        *(folder / "graded" / "feedback").iterdir(),
        folder / "graded" / "class.html",
    ]:
        texts.update(read(path.relative_to(folder).as_posix(), path.read_bytes()))
    assert {name.partition("/")[0] for name in texts} == {"released", "graded"}
    return texts, str(seed)


def read(name, data):
    """Return the texts in a file, those in archives included."""
    if not data.startswith(b"PK"):
        return {name: data.decode("utf-8")}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            f"{name}: {inner}": text
            for entry in archive.namelist()
            for inner, text in read(entry, archive.read(entry)).items()
        }


def test_no_mark_of_anything_private_is_public(public):
    texts, seed = public
    assert len(texts) > 60
    found = [
        (name, mark) for name, text in texts.items() for mark in (*CANARIES.values(), seed) if mark in text
    ]
    assert found == []
    # The number in other forms: as an array prints, and with fewer digits.
    assert [name for name, text in texts.items() if re.search(r"73[ ,]?123|7\.3123", text)] == []


def private_lines(folder, given):
    """Yield the lines of solutions and hidden checks that students don't have already."""
    notebook = json.loads((folder / "assignment.ipynb").read_text("utf-8"))
    texts = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    texts += [(folder / f"{stem}.py").read_text("utf-8") for stem in ("checks", "mistakes", "alternatives")]
    for text in texts:
        # The messages of mistakes.py are what students are told.
        text = re.sub(r'"""[^"]*"""', "", text)
        for line in text.splitlines():
            line = line.strip()
            # Names and points of tasks are public.
            code = not re.fullmatch(r'["\w]+,', line) and not line.startswith(("import ", "from "))
            if len(line) >= 20 and code and line not in given:
                yield line


def test_no_line_of_a_solution_or_a_hidden_check_is_public(public, private, hand_in):
    texts, _ = public
    given = "\n".join("".join(cell["source"]) for cell in hand_in.blank["cells"])
    lines = set(private_lines(private / NAME, given))
    assert len(lines) > 100
    ours = {name: text for name, text in texts.items() if ".whl: " not in name and "check.py" not in name}
    assert [(name, line) for name, text in ours.items() for line in lines if line in text] == []


def test_the_test_would_see_a_leak(private, hand_in):
    given = "\n".join("".join(cell["source"]) for cell in hand_in.blank["cells"])
    lines = set(private_lines(private / NAME, given))
    assert "return p * (v - (p * v).sum(axis=1, keepdims=True))" in lines
    assert any("rng.uniform(2000, 5000, 4)" in line for line in lines)
    assert CANARIES["solution"] in (private / NAME / "assignment.ipynb").read_text("utf-8")


def test_the_site_holds_no_solution_and_no_hidden_check(hand_in):
    site = ROOT / "_build" / "html"
    if not site.is_dir():
        pytest.skip("not applicable here: the site is not built")
    given = "\n".join("".join(cell["source"]) for cell in hand_in.blank["cells"])
    lines = set(private_lines(hand_in.assignment.folder, given))
    # Long enough that no page says it by chance; pages, search index and downloads alike.
    lines = {line for line in lines if len(line) > 50}
    assert len(lines) > 20
    texts = {}
    for path in site.rglob("*"):
        if path.is_file() and path.suffix in (
            ".html",
            ".js",
            ".txt",
            ".ipynb",
            ".md",
            ".py",
            ".json",
            ".zip",
        ):
            data = path.read_bytes()
            texts.update(
                read(path.name, data)
                if data.startswith(b"PK")
                else {path.name: data.decode("utf-8", "replace")}
            )
    assert [(name, line) for name, text in texts.items() for line in lines if line in text] == []
