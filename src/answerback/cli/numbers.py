"""Numbers that options take."""

import click


def a_share(_ctx: click.Context, _option: click.Parameter, told: float | None) -> float | None:
    """Refuse "nan", which for click lies between any two numbers."""
    if told != told:  # noqa: PLR0124 -- only a NaN differs from itself
        raise click.BadParameter("nan is not a number. Write one from 0 to 1, like 0.5.")
    return told
