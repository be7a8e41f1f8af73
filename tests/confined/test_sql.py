"""Queries run on tables in memory, may only read, and do not go on for ever."""

from typing import Any

import pytest

from desktop.confined.runner import ConfinedProcess
from desktop.confined.sql import run
from desktop.core.records import JsonObject

SCHEMA = "CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT NOT NULL, people INTEGER);"
ROWS: JsonObject = {
    "town": [{"id": 1, "name": "Ellersby", "people": 41000}, {"id": 2, "name": "Norhaven", "people": 9000}]
}


KINDS = {"id": "INTEGER", "name": "TEXT", "people": "INTEGER"}


def said(query: str, schema: str = SCHEMA, rows: Any = ROWS) -> list[Any]:
    return list(run({"schema": schema, "rows": rows, "query": query}))


def test_a_query_is_answered_from_the_rows() -> None:
    tables, answer = said("SELECT name FROM town WHERE people > 10000")
    assert tables == {"tables": {"town": KINDS}, "taken": {"town": 2}}
    assert answer == {"columns": ["name"], "rows": [["Ellersby"]]}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT mayor FROM town",
        "SELECT nothing",
        "DELETE FROM town",
        "DROP TABLE town",
        "ATTACH 'x.db' AS x",
        "PRAGMA writable_schema = 1",
        "SELECT 1; SELECT 2",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "SELECT load_extension('x')",
    ],
)
def test_what_fails_changes_things_or_never_ends_is_a_fault(query: str) -> None:
    assert said(query)[1].keys() == {"fault"}


def test_rows_that_the_table_refuses_are_left_out() -> None:
    rows = {"town": [{"id": 1, "name": None}, {"id": 1, "name": "A", "odd": 1}, {"id": 1, "name": "B"}, {}], "no": [{}]}
    assert said("", rows=rows) == [{"tables": {"town": KINDS}, "taken": {"town": 1}}]


def test_a_schema_that_fails_is_a_fault() -> None:
    assert said("SELECT 1", schema="CREATE TABLE")[0].keys() == {"fault"}
    assert said("SELECT 1", schema="ATTACH 'x.db' AS x")[0].keys() == {"fault"}


def test_it_works_in_the_confined_process() -> None:
    with ConfinedProcess() as confined:
        given: JsonObject = {"schema": SCHEMA, "rows": ROWS, "query": "SELECT count(*) FROM town"}
        heard = [each for each in confined.run("sql", given) if each is not None]
        assert heard[1] == {"columns": ["count(*)"], "rows": [[2]]}
        shown: JsonObject = {"template": "{{ a }}-{{ answer_choices[1] }}", "choices": "x ||| y", "values": {"a": 1}}
        assert [each for each in confined.run("template", shown) if each is not None] == [{"text": "1-y"}]
