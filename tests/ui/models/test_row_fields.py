"""The texts of a row: what is edited comes back, what is not stays, in every kind."""

import pytest

from desktop.core.records import Conversation, Feedback, Instruction, Message, Preference, Row, Text
from desktop.ui.models.row_fields import editable, edited

ROWS = (
    Instruction("Do it.", input="This.", output="Done.", system="Be kind.", history=(("Hello", "Hi"),), extra={"n": 1}),
    Instruction("Do it.", output=None, task_type="summary"),
    Conversation((Message("user", "A cold?"), Message("assistant", "Rest."), Message("tool_call", "{}")), system="s"),
    Preference("Two and two?", "Four.", "Five.", margin=0.5),
    Preference((Message("user", "Two?"),), "Four.", "Five."),
    Feedback("Two and two?", "Four.", label=True, critique="Right."),
    Text("Plain."),
)


@pytest.mark.parametrize("row", ROWS)
def test_an_untouched_row_comes_back_as_it_was(row: Row) -> None:
    assert edited(row, editable(row)) == row


@pytest.mark.parametrize("row", ROWS)
def test_every_text_that_is_edited_comes_back(row: Row) -> None:
    texts = {name: f"{text} changed" for name, text in editable(row).items()}
    assert editable(edited(row, texts)) == texts


def test_an_unanswered_row_can_be_answered() -> None:
    row = Instruction("Do it.", output=None)
    assert edited(row, {**editable(row), "output": "Done."}) == Instruction("Do it.", output="Done.")
