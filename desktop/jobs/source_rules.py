"""Which of a person's files are read by rules that can be chosen, and the rules that a project used last."""

import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from desktop.core import options
from desktop.core.catalogue import find, formats
from desktop.core.errors import UserError
from desktop.core.options import Options
from desktop.core.shapes import Format, Head
from desktop.jobs._walk import is_archive
from desktop.store.edit import Edit
from desktop.store.project import Project

_ARCHIVES = "stackexchange"  # the format of questions and answers with votes, which reads tables too
_VOTES = ("score", "votes", "vote", "vote_count", "votes_count", "upvotes", "得分", "票数", "得票", "点赞", "赞同")
_SETTING = "rules.{format}"
_HEAD = 4096
_MOST = 20_000  # names that are looked at in folders and archives

Rules = Mapping[str, Options]
"""By the id of the format whose files are read by them."""


def ruled_among(files: Sequence[Path]) -> tuple[str, ...]:
    """The formats with rules of their own that are among these files, and in folders and archives by their names."""
    ruled = {id: each for id, each in formats().items() if each.parts_by is not None}
    found: dict[str, None] = {}
    for file in files:
        with suppress(OSError):
            if file.is_dir() or is_archive(file):
                names = list(islice(_names(file), _MOST))
                found.update(
                    (id, None) for id, each in ruled.items() if any(name.endswith(each.extensions) for name in names)
                )
            else:
                found.update((id, None) for id, each in ruled.items() if _is_of(each, file))
    return tuple(found)


def _names(file: Path) -> Iterator[str]:
    if file.is_dir():
        for _parent, _folders, names in os.walk(file):
            yield from (name.lower() for name in names)
        return
    with suppress(OSError, zipfile.BadZipFile, ValueError), zipfile.ZipFile(file) as archive:
        yield from (name.lower() for name in archive.namelist())


def _is_of(format: Format, file: Path) -> bool:
    with file.open("rb") as opened:
        head = Head(file.name, opened.read(_HEAD))
    return format.sniff is not None and format.sniff(head) > 0


def last_rules(project: Project, format_id: str) -> Options:
    """The rules of a format that this project used last, else the published ones."""
    rules = find(formats(), format_id).rules or Options
    stored = project.settings.get(_SETTING.format(format=format_id))
    with suppress(UserError):  # of another version
        return options.from_json(rules, stored if isinstance(stored, dict) else {})
    return rules()


def votes_among(columns: Sequence[str]) -> str:
    """The column of a table that is called as one of votes would be; empty where none is."""
    return next((column for column in columns if column.strip().lower() in _VOTES), "")


def rules_of_table(project: Project, mapping: Mapping[str, str], votes: str) -> Rules:
    """The rules for a table of questions and answers, `mapping` field → column, with this column of votes."""
    last = last_rules(project, _ARCHIVES)
    columns = {
        "question_column": mapping.get("instruction", ""),
        "body_column": mapping.get("input", ""),
        "answer_column": mapping.get("output", ""),
        "score_column": votes,
    }
    return {_ARCHIVES: options.from_json(type(last), {**options.to_json(last), **columns})}


def keep_rules(edit: Edit, rules: Rules) -> None:
    """Let them be the ones that the project used last."""
    for id, each in rules.items():
        edit.set_setting(_SETTING.format(format=id), options.to_json(each))
