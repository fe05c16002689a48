"""``optproof components P.json --width M``: the components of a sublevel set, counted exactly."""

from pathlib import Path
from typing import Annotated

import typer

from paper_checks.output import Json, ProblemFile, Seed, emit, exact, progress


def run(
    problem_file: ProblemFile,
    width: Annotated[int, typer.Option(metavar="M", help="Number of neurons.")],
    level: Annotated[str, typer.Option(metavar="E", help="Largest loss allowed; 0: networks that fit exactly.")] = "0",
    certificate: Annotated[Path | None, typer.Option(metavar="F", help="Write the certificate.")] = None,
    as_json: Json = False,
    seed: Seed = 0,
) -> int:
    """Count the connected components of the networks of width M with ½‖f − y‖² ≤ E, labelled and modulo permutation."""
    from rich.table import Table

    from numerics.components import components
    from paper_checks.files import read_problem, to_json, write_text
    from theory.exact.rational import read_number, write_vector

    problem, largest = read_problem(problem_file), read_number(level, "--level")
    with progress() as bar:
        task = bar.add_task("cells", total=None)

        def advance(done: int) -> None:
            bar.update(task, completed=done)

        result = components(problem, width, largest, progress=advance)
    if certificate is not None:
        write_text(certificate, to_json(result.certificate))
    payload = result.write() | {"certificate": str(certificate) if certificate else result.certificate}
    table = Table(title="one network in each component, modulo permutation")
    table.add_column("component", justify="right")
    table.add_column("neurons: sign α, effective weight |α|u")
    for number, network in enumerate(result.representatives, 1):
        neurons = (
            f"{'+' if neuron.sign > 0 else '−' if neuron.sign else '0'}"
            f" ({', '.join(map(str, write_vector(neuron.effective)))})"
            for neuron in network.neurons
        )
        table.add_row(str(number), "; ".join(neurons))
    lines: list[object] = [
        f"{result.components_modulo_permutation} components modulo permutation, {result.components} with numbered neurons, "
        f"of {{L ≤ {exact(result.level)}}} at width {result.width}",
    ]
    if result.representatives:
        lines.append(table)
    emit(payload, as_json, lines)
    return 0 if result.components_modulo_permutation <= 1 else 1
