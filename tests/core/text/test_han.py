"""Which characters tell simplified from traditional Chinese."""

import pytest

from desktop.core.text.han import Telling, pattern_of, telling

SIMPLIFIED = "后来他们在台湾发现了一只奇怪的鸟。"
TRADITIONAL = "後來他們在臺灣發現了一隻奇怪的鳥。"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SIMPLIFIED, Telling(6, 0)),
        (TRADITIONAL, Telling(0, 9)),
        ("山水日月人大小中", Telling(0, 0)),
        ("The sky is blue.", Telling(0, 0)),
        ("", Telling(0, 0)),
    ],
)
def test_only_characters_of_one_way_of_writing_tell(text: str, said: Telling) -> None:
    assert telling(text) == said


def test_the_share_is_of_those_that_tell() -> None:
    assert Telling(1, 3).share("traditional") == 0.75
    assert Telling(0, 0).share("simplified") == 0.0


def test_no_character_is_in_both_lists() -> None:
    simplified, traditional = pattern_of("simplified").pattern, pattern_of("traditional").pattern
    assert len(simplified) > 2000 and len(traditional) > 2000
    assert not set(simplified[1:-1]) & set(traditional[1:-1])
