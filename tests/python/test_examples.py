"""The examples in Python run; each checks its own result."""

from __future__ import annotations

import runpy
from pathlib import Path

import nbclient
import nbformat
import pytest

from tests.python.test_plugin import run_pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"


@pytest.mark.parametrize("script", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_script(
    script: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", [script])
    runpy.run_path(str(EXAMPLES / script), run_name="__main__")
    assert capsys.readouterr().out


def test_notebook() -> None:
    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=240).execute()
    shown = [output.text for cell in notebook.cells for output in cell.get("outputs", [])]
    assert "thread 7 of 8\n" in shown[0] and "escape<float>" in shown[1] and "@@@" in shown[2]


def test_project(tmp_path: Path) -> None:
    code, text = run_pytest(EXAMPLES / "pytest_project", "--sampan", f"--rootdir={tmp_path}")
    assert code == 0 and "2 passed" in text, text
    code, text = run_pytest(EXAMPLES / "pytest_project", f"--rootdir={tmp_path}")
    assert code in (0, 5) and "1 skipped" in text, text
