"""Every query is really run on generated rows; one that fails becomes a row that says so, and its filter drops it."""

import json
from typing import Any

import pytest

from desktop.confined import sql as confined
from desktop.core.options import OptionError
from desktop.core.records import Candidate, Instruction
from desktop.core.shapes import FilterContext
from desktop.core.steps import Judged, Ran, Run
from desktop.filters.sql_runs import FILTER, SqlRunsOptions
from desktop.methods.sql import METHOD, NO_ROWS, SqlOptions, query_of
from tests.fakes import Says
from tests.methods.playing import Context, Play

SCHEMA = "CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT, people INTEGER);"
TOWNS = [{"id": 1, "name": "Ellersby", "people": 41000}, {"id": 2, "name": "Norhaven", "people": 9000}]
QUESTIONS = "1. Which towns are large?\n2. Who is the mayor?"
OPTIONS = SqlOptions(tables=SCHEMA, questions=2, rows=2)


def script(*queries: Any, rows: Any = TOWNS) -> Any:
    left = list(queries)

    def say(question: Any) -> Any:
        if isinstance(question, Run):
            return Ran(tuple(confined.run(question.given)))
        if question.step == "rows":
            return json.dumps(rows)
        return QUESTIONS if question.step == "questions" else left.pop(0)

    return say


GOOD, BAD = "SELECT name FROM town WHERE people > 10000;", "SELECT mayor FROM town"


def test_every_query_is_run_and_a_failing_one_says_so() -> None:
    play = Play(script(f"```sql\n{GOOD}\n```", BAD))
    good, bad = play.run(Context(METHOD), OPTIONS)
    assert (good.instruction, good.input, good.output) == ("Which towns are large?", SCHEMA, GOOD.rstrip(";"))
    assert good.extra["ran"] == {"query": good.output, "columns": ["name"], "found": 1, "rows": [["Ellersby"]]}
    assert bad.extra["ran"] == {"query": BAD, "fault": "no such column: mayor"}
    [rows] = [ask for ask in play.asked if ask.step == "rows"]
    assert rows.schema is not None and rows.schema["minItems"] == 2
    assert [question.step for question in play.questions if isinstance(question, Run)] == ["tables", "run", "run"]


def test_the_filter_drops_the_failing_ones_alone() -> None:
    rows = Play(script(GOOD, BAD)).run(Context(METHOD), OPTIONS)
    assert FILTER.start is not None
    judge = FILTER.start(SqlRunsOptions(), FilterContext("en", ()))
    verdicts = [judge(Candidate(1, 1, row), ()) for row in rows]
    assert [verdict.passed for verdict in verdicts] == [True, False]
    assert "mayor" in str(verdicts[1].reason)
    edited = Instruction("Who?", output="SELECT 1", extra=rows[1].extra)
    assert judge(Candidate(1, 1, edited), ()).passed and judge(Candidate(1, 1, Instruction("x")), ()).passed
    [nothing, _bad] = Play(script("SELECT name FROM town WHERE people > 99999", BAD)).run(Context(METHOD), OPTIONS)
    strict = FILTER.start(SqlRunsOptions(finds=True), FilterContext("en", ()))
    assert not strict(Candidate(1, 1, nothing), ()).passed and judge(Candidate(1, 1, nothing), ()).passed
    assert "sql_runs" in METHOD.default_filters


def test_without_rows_nothing_is_asked() -> None:
    play = Play(script(rows=[]))
    assert play.run(Context(METHOD), OPTIONS) == []
    assert [each.reason for each in play.discarded] == [NO_ROWS]


@pytest.mark.parametrize("reply", ["I cannot.", Says("SELECT na", finish="length")])
def test_a_reply_without_a_query_is_put_aside(reply: Any) -> None:
    play = Play(script(reply, GOOD))
    assert len(play.run(Context(METHOD), OPTIONS)) == 1 and len(play.discarded) == 1


def test_nobody_pays_for_the_query_of_a_dropped_question() -> None:
    play = Play(script(), judge=lambda row: Judged(False))
    assert play.run(Context(METHOD), OPTIONS) == []
    assert "query" not in [ask.step for ask in play.asked]


def test_tables_that_are_none_are_refused() -> None:
    for tables in ("", "CREATE TABLE", "-- none"):
        with pytest.raises(OptionError) as refused:
            Play(script()).check(Context(METHOD), SqlOptions(tables=tables))
        assert refused.value.name == "tables"
    Play(script()).check(Context(METHOD), OPTIONS)


def test_the_first_query_of_a_reply_counts() -> None:
    assert query_of("Here: WITH x AS (SELECT 1) SELECT * FROM x; SELECT 2;") == "WITH x AS (SELECT 1) SELECT * FROM x"
    assert query_of("好的：select 1") == "select 1"
    assert query_of("none") == ""
