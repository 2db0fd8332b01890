"""What the site says of Pyodide is so, and the vendored editor is made from what it says."""

import distribution
import pytest
from browsing import ROOT, load


def test_the_build_knows_the_distribution_as_it_is():
    committed = (ROOT / "book" / "live" / "pyodide.json").read_text(encoding="utf-8")
    assert committed == distribution.table(distribution.pyodide()), "python tests/browser/distribution.py"


def test_a_file_that_is_another_is_refused(tmp_path):
    folder = tmp_path / "pyodide"
    folder.mkdir()
    for path in distribution.pyodide().iterdir():
        (folder / path.name).symlink_to(path)
    distribution.check(folder)
    (folder / "six-1.16.0-py2.py3-none-any.whl").unlink()
    (folder / "six-1.16.0-py2.py3-none-any.whl").write_bytes(b"another")
    with pytest.raises(ValueError, match="six"):
        distribution.check(folder)


def test_the_editor_is_bundled_from_its_present_sources():
    editor = load(ROOT / "tools" / "editor.py")
    first = (ROOT / "book" / "live" / "editor.js").read_text(encoding="utf-8").split("\n", 1)[0]
    assert first.endswith(editor.digest()), "python tools/editor.py"
