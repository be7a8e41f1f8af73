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
from desktop.methods.sql import METHOD, MISPLACED, NO_ROWS, UNASKED, SqlOptions, query_of, unasked
from tests.fakes import Says
from tests.methods.playing import Context, Play

SCHEMA = "CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT, people INTEGER);"
TOWNS = [{"id": 1, "name": "Ellersby", "people": 41000}, {"id": 2, "name": "Norhaven", "people": 9000}]
QUESTIONS = "1. Which towns have more than 10,000 people?\n2. Who is the mayor?"
OPTIONS = SqlOptions(tables=SCHEMA, questions=2, rows=2)


def script(*queries: Any, rows: Any = TOWNS, questions: str = QUESTIONS) -> Any:
    left = list(queries)

    def say(question: Any) -> Any:
        if isinstance(question, Run):
            return Ran(tuple(confined.run(question.given)))
        if question.step == "rows":
            return json.dumps(rows)
        return questions if question.step == "questions" else left.pop(0)

    return say


GOOD, BAD = "SELECT name FROM town WHERE people > 10000;", "SELECT mayor FROM town"


def test_every_query_is_run_and_a_failing_one_says_so() -> None:
    play = Play(script(f"```sql\n{GOOD}\n```", BAD))
    good, bad = play.run(Context(METHOD), OPTIONS)
    assert (good.instruction, good.input, good.output) == (
        "Which towns have more than 10,000 people?",
        SCHEMA,
        GOOD.rstrip(";"),
    )
    assert good.extra["ran"] == {"query": good.output, "columns": ["name"], "found": 1, "rows": [["Ellersby"]]}
    assert bad.extra["ran"] == {"query": BAD, "fault": "no such column: mayor"}
    [rows] = [ask for ask in play.asked if ask.step == "rows"]
    schema: Any = rows.schema
    assert schema["minItems"] == 2
    kinds = {name: each["type"] for name, each in schema["items"]["properties"].items()}
    assert kinds == {"id": "integer", "name": "string", "people": "integer"}
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
    [nothing, _bad] = Play(script("SELECT name FROM town WHERE people > 10000 AND people < 0", BAD)).run(
        Context(METHOD), OPTIONS
    )
    strict = FILTER.start(SqlRunsOptions(finds=True), FilterContext("en", ()))
    assert not strict(Candidate(1, 1, nothing), ()).passed and judge(Candidate(1, 1, nothing), ()).passed
    assert "sql_runs" in METHOD.default_filters


def test_without_rows_nothing_is_asked() -> None:
    play = Play(script(rows=[]))
    assert play.run(Context(METHOD), OPTIONS) == []
    assert [each.reason for each in play.discarded] == [NO_ROWS]


@pytest.mark.parametrize("reply", ["I cannot.", Says("SELECT na", finish="length")])
def test_a_reply_without_a_query_is_put_aside(reply: Any) -> None:
    play = Play(script(GOOD, reply))
    assert len(play.run(Context(METHOD), OPTIONS)) == 1 and len(play.discarded) == 1


@pytest.mark.parametrize(
    ("query", "question", "value"),
    [
        ("SELECT * FROM loan WHERE town = 'Ellersby'", "Who lives in Ellersby?", ""),
        ("SELECT * FROM loan WHERE town LIKE '%ellersby%' LIMIT 1", "Who lives in Ellersby?", ""),
        ("SELECT * FROM loan WHERE name = 'Ann'", "Which books did this member borrow?", "Ann"),
        ("SELECT name FROM town WHERE people > 5000", "Which towns are large?", "5000"),
        ("SELECT name FROM town WHERE people > 1234567", "Which have more than 1,234,567 people?", ""),
        ("SELECT * FROM loan ORDER BY lent DESC LIMIT 3", "Which three books were lent last?", ""),
        ("SELECT * FROM loan WHERE lent >= '2023-01-01'", "What was lent since 2023?", ""),
        ("SELECT * FROM loan WHERE lent >= '2023-01-01'", "What was lent lately?", "2023-01-01"),
        ("SELECT strftime('%Y', lent) FROM loan WHERE lent > date('now', '-7 days')", "And this week?", ""),
        ("SELECT t1.x, COUNT(*) * 100.0 FROM t1 WHERE y = 'O''Neill'", "How many % has O'Neill of 100?", ""),
        ("SELECT 客户 FROM 订单 WHERE 城市 = '上海'", "上海有哪些客户？", ""),
    ],
)
def test_a_value_that_the_question_does_not_name_is_found(query: str, question: str, value: str) -> None:
    assert unasked(query, question) == value


def test_a_query_for_what_nobody_named_is_put_aside() -> None:
    play = Play(script("SELECT name FROM town WHERE name = 'Norhaven'", BAD))
    assert len(play.run(Context(METHOD), OPTIONS)) == 1
    assert [each.reason for each in play.discarded] == [UNASKED]


def test_a_query_that_looks_in_the_wrong_column_is_put_aside() -> None:
    asked = "1. How large is Norhaven?\n2. How large is Westmark?"
    queries = ("SELECT people FROM town WHERE id = 'Norhaven'", "SELECT people FROM town WHERE name = 'Westmark'")
    play = Play(script(*queries, questions=asked))
    [nowhere] = play.run(Context(METHOD), OPTIONS)
    assert (
        nowhere.output == queries[1] and nowhere.extra["ran"]["found"] == 0
    )  # there is no such town: the query is right
    assert [each.reason for each in play.discarded] == [MISPLACED]


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
