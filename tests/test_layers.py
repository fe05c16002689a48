"""The layout holds: imports point downwards, the checker is alone, and starting up is quick."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ["theory", "numerics", "gpu_validation", "paper_checks"]
#: What the trusted checker may import besides itself. python-flint only in kinds that need intervals.
TRUSTED = {"theory.exact", "flint"} | set(sys.stdlib_module_names)


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("package", LAYERS)
def test_imports_point_downwards(package: str) -> None:
    above = set(LAYERS[LAYERS.index(package) + 1:])
    for file in (ROOT / package).rglob("*.py"):
        assert not {name.split(".")[0] for name in imported(file)} & above, file


@pytest.mark.parametrize("package", ["theory", "numerics"])
def test_theory_and_numerics_never_import_torch(package: str) -> None:
    for file in (ROOT / package).rglob("*.py"):
        assert "torch" not in {name.split(".")[0] for name in imported(file)}, file


def test_the_exact_checker_imports_nothing_but_itself_and_the_standard_library() -> None:
    for file in (ROOT / "theory" / "exact").rglob("*.py"):
        for name in imported(file):
            allowed = name.split(".")[0] in TRUSTED or name.startswith("theory.exact")
            assert allowed, f"{file} imports {name}"


def test_the_exact_checker_loads_no_solver_and_no_array_library() -> None:
    heavy = "['numpy', 'scipy', 'cvxpy', 'torch', 'sympy', 'hypothesis']"
    program = (
        "import sys, theory.exact; from theory.exact.certificate import kinds, _module\n"
        "from importlib import import_module\n"
        f"[import_module(_module(kind)) for kind in kinds()]; print([m for m in {heavy} if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "[]"


def test_the_registry_and_the_help_load_no_heavy_library() -> None:
    heavy = "['numpy', 'scipy', 'cvxpy', 'torch', 'sympy', 'matplotlib', 'hypothesis', 'flint']"
    program = (
        "import sys; from theory.registry import claims; claims(); from paper_checks.cli import app; app()\n"
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "[]"
