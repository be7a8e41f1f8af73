"""Prompts: templates by language, places filled once."""

from pathlib import Path

import pytest

from desktop.core import paths
from desktop.core.errors import UserError
from desktop.core.prompts import Prompt, fill, fingerprint


def test_places_are_filled_and_what_a_value_holds_is_not_read_again() -> None:
    assert fill("Say {{word}} and {{ word }}.", {"word": "{{other}} {x} \\1"}) == (
        "Say {{other}} {x} \\1 and {{other}} {x} \\1."
    )
    assert fill("用 {单括号} 写 {{text}}", {"text": "诗"}) == "用 {单括号} 写 诗"


def test_an_unknown_place_says_which_there_are() -> None:
    with pytest.raises(UserError) as caught:
        fill("Say {{colour}}.", {"word": "red", "count": "3"})
    assert "“colour”" in caught.value.what
    assert caught.value.remedy == "Use only: word, count."


def test_a_prompt_is_read_in_its_language_or_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "prompts" / "sample"
    folder.mkdir(parents=True)
    (folder / "ask.en.txt").write_text("Ask {{word}}\n", encoding="utf-8")
    (folder / "ask.zh.txt").write_text("问 {{word}}\n\n", encoding="utf-8")
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    prompt = Prompt("ask", "sample/ask", ("word",), {"en": "reply"})
    assert prompt.text("en") == "Ask {{word}}"
    assert prompt.text("zh") == "问 {{word}}\n"  # one line end belongs to the file, the other to the prompt
    assert prompt.text("fr") == "Ask {{word}}"


def test_a_fingerprint_changes_with_any_text_and_with_their_borders() -> None:
    texts = ["ab", "c", "诗", "\ud800"]
    assert fingerprint(texts) == fingerprint(list(texts))
    assert len({fingerprint(each) for each in (texts, ["a", "bc", "诗", "\ud800"], texts[:3], [*texts, ""])}) == 4
