"""SQL: questions about a database whose tables you give, and the queries that answer them, each really run.

The rows have the form of Spider (arXiv 1809.08887) with the tables as input: question, tables, query. Every query is
run on SQLite against generated rows, in the confined process; one that fails is kept, and “sql_runs” marks it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import cast

from desktop.core.i18n import N_, _
from desktop.core.options import About, OptionError, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Json, JsonObject, Reason
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Asking, Discard, Offer, Ran, Run, Sampling, Steps, put, put_all
from desktop.core.text import replies
from desktop.methods import _forms
from desktop.methods._said import stands_in

_FENCE = re.compile(r"```(?:sql|sqlite)?[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL | re.IGNORECASE)
_QUERY = re.compile(r"\b(?:SELECT|WITH)\b.*?(?:;|\Z)", re.DOTALL | re.IGNORECASE)
_LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.\"])(\d+(?:\.\d+)?)(?![\w.\"])")
_OF_TIME = re.compile(
    r"(?:%\w\W?)+|now|localtime|utc|start of .*|[+-]?\d+ \w+", re.IGNORECASE
)  # what date functions are told
_SHOWN = 5  # rows of a result that are stored with a row

UNASKED = Reason(N_("The query looks for a value that the question does not name."))
MISPLACED = Reason(N_("The query finds nothing, though another column has the one value that it looks for."))
NO_ROWS = Reason(N_("No row was written that the tables accept."))


@dataclass(frozen=True)
class SqlOptions(Options):
    """The database, and how much is asked about it."""

    tables: str = option(
        "",
        About(
            N_("Tables"),
            N_("The statements that create them, as SQLite reads them."),
            N_("Spider and BIRD give a model the tables in this form; there is none that would be right for you."),
            long=True,
        ),
    )
    questions: int = option(
        5,
        About(
            N_("Questions at once"),
            N_("For each new set of generated rows."),
            N_("Seedbed's own: a short list suits small models."),
            minimum=1,
            maximum=20,
        ),
    )
    rows: int = option(
        6,
        About(
            N_("Generated rows per table"),
            N_("Queries are run on them, so that a query that fails or finds nothing shows."),
            N_("Seedbed's own; BIRD runs queries on whole databases, which you may not have at hand."),
            minimum=1,
            maximum=30,
        ),
    )


def query_of(text: str) -> str:
    """The first query of a reply, without its semicolon; empty where there is none."""
    fenced = _FENCE.search(text)
    found = _QUERY.search(fenced[1] if fenced else text)
    return found[0].strip().rstrip(";").strip() if found else ""


def unasked(query: str, question: str) -> str:
    """The first value in a query that its question does not name, so that nobody could have meant it; else empty.

    Of a date its year is looked for; 0 and 1 serve to count and to sort.
    """
    for text, number in _LITERAL.findall(query):
        pieces = [float(number)] if number else _pieces(text.replace("''", "'"))
        for piece in pieces:
            if piece not in (0, 1) and not stands_in(piece, question):
                return str(number or text)
    return ""


def _pieces(text: str) -> list[float | str]:
    """What of a text in a query must be named: a date's year, nothing of what date functions are told, else all."""
    if not text or _OF_TIME.fullmatch(text):
        return []
    numbers = re.fullmatch(r"(\d+)-(\d+)-(\d+)(?:[T ].*)?", text)
    return [float(numbers[1])] if numbers else [text.strip("%_ ")]


def _check(options: SqlOptions, context: MethodContext) -> Asking[None]:
    if not options.tables.strip():
        raise OptionError("tables", _("There are no tables yet."), _("Write the statements that create them."))
    if not (yield from _made(options)):
        raise OptionError(
            "tables", _("These statements create no table."), _("Write one such as: create table town (name, people).")
        )


def _made(options: SqlOptions) -> "Asking[Mapping[str, Json]]":
    """The tables with their columns. Raises OptionError where SQLite cannot make them."""
    made = yield from put(Run("tables", "sql", {"schema": options.tables.strip(), "rows": {}}))
    said: JsonObject = made.said[0] if made.said else {"fault": made.fault}
    if "fault" in said:
        raise OptionError(
            "tables",
            _("SQLite cannot make these tables: {why}.").format(why=said["fault"]),
            _("Mend the statements that create them."),
        )
    return cast("Mapping[str, Json]", said["tables"])


def _items(options: SqlOptions, context: MethodContext) -> Iterator[Item]:
    for ordinal in count():
        yield Item(ordinal, context.random.getrandbits(31))


def _steps(item: Item, options: SqlOptions, context: MethodContext) -> Steps:
    schema = options.tables.strip()
    tables = yield from _made(options)
    rows = yield from _rows(tables, options, context)
    if not any(rows.values()):
        yield Discard("rows", json.dumps(rows, ensure_ascii=False), NO_ROWS)
        return []
    questions = yield from _questions(rows, item, options, context)
    talks = [_forms.talk(context.render("query", schema=schema, question=question)) for question in questions]
    writing = Sampling(temperature=0.0, max_tokens=300)
    written = yield from put_all([Ask("query", talk, writing) for talk in talks])
    queries: list[tuple[str, str]] = []
    for question, reply in zip(questions, written, strict=True):
        query = query_of(reply.text)
        if _forms.cut_off(reply) or not query:
            yield Discard("query", f"{question}\n{reply.text}", _forms.CUT_OFF if query else _forms.NOTHING)
        elif unasked(query, question):
            yield Discard("query", f"{question}\n{query}", UNASKED)
        else:
            queries.append((question, query))
    given: JsonObject = {"schema": schema, "rows": rows}
    ran = yield from put_all([Run("run", "sql", {**given, "query": query}) for _question, query in queries])
    made: list[Instruction] = []
    for (question, query), each in zip(queries, ran, strict=True):
        outcome = _outcome(each)
        if outcome.get("found") == 0 and _looked_for(query) in _texts_in(rows):
            yield Discard("query", f"{question}\n{query}", MISPLACED)
        else:
            extra: JsonObject = {"ran": {"query": query, **outcome}}
            made.append(Instruction(question, schema, query, task_type="sql", language=context.language, extra=extra))
    return made


