"""Lines, with where they end, however the bytes arrive."""

from hypothesis import given
from hypothesis import strategies as st

from answerback.channels.archive.lines import KEPT_OF_LONGER, Line, lines, readable


@given(st.binary(max_size=60).map(lambda data: data.replace(b"\x01", b"\n")), st.integers(1, 9))
def test_lines_are_the_same_however_the_bytes_are_cut(data: bytes, size: int) -> None:
    pieces = [data[start : start + size] for start in range(0, len(data), size)]

    found = list(lines(pieces, start=0, number=1))

    wanted = data.split(b"\n")
    if not wanted[-1]:
        wanted.pop()
    assert [line.data for line in found] == wanted
    assert [line.number for line in found] == list(range(1, len(wanted) + 1))
    assert all(
        data[line.start : line.end].rstrip(b"\n") == line.data.rstrip(b"\n") for line in found
    )


def test_lines_begin_where_they_are_told_to() -> None:
    found = list(lines([b"one\ntw", b"o"], start=10, number=5))

    assert found == [Line(5, 10, 14, b"one", 3), Line(6, 14, 17, b"two", 3)]


@given(st.binary(max_size=40))
def test_long_bytes_become_readable_as_short_ones_do(data: bytes) -> None:
    padding = b"x" * KEPT_OF_LONGER

    long, short = readable(padding + b"!" + data), readable(b"!" + data)

    assert long == padding.decode() + short
    assert short == (b"!" + data).decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
