"""``optproof solve P.json --set S``: the convex reformulation of constrained training, solved and certified."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from paper_checks.output import Json, ProblemFile, Seed, emit

#: Sets whose radius bounds each neuron alone, so that a wider network needs a smaller one.
WIDTH_COUNTS = {"max-entry", "max-column"}


def run(
    problem_file: ProblemFile,
    set_name: Annotated[
        str | None, typer.Option("--set", help="frobenius, spectral, max-entry, max-column or schatten:P.")
    ] = None,
    optimizer: Annotated[str | None, typer.Option(help="Instead of --set: sgd, muon, adamw, lion, …")] = None,
    objective: Annotated[
        Literal["radius", "loss"], typer.Option(help="Least R1·R2 that fits y exactly, or least loss within --radius.")
    ] = "radius",
    radius: Annotated[str | None, typer.Option(metavar="R", help="R1·R2, a number or an exact string (18/7).")] = None,
    loss: Annotated[
        Literal["squared", "logistic"], typer.Option(help="With --objective loss; logistic wants labels 1 and -1.")
    ] = "squared",
    width: Annotated[int | None, typer.Option(metavar="M", help="Neurons at most.")] = None,
    certificate: Annotated[Path | None, typer.Option(metavar="F", help="Write the certificate.")] = None,
    as_json: Json = False,
    seed: Seed = 0,
) -> int:
    """Find the best network inside an optimizer's set, with a certified interval around the optimum."""
    from numerics import solve
    from paper_checks.files import read_problem, to_json, write_text
    from theory.exact.rational import read_number

    chosen = _set(set_name, optimizer)
    R = None if radius is None else read_number(radius, "--radius")
    solution = solve(read_problem(problem_file), chosen, objective=objective, radius=R, width=width, loss=loss)
    payload = solution.write()
    if certificate is not None:
        write_text(certificate, to_json(solution.certificate))
        payload["certificate"] = str(certificate)
    emit(payload, as_json, _render(chosen, objective, width is not None, payload))
    return {"OPTIMAL": 0, "INFEASIBLE": 1}.get(payload["status"], 3)


def _set(set_name: str | None, optimizer: str | None) -> str:
    from theory.exact.rational import InputError

    if (set_name is None) == (optimizer is None):
        raise InputError("--set", "name one set (frobenius, spectral, …) or one --optimizer, and not both")
    if set_name is not None:
        return set_name
    from theory.lion_k import set_of_optimizer

    return set_of_optimizer(str(optimizer))


def _render(chosen: str, objective: str, limited: bool, payload: dict[str, Any]) -> list[Any]:
    from rich.table import Table

    what = "least R1·R2 that fits y exactly" if objective == "radius" else "least loss within the radius"
    if objective == "radius" and chosen in WIDTH_COUNTS and not limited:
        what = "least Σ‖v_i‖ of a network that fits y exactly (large width; --width M asks for R1·R2)"
    if payload["status"] == "INFEASIBLE":
        where = "of that width fits y exactly" if limited else "fits y exactly"
        return [f"{chosen}: no network {where}, at any radius (certified)"]
    table = Table(title=f"{chosen}: {what}", show_header=False)
    recomputed = payload["recomputed"]
    rows = {
        "status": payload["status"],
        "value": f"{float(payload['value']):.12g}",
        "certified interval": f"[{_decimal(payload['lower'])}, {_decimal(payload['upper'])}]",
        "relative gap": f"{float(payload['gap']):.1e}",
        "width": str(payload["width"]),
        "recomputed loss": f"{float(recomputed['loss']):.6g}",
        "recomputed norms": ", ".join(f"{name} {float(value):.9g}" for name, value in recomputed["norms"].items()),
        "recomputed product": f"{float(recomputed['product']):.12g}",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    neurons = Table(title="network")
    neurons.add_column("u")
    neurons.add_column("alpha", justify="right")
    for neuron in payload["network"]["neurons"][:20]:
        neurons.add_row(", ".join(_decimal(entry) for entry in neuron["u"]), _decimal(neuron["alpha"]))
    return [table, neurons]


def _decimal(value: Any) -> str:
    from fractions import Fraction

    return f"{float(Fraction(value)):.9g}"
