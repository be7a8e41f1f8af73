"""What is protected is found, hidden behind marks, and missed where a model lost it."""

import time

import pytest

from desktop.methods._protected import hide, kept_in, restore, spans


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Bake at 220 °C for 1,500 s or 35%.", ["220 °C", "1,500 s", "35%"]),
        ("每个例子不超过50字，列出 3 个。", ["50字", "3 个"]),
        ("Run `f(1)` or\n```\nx = 2\n```\nnow", ["`f(1)`", "```\nx = 2\n```"]),
        ("Write to a.b@c.example or see https://a.example/b?c=1.", ["a.b@c.example", "https://a.example/b?c=1"]),
        ("Dear {name}, {{ city }} has <b>[CITY]</b> ${x} %s $HOME", ["{name}", "{{ city }}", "<b>", "[CITY]", "</b>",
                                                                    "${x}", "%s", "$HOME"]),
        ("see 网址https://a.example/甲。然后", ["https://a.example/甲"]),
        ("GPT4 and x1", ["GPT4", "x1"]),
        ("a < b and c > d", []),
        ("Use GPT-4 or x-ray-2b for a 7-day trip", ["GPT-4", "x-ray-2b", "7-day"]),
        ("以“末班车”为题写五条，读《家》", ["“末班车”", "五条", "《家》"]),
        ('say "not ethical" or \'no\', the student\'s “way', ['"not ethical"', "'no'", "“way"]),
        ("Answer: a) my_var (b) run() of readMe", ["Answer:", "a)", "my_var", "(b)", "run()", "readMe"]),
    ],
)  # fmt: skip
def test_code_addresses_placeholders_and_figures_are_found(text: str, kept: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text)] == kept


def test_a_long_run_of_letters_costs_no_time() -> None:
    began = time.process_time()
    assert spans("a" * 20_000 + "-" + "b" * 20_000 + "_") == []
    assert time.process_time() - began < 2


def test_a_model_sees_marks_and_figures() -> None:
    hidden = hide("Send {name} 3 files from https://a.example, then `run()`.")
    assert hidden.text == "Send [[1]] 3 files from [[2]], then [[3]]."
    assert kept_in(hidden) == ["[[1]]", "3", "[[2]]", "[[3]]"]
    back = restore("From [[2]], 3 files go to [[1]]; [[3]] comes last.", hidden)
    assert back == "From https://a.example, 3 files go to {name}; `run()` comes last."


@pytest.mark.parametrize(
    "written",
    [
        "Send 3 files from [[2]], then [[3]].",
        "Send [[1]] [[1]] 3 files from [[2]], then [[3]].",
        "Send [[1]] 3 files from [[2]], then [[4]].",
        "Send [[1]] 4 files from [[2]], then [[3]].",
        "Send [[1]] files from [[2]], then [[3]].",
        "Send [[1]] 3 of 5 files from [[2]], then [[3]].",
        "",
    ],
)
def test_what_lost_a_mark_or_a_figure_is_not_used(written: str) -> None:
    assert restore(written, hide("Send {name} 3 files from https://a.example, then `run()`.")) == ""


def test_a_number_may_be_written_with_other_signs_for_the_same() -> None:
    assert restore("共１５００人", hide("1,500 people")) == "共１５００人"


def test_a_mark_that_was_there_before_comes_back() -> None:
    hidden = hide("Cite [[7]] here.")
    assert hidden.text == "Cite [[1]] here."
    assert restore("Here, cite [[1]].", hidden) == "Here, cite [[7]]."
