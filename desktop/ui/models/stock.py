"""What a project has for a run to start from, and what to do where that is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.i18n import _, ngettext
from desktop.core.shapes import Method
from desktop.ui import figures

if TYPE_CHECKING:
    from desktop.core.records import PassageForm
    from desktop.store.project import Project

_RUNS = 20  # the newest ones that are offered
_STAGES = ("passing", "accepted", "unreviewed", "flagged", "unanswered", "seeds")


@dataclass(frozen=True, slots=True)
class Stock:
    """How much there is of each kind of start but rows."""

    seeds: int = 0
    passages: int = 0
    records: int = 0
    functions: int = 0


@dataclass(frozen=True, slots=True)
class Start:
    """Rows that a run can start from."""

    value: str  # as the command line names it: "run:3"
    count: int | None = None  # None: not known before the run reads it
    method: str = ""  # of a run: its method's title, marked


@dataclass(frozen=True, slots=True)
class Lack:
    """What a method cannot start without, and the page that mends it; "" stands for another method."""

    words: str
    button: str
    page: str


def read_stock(project: "Project") -> Stock:
    """Count what there is, off the main thread."""

    def count(*forms: "PassageForm") -> int:
        return len(project.passages.ids(excluded=False, forms=forms))

    return Stock(project.seeds.count(), count("prose", "record"), count("record"), count("function"))


def read_starts(project: "Project") -> Sequence[Start]:
    """The rows that a run can start from, off the main thread: those of a stage, of a run, of a file."""
    from desktop.core.catalogue import methods
    from desktop.jobs.starting import count_of

    known = methods()
    runs = {
        f"run:{run.id}": known[run.method].title if run.method in known else run.method
        for run in project.runs.all()[: -_RUNS - 1 : -1]
    }
    starts = [Start(value, count_of(project, value)) for value in (f"stage:{stage}" for stage in _STAGES)]
    starts += [Start(value, count_of(project, value), title) for value, title in runs.items()]
    starts += [Start(f"file:{name}", count) for name, count in project.candidates.origins().items()]
    return starts


def lack_of(method: Method, stock: Stock, start: Start | None) -> Lack | None:
    """What the method lacks; None where it can start. `start` is the one that is chosen, where it starts from rows."""
    title = _(method.title)
    match method.consumes:
        case "seeds" if not stock.seeds:
            words = _("{method} starts from examples of yours, and there are none yet. Twenty are a good beginning.")
            return Lack(words.format(method=title), _("Add seeds"), "seeds")
        case "passages" if not stock.passages:
            words = _("{method} starts from documents, and this project has none yet.")
            return Lack(words.format(method=title), _("Add sources"), "sources")
        case "records" if not stock.records:
            words = _("{method} starts from tables, and this project has none yet: CSV, Excel, JSON or Parquet files.")
            return Lack(words.format(method=title), _("Add sources"), "sources")
        case "functions" if not stock.functions:
            words = _("{method} starts from a list of functions: an OpenAPI file, or one of JSON schemas.")
            return Lack(words.format(method=title), _("Add sources"), "sources")
        case "rows" if start is not None and start.count == 0:
            return _lack_of_rows(title, start)
    return None


def line_of(method: Method, stock: Stock, start: Start | None, model: str) -> str:
    """The method, what it starts from and how much there is of it, and with which model, in one line."""
    from_what = _from_what(method, stock, start)
    if not from_what:
        return _(method.summary)
    if not model or not method.asks_model:
        return _("{method} starts from {start}.").format(method=_(method.title), start=from_what)
    words = _("{method} starts from {start}, with {model}.")
    return words.format(method=_(method.title), start=from_what, model=model)


def _from_what(method: Method, stock: Stock, start: Start | None) -> str:
    match method.consumes:
        case "seeds":
            count, words = stock.seeds, ngettext("your {n} seed", "your {n} seeds", stock.seeds)
        case "passages":
            count = stock.passages
            words = ngettext("{n} passage of your sources", "{n} passages of your sources", count)
        case "records":
            count, words = stock.records, ngettext("{n} row of your tables", "{n} rows of your tables", stock.records)
        case "functions":
            count, words = stock.functions, ngettext("your {n} function", "your {n} functions", stock.functions)
        case "rows" if start is not None and start.count:
            return _("“{title}” ({n})").format(title=title_of(start), n=figures.number(start.count))
        case _:
            return ""
    return words.format(n=figures.number(count)) if count else ""


def title_of(start: Start) -> str:
    """A start in a person's words."""
    kind, _colon, value = start.value.partition(":")
    if kind == "run":
        return _("Run {run} · {method}").format(run=value, method=_(start.method)) if start.method else value
    if kind == "stage":
        titles = {
            "seeds": _("My seeds"),
            "passing": _("Rows that pass"),
            "accepted": _("Rows I kept"),
            "unreviewed": _("Rows that wait for my decision"),
            "flagged": _("Rows I flagged"),
            "unanswered": _("Instructions without an answer"),
        }
        return titles.get(value, value)
    return _("File {name}").format(name=value.replace("\\", "/").rpartition("/")[2])


def _lack_of_rows(method: str, start: Start) -> Lack:
    if start.value == "stage:seeds":
        words = _("{method} is to start from your seeds, and there are none yet.")
        return Lack(words.format(method=method), _("Add seeds"), "seeds")
    if start.value == "stage:unanswered":
        words = _(
            "{method} starts from instructions that wait for an answer, and there are none. Another method writes them,"
            " or choose other rows below."
        )
        return Lack(words.format(method=method), _("Choose a method"), "")
    if start.value == "stage:accepted":
        words = _("{method} is to start from the rows you kept, and you have kept none yet. Choose others, or review.")
        return Lack(words.format(method=method), _("Review"), "review")
    words = _("{method} starts from rows, and there are none of these yet. Write some with another method first.")
    return Lack(words.format(method=method), _("Choose a method"), "")
