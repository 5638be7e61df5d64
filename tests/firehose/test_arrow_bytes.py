"""An engine that reads Arrow's own bytes is handed them, and finds what any engine finds."""

import struct

import pyarrow as pa
import pytest

from answerback.domain.listening.match import PythonMatcher
from answerback.domain.listening.query import parse
from answerback.firehose.arrow_stage import match_batch

QUERIES = [parse("bag*"), parse("späť OR 東京"), parse("bag NEAR/2 late")]
TEXTS = ["my bag is late", "", None, "bags 東京", "x" * 300, "späť"]


class OverBytes(PythonMatcher):
    """The plain engine behind the door that a fast one has."""

    asked = 0  #: how often that door was used

    def match_utf8(
        self, offsets: memoryview, data: memoryview, count: int, *, wide: bool = False
    ) -> list[tuple[int, int]]:
        """Cut the texts out as C would."""
        self.asked += 1
        ends = struct.unpack_from(f"<{count + 1}{'q' if wide else 'i'}", offsets)
        whole = bytes(data)
        texts = [whole[ends[at] : ends[at + 1]].decode() for at in range(count)]
        return self.match(texts)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize(("start", "size"), [(0, 6), (1, 4), (3, 3), (5, 1), (2, 0)])
def test_bytes_are_read_from_where_the_slice_begins(
    kind: pa.DataType, start: int, size: int
) -> None:
    whole = pa.record_batch({"text": pa.array(TEXTS, kind), "id": list("abcdef")})
    engine = OverBytes(QUERIES)

    found = match_batch(whole.slice(start, size), matcher=engine)

    plain = match_batch(whole.slice(start, size), matcher=PythonMatcher(QUERIES))
    assert found == plain
    assert engine.asked == (size > 0)


def test_a_null_is_empty_whatever_bytes_lie_under_it() -> None:
    told = pa.array(["bag", "bag"], pa.string())
    _, offsets, data = told.buffers()
    hidden = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x02"), offsets, data])

    found = match_batch(pa.record_batch({"text": hidden}), matcher=OverBytes(QUERIES))

    assert hidden.to_pylist() == [None, "bag"]
    assert found.column("row").to_pylist() == [1]


@pytest.mark.parametrize(
    "text",
    [
        pa.Array.from_buffers(
            pa.string(), 2, pa.array([b"a bag \xff", b"bag"], pa.binary()).buffers()
        ),
        pa.array(["a bag", "bag"]).dictionary_encode(),
    ],
)
def test_what_is_not_plain_utf8_goes_the_other_way(text: pa.Array) -> None:
    engine = OverBytes(QUERIES)

    found = match_batch(pa.record_batch({"text": text}), matcher=engine)

    assert found.column("row").to_pylist() == [0, 1]
    assert engine.asked == 0


def test_fields_go_the_other_way_too() -> None:
    engine = OverBytes([parse("bag lang:en")])
    batch = pa.record_batch({"text": ["bag", "bag"], "lang": ["en", "de"]})

    assert match_batch(batch, matcher=engine).column("row").to_pylist() == [0]
    assert engine.asked == 0
