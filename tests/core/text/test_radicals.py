"""Radicals give way to the characters that they look like."""

import pytest

from desktop.core.text.radicals import without_radicals


@pytest.mark.parametrize(
    ("read", "meant"), [("引⾔第⼆⼗⻚", "引言第二十页"), ("⻅⻢⻜⻓⻔", "见马飞长门"), ("plain 文字", "plain 文字")]
)
def test_a_radical_becomes_the_character_it_looks_like(read: str, meant: str) -> None:
    assert without_radicals(read) == meant
