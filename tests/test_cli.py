"""The command line keeps its contract: fields, exit codes, one line that names the field, nothing written half."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from paper_checks.cli import main

X = [[-1, 2], [0, -2], [2, 0], [-3, -3]]
PROBLEM = {"X": X, "y": [3, 4, 2, 12]}
A = {"neurons": [{"u": [-2, -2], "alpha": 1}, {"u": [1, 2], "alpha": 1}]}
B = {"neurons": [{"u": [-3, 0], "alpha": 1}, {"u": [1, -2], "alpha": 1}]}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in {"P": PROBLEM, "A": A, "B": B}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    captured = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, captured.out, captured.err


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code, out, _ = run(capsys, *arguments, "--json")
    return code, json.loads(out)


def test_patterns_lists_all_with_witnesses(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = run_json(capsys, "patterns", "P.json")
    assert code == 0
    assert answer["count"] == answer["bound"] == len(answer["patterns"]) == 8
    for pattern, witness in zip(answer["patterns"], answer["witnesses"], strict=True):
        assert pattern == "".join("1" if row[0] * witness[0] + row[1] * witness[1] > 0 else "0" for row in X)


def test_barrier_is_two_modulo_permutation_and_its_certificate_checks(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = run_json(
        capsys, "barrier", "P.json", "A.json", "B.json", "--modulo-permutation", "--certificate", "c.json"
    )
    assert code == 0
    assert str(answer["barrier"]) == str(answer["lower"]) == str(answer["upper"]) == "2"
    assert {"cells_explored", "certificate"} <= set(answer)
    code, verdict = run_json(capsys, "check-certificate", "c.json")
    assert (code, verdict["valid"], verdict["kind"]) == (0, True, "barrier")


def test_a_corrupted_certificate_is_invalid_and_one_of_another_problem_is_refused(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "barrier", "P.json", "A.json", "B.json", "--certificate", "c.json")
    text = Path("c.json").read_text()
    (files / "other.json").write_text(json.dumps({"X": X, "y": [3, 4, 2, 11]}))
    code, out, err = run(capsys, "check-certificate", "c.json", "--problem", "other.json")
    assert (code, out) == (2, "")
    assert "another problem" in err
    assert run(capsys, "check-certificate", "c.json", "--problem", "P.json")[0] == 0
    altered = json.loads(text)
    altered["statement"]["barrier"] = "7/2"
    Path("c.json").write_text(json.dumps(altered))
    code, verdict = run_json(capsys, "check-certificate", "c.json")
    assert (code, verdict["valid"]) == (1, False)
    assert verdict["reason"]


def test_solve_reports_the_recomputed_network_and_a_certified_interval(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = run_json(capsys, "solve", "P.json", "--set", "frobenius")
    assert code == 0
    wanted = {"value", "dual_value", "gap", "width", "network", "recomputed"}
    assert wanted <= set(answer)
    assert {"loss", "norms", "product"} <= set(answer["recomputed"])
    assert answer["gap"] <= 1e-6 * answer["value"]
    assert len(answer["network"]["neurons"]) == answer["width"]


def test_an_optimizer_is_an_alias_of_its_set(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_set = run_json(capsys, "solve", "P.json", "--set", "frobenius")[1]
    by_optimizer = run_json(capsys, "solve", "P.json", "--optimizer", "sgd")[1]
    assert by_set["value"] == by_optimizer["value"]


def test_claims_lists_the_registry(capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = run_json(capsys, "claims")
    assert code == 0
    assert all({"id", "source", "statement", "kind"} <= set(claim) for claim in answer["claims"])
    assert len(answer["claims"]) >= 4


def test_verify_one_claim_with_a_report(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = run_json(capsys, "verify", "pattern-count", "--report", "out")
    assert code == 0
    (row,) = answer["claims"]
    wanted = {"id", "verdict", "margin", "evidence", "examples", "mutants", "corrupted", "seconds"}
    assert wanted <= set(row)
    assert row["verdict"] == "PROVED"
    page = Path("out/index.html").read_text()
    assert "<math" in page
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", "").replace("https://matplotlib.org", "")


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["patterns"], "P.json"),
        (["patterns", "none.json"], "none.json"),
        (["patterns", "text"], "not JSON"),
        (["patterns", "."], "."),
        (["patterns", "nan.json"], "NaN"),
        (["patterns", "inf.json"], "y[0]"),
        (["patterns", "empty.json"], "X"),
        (["patterns", "ragged.json"], "X[1]"),
        (["patterns", "keys.json"], "problem.targets"),
        (["patterns", "twice.json"], "'X' is given twice"),
        (["patterns", "long.json"], "5000 digits"),
        (["patterns", "P.json", "--no-such-option"], "--no-such-option"),
        (["patterns", "P.json", "--seed", "x"], "--seed"),
        (["solve", "P.json", "--set", "nuclear-banana"], "set"),
        (["solve", "P.json"], "set"),
        (["solve", "P.json", "--optimizer", "sofia"], "optimizer"),
        (["solve", "P.json", "--set", "frobenius", "--objective", "loss"], "radius"),
        (["solve", "P.json", "--set", "frobenius", "--objective", "loss", "--radius", "-1"], "radius"),
        (["solve", "P.json", "--set", "frobenius", "--objective", "best"], "objective"),
        (["barrier", "P.json", "A.json", "wide.json"], "wide.json: network.neurons[0].u"),
        (["barrier", "P.json", "A.json", "P.json"], "P.json: network.neurons"),
        (["check-certificate", "P.json"], "format"),
        (["check-certificate", "text"], "not JSON"),
        (["verify", "no-such-claim"], "no-such-claim"),
        (["verify", "pattern-count", "--report", "text"], "text"),
        (["no-such-verb"], "no-such-verb"),
    ],
)
def test_bad_input_is_one_line_that_names_the_field(
    files: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], names: str
) -> None:
    (files / "text").write_text("not json {")
    (files / "nan.json").write_text('{"X": [[NaN]], "y": [1]}')
    (files / "inf.json").write_text('{"X": [[1]], "y": [1e999]}')
    (files / "empty.json").write_text('{"X": [], "y": []}')
    (files / "ragged.json").write_text('{"X": [[1], [1, 2]], "y": [1, 2]}')
    (files / "keys.json").write_text('{"X": [[1]], "y": [1], "targets": 3}')
    (files / "twice.json").write_text('{"X": [[1]], "X": [[2]], "y": [1]}')
    (files / "long.json").write_text('{"X": [[' + "9" * 5000 + ']], "y": [1]}')
    (files / "wide.json").write_text('{"neurons": [{"u": [1, 2, 3], "alpha": 1}]}')
    before = sorted(files.iterdir())
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert names in err
    assert sorted(files.iterdir()) == before


def test_help_answers_without_loading_a_solver() -> None:
    program = "import sys; from paper_checks.cli import main\ntry: main(['solve', '--help'])\nexcept SystemExit: pass\n"
    program += "print([m for m in ('numpy', 'scipy', 'cvxpy', 'sympy', 'matplotlib') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith("[]")


def test_components_counts_the_two_solutions_and_their_renumberings(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = run_json(capsys, "components", "P.json", "--width", "2", "--certificate", "c.json")
    assert (code, answer["components"], answer["components_modulo_permutation"]) == (1, 4, 2)
    assert len(answer["representatives"]) == 2
    assert run_json(capsys, "check-certificate", "c.json")[1]["valid"]
    code, answer = run_json(capsys, "components", "P.json", "--width", "2", "--level", "2")
    assert (code, answer["components_modulo_permutation"]) == (0, 1)


def test_numbers_beyond_doubles_and_beyond_what_python_prints_are_answered(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "huge.json").write_text(json.dumps({"X": [["1e3900", 1], [2, 3]], "y": [1, 2]}))
    code, answer = run_json(capsys, "barrier", "huge.json", "A.json", "A.json")
    assert code == 0
    assert len(answer["barrier"]) > 4_300
    code, out, _ = run(capsys, "barrier", "huge.json", "A.json", "A.json")
    assert (code, "e+" in out) == (0, True)


def test_a_defect_is_undecided_never_refuted_and_says_so_in_json(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("numerics.barrier", broken)
    code, out, err = run(capsys, "barrier", "P.json", "A.json", "B.json", "--json")
    assert code == 3
    assert json.loads(out)["verdict"] == "NOT_RUN"
    assert "ZeroDivisionError: oh" in err.splitlines()[-1]


def command(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([sys.executable, "-m", "paper_checks.cli", *arguments], check=False, stderr=subprocess.PIPE, **options)


def test_a_reader_who_leaves_ends_the_command_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ran = command("claims", stdout=writing)
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_output_in_ascii_loses_letters_and_no_more() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    people = command("claims", stdout=subprocess.PIPE, env=environment)
    assert (people.returncode, people.stderr) == (0, b"")
    machines = command("claims", "--json", stdout=subprocess.PIPE, env=environment)
    assert "≤" in json.dumps(json.loads(machines.stdout), ensure_ascii=False)


def test_ctrl_c_is_undecided_on_one_line_and_leaves_no_file(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("numerics.barrier", interrupted)
    before = sorted(files.iterdir())
    code, out, err = run(capsys, "barrier", "P.json", "A.json", "B.json", "--certificate", "c.json")
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert "stopped" in err
    code, out, _ = run(capsys, "barrier", "P.json", "A.json", "B.json", "--json")
    assert (code, json.loads(out)["verdict"]) == (3, "NOT_RUN")
    assert sorted(files.iterdir()) == before
