"""Code: a row whose answer holds Python, JSON or SQL that does not parse is dropped."""

import ast
import json
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from desktop.core.content import answers_of, lead_of
from desktop.core.i18n import N_
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Reason, Row, Span, Verdict
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.prose import FENCE
from desktop.filters._verdicts import PASSED, failed, quoted

_LONGEST = 50_000  # characters of code that are parsed
_DEEPEST = 200  # brackets within brackets, beyond which a parser may run out of stack
_NAMES = {
    "python": "Python",
    "py": "Python",
    "python3": "Python",
    "json": "JSON",
    "sql": "SQL",
    "sqlite": "SQL",
}
_BARE = {
    "Python": re.compile(r"(?:def|class)\s+\w+\s*[(:]|import \w+|from \w[\w.]* import |for \w+ in .*:$|print\("),
    "SQL": re.compile(r"(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|CREATE\s+TABLE)\b", re.IGNORECASE),
    "JSON": re.compile(r"[{\[]\s*[\"{\[\]}]"),
}
_PROMPT = re.compile(r"^(?:>>>|\.\.\.) ?", re.MULTILINE)
# Ways to leave something out of an example, which nobody takes for code.
_LEFT_OUT = re.compile(r"^\s*(?:\.\.\.|…|\[\.\.\.\])\s*$", re.MULTILINE)
_DIALECT = re.compile(
    r"\b(?:DELIMITER|PROCEDURE|FUNCTION|AUTO_INCREMENT|ENGINE\s*=|TOP\s+\d|DECLARE|IDENTITY|INTERVAL\s+'?\d|GRANT|"
    r"REVOKE|"
    r"SHOW|DESCRIBE|USE|TRUNCATE|MODIFY|DATE_SUB|DATEADD|ENUM|CREATE\s+(?:DATABASE|USER|OR\s+REPLACE)|::\w+|"
    r"PARTITION\s+BY|"
    r"ADD\s+CONSTRAINT|DATEPART|EXTRACT|POSITION\s*\(|ILIKE|LATERAL|ROLLUP|PIVOT|MERGE|CAST\s*\([^)]* AS UNSIGNED|"
    r"SUBSTRING\s*\([^)]* FROM)\b",
    re.IGNORECASE,
)
_PROSE_LINE = re.compile(
    r"^[A-Z][a-z]+ [a-z]+ [a-z]+[^=(]*[.:]$|^(?:Output|Explanation|Note|Example)\b|"
    r"^[^\x00-\x7f\W][^\n]*[，。：；、！？،]",
    re.MULTILINE,
)


@dataclass(frozen=True)
class CodeOptions(Options):
    """Which languages are parsed, and where code is looked for."""

    python: bool = option(
        True,
        About(
            title=N_("Python"),
            help=N_("Parsed by Python 3's own grammar; nothing is run."),
            why=N_("EasyInstruct's code measure reads fenced Python by its syntax tree in the same way."),
        ),
    )
    json: bool = option(True, About(title=N_("JSON"), help=N_("Comments and trailing commas are no JSON.")))
    sql: bool = option(
        True,
        About(
            title=N_("SQL"),
            help=N_("Explained by SQLite in an empty database; words of other dialects are not judged."),
            why=N_("Rows of Spider and BIRD are checked with SQLite as well."),
        ),
    )
    unfenced: bool = option(
        True,
        About(
            title=N_("Also without a fence"),
            help=N_("An answer that is code from its first word, where the instruction names the language."),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """Some code of an answer, and where it stands."""

    language: str
    text: str
    field: str
    start: int


def _start(options: CodeOptions, context: FilterContext) -> Judge:
    parsers: dict[str, Callable[[str], str]] = {}
    if options.python:
        parsers["Python"] = _of_python
    if options.json:
        parsers["JSON"] = _of_json
    sql_fault = context.sql_fault
    if options.sql and sql_fault is not None:
        parsers["SQL"] = lambda text: "" if _DIALECT.search(text) else sql_fault(text)

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        for block in _blocks(candidate.row, options.unfenced):
            if block.language not in parsers or len(block.text) > _LONGEST or _is_too_deep(block.text):
                continue
            if fault := parsers[block.language](block.text):
                reason = Reason(
                    N_("{language} that does not parse: {fault}."),
                    {"language": block.language, "fault": quoted(fault).rstrip(".")},
                )
                return failed(reason, [Span(block.field, block.start, block.start + len(block.text))])
        return PASSED

    return judge


def _blocks(row: Row, unfenced: bool) -> Iterator[_Block]:
    for field, text in answers_of(row).items():
        if "```" in text or "~~~" in text:
            for match in FENCE.finditer(text):
                yield _Block(_NAMES.get(match[2].lower(), ""), match[3], field, match.start(3))
        elif unfenced:
            asked = lead_of(row)[:500].lower()
            start = text.lstrip()
            for language, opening in _BARE.items():
                if language.lower() in asked and opening.match(start) and not _mixes_in_prose(start, language):
                    yield _Block(language, text, field, 0)


def _mixes_in_prose(text: str, language: str) -> bool:
    """Whether a text that begins as code goes on as something else, such as the code's explanation."""
    if language == "JSON":
        return not text.rstrip().endswith(("}", "]"))
    return bool(_PROSE_LINE.search(text))


def _of_python(text: str) -> str:
    code = _PROMPT.sub("", textwrap.dedent(text)).replace("\x00", "")
    if re.search(r"^\s*[!%]\w", code, re.MULTILINE):  # a notebook's own commands
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in a string is no fault of grammar
            ast.parse(code)
    except SyntaxError as error:
        return f"{error.msg}, line {error.lineno}"
    except (ValueError, RecursionError, MemoryError, UnicodeEncodeError):
        return ""
    return ""


def _of_json(text: str) -> str:
    if not text.strip() or _LEFT_OUT.search(text):
        return ""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        try:
            for line in filter(str.strip, text.splitlines()):  # several objects, one a line
                json.loads(line)
        except (ValueError, RecursionError):
            return f"{error.msg}, line {error.lineno}"
    except (ValueError, RecursionError):
        return ""
    return ""


def _is_too_deep(text: str) -> bool:
    depth = deepest = 0
    for sign in re.findall(r"[()\[\]{}]", text):
        depth += 1 if sign in "([{" else -1
        deepest = max(deepest, depth)
    return deepest > _DEEPEST


FILTER = Filter(
    title=N_("Code"),
    summary=N_("Drops a row whose answer holds Python, JSON or SQL that does not parse."),
    source=N_("EasyInstruct, arXiv 2402.03049"),
    options=CodeOptions,
    start=_start,
    dropped_as=N_("code that does not parse"),
)
