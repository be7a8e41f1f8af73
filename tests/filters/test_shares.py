"""Shares of characters: what is made of signs is dropped, and what was asked for is let be."""

import pytest

from desktop.core.records import Instruction
from tests.filters.rows import ask, candidate, start


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("?!*" * 60 + "words of no use", "Too many signs"),
        ("12345 67890 1234 of it " * 12, "Too many digits"),
        ("see https://a.example/very/long/path/to/nowhere and a word " * 10, "web addresses"),
        ("some words here follow… and others " * 9 + "so… on… and… on… again… we… go… then… " * 3, "ellipses"),
        ("ab cd ef gh ij kl mn " * 8, "characters long on average"),
    ],
)
def test_shares_name_what_there_is_too_much_of(text: str, reason: str) -> None:
    verdict = start("shares")(candidate(ask("Say why there are tides.", text)), [])
    assert not verdict.passed and reason in str(verdict.reason)


PIECES = "r n b q k b n r\np p p p p p p p\n" + ". . . . . . . .\n" * 4 + "P P P P P P P P\nR N B Q K B N R"


@pytest.mark.parametrize(
    "row",
    [
        ask("Show a chessboard before the first move.", PIECES),
        ask("Show a chessboard before the first move.", "+---+---+\n| ♜ | ♞ |\n" * 8),
        ask("Show a chessboard before the first move.", "♜♞♝♛♚♝♞♜\n♟♟♟♟♟♟♟♟\n" * 8),
        ask("What is 40!?", "40! = 815915283247897734345611269596115894272000000000 " + "and so on it goes, " * 12),
        ask("把 2 到 9 的乘法表写出来。", "2 × 2 = 4\n2 × 3 = 6\n" * 20),
        ask("List three sources on tides.", "Read https://a.example/very/long/path/to/nowhere/and/back today. " * 10),
        ask("Add up two values.", "def add(a, b):\n    # Take both\n    # of the values\n    return a + b\n\n" * 6),
        ask("Describe a tree as data.", '{\n  "root": {\n    "leaf": [\n      {"value": "a"}\n    ]\n  }\n}\n' * 4),
        ask("Name romantic films.", "\n".join(f"{place}. Pretty Woman (1990)" for place in range(1, 31))),
    ],
)
def test_shares_leave_boards_code_and_what_was_asked_for_alone(row: Instruction) -> None:
    assert start("shares")(candidate(row), []).passed


def test_shares_count_numbers_that_nobody_asked_for() -> None:
    row = ask("Explain the tides.", "The tide 12345678 came 87654321 back 11223344 at 99887766 noon. " * 8)
    assert not start("shares")(candidate(row), []).passed
    sums = ask("Add the numbers 1 and 2.", row.output)
    assert start("shares")(candidate(sums), []).passed
    assert not start("shares", asked_for=False)(candidate(sums), []).passed


@pytest.mark.parametrize("language", ["zh", "ja", "th", "ar", "vi"])
def test_shares_let_prose_of_any_language_be(language: str) -> None:
    text = {
        "zh": "潮汐由月球和太阳的引力造成，每天涨落两次。渔民据此安排出海的时间。",
        "ja": "潮の満ち引きは月と太陽の引力によって起こり、一日に二度くり返されます。",
        "th": "น้ำขึ้นน้ำลงเกิดจากแรงดึงดูดของดวงจันทร์และดวงอาทิตย์ วันละสองครั้ง",
        "ar": "يحدث المد والجزر بسبب جاذبية القمر والشمس مرتين كل يوم تقريبا.",
        "vi": "Thủy triều do lực hút của mặt trăng và mặt trời gây ra, mỗi ngày hai lần.",
    }[language]
    row = candidate(ask("Say why there are tides.", text * 3))
    assert start("shares", language)(row, []).passed
