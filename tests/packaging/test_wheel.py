"""The package as users get it: built, installed into a fresh environment, run from another folder.

Tests in the tree never notice data that a package leaves out, so nothing here may see the tree: the source
archive is built first, the wheel from what the archive holds, and the commands run with a clean environment.
Libraries come from the environment that runs the tests, by a .pth file; no network is needed.
"""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

import attain

ROOT = Path(__file__).resolve().parents[2]
#: One worker builds for all of these tests.
pytestmark = pytest.mark.xdist_group("wheel")
DIALECTS = sorted(path.name for path in (ROOT / "dialects").glob("*.yaml"))


def run(command: Sequence[str | Path], folder: Path) -> str:
    """Run a command in a folder, without the variables that could lead it back to the tree."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} exited {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel, and the source archive that it was built from."""
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], folder)
    (wheel,) = folder.glob("*.whl")
    (archive,) = folder.glob("*.tar.gz")
    return wheel, archive


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment that has the wheel."""
    home = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    commands = home / ("Scripts" if os.name == "nt" else "bin")
    python = commands / "python"
    packages = Path(run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], home).strip())
    run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", built[0]],
        home,
    )
    # By a plain path: the .pth files of the other environment, one of which leads to the tree, stay unread.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return commands


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder outside the tree."""
    assert ROOT not in tmp_path.parents
    return tmp_path


def test_archive_and_wheel_hold_everything(built: tuple[Path, Path]) -> None:
    wheel, archive = built
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    sources = {path.relative_to(ROOT / "engine").as_posix() for path in (ROOT / "engine").rglob("*.py")}
    assert sources <= in_wheel
    assert {"attain/py.typed", "attain/schema.json", *(f"attain/dialects/{name}" for name in DIALECTS)} <= in_wheel
    assert {name.split("/")[0] for name in in_wheel} == {"attain", f"attain-{attain.__version__}.dist-info"}
    with tarfile.open(archive) as tar:
        in_archive = {name.partition("/")[2] for name in tar.getnames()}
    assert {"README.md", "LICENSE", "CHANGELOG.md", "Makefile", "metrics.yaml"} <= in_archive
    assert {"examples/first/metrics.yaml", "docs/README.md", "tests/packaging/test_wheel.py"} <= in_archive


def test_the_wheel_is_what_is_imported(installed: Path, elsewhere: Path) -> None:
    where = run([installed / "python", "-c", "import attain; print(attain.__file__)"], elsewhere)
    assert Path(where.strip()).is_relative_to(installed.parent)


def test_version(installed: Path, elsewhere: Path) -> None:
    assert attain.__version__ in run([installed / "attain", "--version"], elsewhere)


def test_as_a_module(installed: Path, elsewhere: Path) -> None:
    assert attain.__version__ in run([installed / "python", "-m", "attain", "--version"], elsewhere)


def test_dialects_are_found(installed: Path, elsewhere: Path) -> None:
    listed = run([installed / "attain", "list", "dialects"], elsewhere)
    """Every dialect but `ansi`, which is what the others differ from."""
    assert [name for name in DIALECTS if Path(name).stem not in listed] == ["ansi.yaml"]


def test_problems_are_explained(installed: Path, elsewhere: Path) -> None:
    """The example comes from the page that is shipped."""
    said = run([installed / "attain", "validate", "--explain", "unknown-field"], elsewhere)
    assert "table `deals` has no field `ammount`" in said and "file: deals.csv" in said


def test_a_query_runs(installed: Path, elsewhere: Path) -> None:
    """The grammar, the data files and the libraries, all from the wheel."""
    definitions = ROOT / "examples" / "first"
    answer = run([installed / "attain", "run", "revenue", "-f", definitions, "--format", "csv"], elsewhere)
    assert answer.splitlines()[0] == "revenue"