def _looked_for(query: str) -> str | None:
    """The text that a query looks for, where it looks for nothing else."""
    found = set(_LITERAL.findall(query))
    return found.pop()[0].replace("''", "'") or None if len(found) == 1 else None


def _texts_in(rows: Mapping[str, Sequence[JsonObject]]) -> set[Json]:
    return {value for own in rows.values() for row in own for value in row.values() if isinstance(value, str)}


def _outcome(ran: Ran) -> JsonObject:
    """What is stored of a query's run: its fault, or what it found."""
    said = ran.said[-1] if ran.said else {}
    if ran.fault or "rows" not in said:
        return {"fault": ran.fault or said.get("fault") or _("Nothing came back.")}
    found = cast("Sequence[Json]", said["rows"])
    return {"columns": said["columns"], "found": len(found), "rows": list(found[:_SHOWN])}


def _rows(
    tables: Mapping[str, Json], options: SqlOptions, context: MethodContext
) -> "Asking[dict[str, Sequence[JsonObject]]]":
    """Rows for every table, bound to its columns."""
    asks: list[Ask] = []
    for table, columns in tables.items():
        kinds = cast("Mapping[str, str]", columns)
        prompt = context.render("rows", schema=options.tables.strip(), table=table, count=str(options.rows))
        row: JsonObject = {
            "type": "object",
            "properties": {name: {"type": _json_type(kind)} for name, kind in kinds.items()},
            "required": list(kinds),
            "additionalProperties": False,
        }
        schema: JsonObject = {"type": "array", "items": row, "minItems": options.rows, "maxItems": options.rows}
        sampling = Sampling(temperature=0.8, top_p=0.95, max_tokens=30 * options.rows * max(1, len(kinds)))
        asks.append(Ask("rows", _forms.talk(prompt), sampling, schema=schema))
    said = yield from put_all(asks)
    return {table: replies.objects(reply.text) for table, reply in zip(tables, said, strict=True)}


def _json_type(declared: str) -> str:
    """What a column holds, by the rules with which SQLite reads its declared type; dates are texts there."""
    if "INT" in declared or "BOOL" in declared:
        return "integer"
    return "number" if any(part in declared for part in ("REAL", "FLOA", "DOUB", "NUM", "DEC")) else "string"


def _questions(
    rows: Mapping[str, Sequence[JsonObject]], item: Item, options: SqlOptions, context: MethodContext
) -> "Asking[list[str]]":
    """Questions that passed the rules; a row is shown, so that they ask for values that there are."""
    table, row = Random(item.random_seed).choice([(name, each) for name, own in rows.items() for each in own])
    shown = json.dumps({table: row}, ensure_ascii=False)
    prompt = context.render("questions", schema=options.tables.strip(), row=shown, count=str(options.questions))
    sampling = Sampling(temperature=0.8, top_p=0.95, max_tokens=50 * options.questions)
    reply = yield from put(_forms.listing("questions", prompt, options.questions, sampling))
    found = _forms.listed(reply)
    if not found:
        yield Discard("questions", reply.text, _forms.NOTHING)
    kept: list[str] = []
    for question in found:
        row_so_far = Instruction(question, options.tables.strip(), task_type="sql", language=context.language)
        if (yield Offer(row_so_far)):
            kept.append(question)
    return kept


METHOD = Method(
    title=N_("SQL"),
    summary=N_(
        "Asks questions about a database whose tables you give, and answers them with queries that were run; "
        "needs a model of a billion parameters or more."
    ),
    source="Yu et al. 2018, Spider (arXiv 1809.08887); Li et al. 2023, BIRD (arXiv 2305.03111)",
    consumes="nothing",
    makes=("instruction",),
    example=Instruction(
        N_("Which towns have more than ten thousand people?"),
        "town (name, people)",
        "select name from town where people > 10000",
        task_type="sql",
    ),
    options=SqlOptions,
    prompts=(
        Prompt(
            "rows",
            "sql/rows",
            ("schema", "table", "count"),
            {"en": '[{"name": "Ellersby", "people": 41000}]', "zh": '[{"name": "埃勒斯比", "people": 41000}]'},
            N_("rows of a table"),
            replies.objects,
        ),
        Prompt(
            "questions",
            "sql/questions",
            ("schema", "row", "count"),
            {"en": "1. Which towns are large?\n2. How many are there?", "zh": "1. 哪些城镇较大？\n2. 共有多少个？"},
            N_("questions"),
            replies.strings,
        ),
        Prompt(
            "query",
            "sql/query",
            ("schema", "question"),
            {"en": "```sql\nselect name from town;\n```", "zh": "select name from town"},
            N_("the query"),
            query_of,
        ),
    ),
    default_filters=("empty", "sql_runs", "novelty", "exact_duplicate"),
    items=_items,
    steps=_steps,
    check=_check,
)
