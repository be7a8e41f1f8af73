"""SQL in an answer: grammar is judged, tables that are not there are not."""

import pytest

from desktop.store.sql_grammar import fault_of


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("SELECT name FROM dogs WHERE age > 3;", True),
        ("CREATE TABLE dogs(name TEXT); INSERT INTO dogs VALUES ('Rex');", True),
        ("SELECT 名 FROM 狗", True),
        ("SELEC name FROM dogs", False),
        ("SELECT FROM WHERE", False),
        ("SELECT name FROM dogs WHERE (age > 3", False),
        ("", True),
    ],
)
def test_grammar_alone_is_judged(text: str, sound: bool) -> None:
    assert (fault_of(text) == "") == sound


def test_nothing_is_run(tmp_path: object) -> None:
    assert fault_of(f"ATTACH '{tmp_path}/x.db' AS x; CREATE TABLE x.t(a)") == ""
    assert list(__import__("pathlib").Path(str(tmp_path)).iterdir()) == []
