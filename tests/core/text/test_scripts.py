"""Writing systems: each letter's script, each language's scripts."""

import pytest

from desktop.core.text.scripts import script_of, scripts_of_language


@pytest.mark.parametrize(
    ("letter", "script"),
    [
        ("a", "latin"),
        ("É", "latin"),
        ("ế", "latin"),
        ("中", "han"),
        ("々", "han"),
        ("の", "hiragana"),
        ("ア", "katakana"),
        ("ー", "katakana"),
        ("ｱ", "katakana"),
        ("한", "hangul"),
        ("ก", "thai"),
        ("م", "arabic"),
        ("Ж", "cyrillic"),
        ("ह", "devanagari"),
        ("7", ""),
        ("。", ""),
        ("😀", ""),
        ("\ud800", ""),
    ],
)
def test_a_letter_has_a_script_and_a_sign_has_none(letter: str, script: str) -> None:
    assert script_of(letter) == script


def test_a_language_is_known_by_its_code_with_or_without_a_country() -> None:
    assert scripts_of_language("en") == ("latin",)
    assert "han" in scripts_of_language("zh_CN")
    assert "han" in scripts_of_language("zh-Hans")
    assert "katakana" in scripts_of_language("ja")
    assert scripts_of_language("vi") == ("latin",)
    assert scripts_of_language("tlh") == ()
