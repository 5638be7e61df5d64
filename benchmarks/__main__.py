"""
Run the benchmarks: `make bench`, or `make bench B=speed_sort` for one.

Each prints one line of JSON a figure.  Those that take minutes (`speed_import`,
`accuracy_heads`) are run by name.
"""

import runpy
import sys

QUICK = ("speed_archive", "speed_match", "speed_read", "speed_sort", "accuracy_acme")


def main() -> None:
    """Run what was named, or all the quick ones."""
    for name in sys.argv[1:] or QUICK:
        print(f"# {name}", flush=True)
        sys.argv = [name]
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
