"""``newsloom doctor``."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

import click

from cli.command import Command
from cli.errors import UNAVAILABLE
from cli.output import clean, json_option, out, print_json
from cli.session import session, settings
from services.doctor.diagnose import diagnose
from services.doctor.findings import Finding, State
from services.parts import PATIENCE


@click.command(cls=Command)
@json_option
def doctor(*, as_json: bool) -> None:
    """Look at all that Newsloom needs, and say what is wrong and what to do.

    Versions, clocks, disks, Redis' settings, the index, the sources, permissions. Exit code 0: all
    is well; 1: something is wrong; 3: something does not answer.
    """
    chosen = settings()
    findings = diagnose(chosen, partial(session, chosen, patience=PATIENCE))
    for finding in findings:
        if as_json:
            print_json(asdict(finding))
        else:
            _show(finding)
    raise SystemExit(_exit_code(findings))


def _show(finding: Finding) -> None:
    console = out()
    style = None if finding.state is State.FINE else "red"
    told = f"{finding.state:<6}  {finding.area:<11}  {clean(finding.sentence)}"
    console.print(told, markup=False, style=style)
    if finding.advice:
        console.print(f"{'':8}to do        {clean(finding.advice)}", markup=False)


def _exit_code(findings: Sequence[Finding]) -> int:
    states = {finding.state for finding in findings}
    if State.SILENT in states:
        return UNAVAILABLE
    return 1 if State.WRONG in states else 0
