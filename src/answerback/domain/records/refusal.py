"""A foreseen no."""


class Refusal(Exception):
    """
    A foreseen no, in a sentence: what, where, and what to do next.

    Commands print it on standard error and exit 2; pages show it with 409.  It is
    never logged as a fault.  Everything else that is raised is a bug.
    """
