"""What is chosen from training folds: shifts that help, and none where nothing is to be won."""

import numpy as np
from training.choices import each_class, shift_for
from training.figures import macro_f1

CLASSES = np.array(["calm", "cross"])
LABELS = np.array(["calm"] * 6 + ["cross"] * 3)


def test_a_class_that_is_said_too_often_is_held_back() -> None:
    second = np.array([[-3.0], [-2.5], [0.5], [0.6], [0.7], [0.8], [2.6], [2.7], [2.8]])
    logits = each_class(second)

    shift = shift_for(logits=logits, labels=LABELS, classes=CLASSES, metric=macro_f1)

    before, after = logits.argmax(axis=1), (logits + shift).argmax(axis=1)
    assert CLASSES[before].tolist() == ["calm"] * 2 + ["cross"] * 7
    assert CLASSES[after].tolist() == LABELS.tolist()


def test_nothing_is_shifted_where_every_text_is_already_right() -> None:
    logits = each_class(np.array([[-2.0]] * 6 + [[2.0]] * 3))

    shift = shift_for(logits=logits, labels=LABELS, classes=CLASSES, metric=macro_f1)

    assert shift.tolist() == [0.0, 0.0]


def test_one_logit_becomes_two_that_differ_by_it_and_three_stay_three() -> None:
    two, three = np.array([[3.0], [-1.0]]), np.array([[1.0, 2.0, 3.0]])

    assert each_class(two).tolist() == [[-1.5, 1.5], [0.5, -0.5]]
    assert each_class(three).tolist() == three.tolist()
