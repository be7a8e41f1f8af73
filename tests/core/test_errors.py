"""Errors for people: what is wrong, then what to do."""

import pickle

from desktop.core.errors import UserError


def test_says_what_is_wrong_and_what_to_do() -> None:
    error = UserError("This is not a Seedbed project.", "Choose another file.")
    assert str(error) == "This is not a Seedbed project. Choose another file."
    assert str(UserError("The disk is full.", "")) == "The disk is full."


def test_crosses_a_process_border_whole() -> None:
    error = pickle.loads(pickle.dumps(UserError("The disk is full.", "Make room.")))
    assert (error.what, error.remedy) == ("The disk is full.", "Make room.")
