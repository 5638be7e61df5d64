"""`answerback audit-sample`: how much of what matters did the filter keep?  Ask people."""

import click

from answerback.cli.audit_sample_draw import draw
from answerback.cli.audit_sample_label import label
from answerback.cli.audit_sample_report import report


@click.group("audit-sample")
def command() -> None:
    """Draw posts by chance, label them, and report recall with how sure it is."""


command.add_command(draw)
command.add_command(label)
command.add_command(report)
