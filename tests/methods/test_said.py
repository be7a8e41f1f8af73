"""A value stands in what was said as itself, a small number also as a word, and never as a part of another number."""

from typing import Any

import pytest

from desktop.methods._said import stands_in


@pytest.mark.parametrize(
    ("value", "said", "stands"),
    [
        ("New-York", "from new york to Rome", True),
        ("Paris", "from New York", False),
        (2, "a table for two", True),
        (2, "两个人", True),
        (12, "for 120", False),
        (1234567, "exactly 1,234,567 of them", True),
        (0.1 + 0.2, "0.3 of it", True),
        (["milk", "eggs"], "I have eggs and milk", True),
        (["milk", "salt"], "I have eggs and milk", False),
        ("CAD", "300 Canadian dollars in yen", True),
        ("JPY", "300 Canadian dollars in yen", False),
        ("EUR", "my 500 in euros", True),
        ("USD", "my 500 in euros", False),
        ("HKD", "Hong Kong dollars", True),
        ("cad", "Canadian dollars", False),  # not how an abbreviation is written
        (True, "", True),
    ],
)
def test_a_value_stands_in_what_was_said(value: Any, said: str, stands: bool) -> None:
    assert stands_in(value, said) is stands
