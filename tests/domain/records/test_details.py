import pickle

import pytest

from answerback.domain.records.details import NO_DETAILS, Details


def test_details_are_a_mapping_that_nobody_changes() -> None:
    told = Details({"lang": ["en"], "tag": [], "likes": ("3",)})

    assert told == {"lang": ("en",), "likes": ("3",)}
    assert (len(told), list(told), "tag" in told) == (2, ["lang", "likes"], False)
    with pytest.raises(TypeError):
        told["lang"] = ("de",)  # type: ignore[index]  # what nobody may do
    with pytest.raises(AttributeError):
        told.more = 1  # type: ignore[attr-defined]  # likewise


def test_equal_details_are_one_in_a_set_whatever_their_order() -> None:
    one, other = Details({"a": ["1"], "b": ["2"]}), Details({"b": ["2"], "a": ["1"]})

    assert len({one, other, NO_DETAILS}) == 2


def test_details_travel_to_another_process() -> None:
    told = Details({"lang": ["en"]})

    assert pickle.loads(pickle.dumps(told)) == told  # noqa: S301 - our own bytes
    assert repr(told) == "Details({'lang': ('en',)})"
