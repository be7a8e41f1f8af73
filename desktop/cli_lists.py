"""The command that shows and changes the lists which methods and filters draw from."""

import argparse
from pathlib import Path

from desktop.cli_commands import Wiring
from desktop.core.catalogue import find
from desktop.core.errors import UserError
from desktop.core.files import unreadable
from desktop.core.i18n import _, ngettext
from desktop.core.lists import LISTS, brought_along, entries_of
from desktop.store.project import Project


def lists(asked: argparse.Namespace, wiring: Wiring) -> int:
    """Without a name: every list, with its entries counted. With one: its entries, perhaps set from a file before."""
    if asked.name is None:
        if asked.entries is not None or asked.restore:
            raise UserError(_("It is not said which list is to change."), _("Name it behind the project."))
        with Project.open(asked.project, write=False) as project:
            for name in LISTS:
                _tell(project, name, wiring)
        return 0
    find(LISTS, asked.name)
    entries = () if asked.entries is None else _read(asked.entries)
    changes = bool(entries) or asked.restore
    with Project.open(asked.project, write=changes) as project:
        if changes:
            title = _("Change a list") if entries else _("Restore a list")
            project.user.perform(title, lambda edit: edit.set_list(asked.name, entries)).result()
        _tell(project, asked.name, wiring, whole=True)
    return 0


def _tell(project: Project, name: str, wiring: Wiring, *, whole: bool = False) -> None:
    own = project.lists.get(name)
    entries = own or brought_along(name, project.language)
    told = ngettext("{n} entry", "{n} entries", len(entries)).format(n=len(entries))
    words = f"{name} · {_(LISTS[name].title)} · {told}" + (f" · {_('changed for this project')}" if own else "")
    wiring.output.result(
        {"name": name, "own": bool(own), "count": len(entries), **({"entries": entries} if whole else {})},
        "\n".join(entries) if whole else words,
    )


def _read(path: Path) -> tuple[str, ...]:
    try:
        entries = entries_of(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise unreadable(path, error) from None
    except UnicodeDecodeError:
        raise UserError(
            _("“{file}” is not written in UTF-8.").format(file=path), _("Save it again as UTF-8.")
        ) from None
    if not entries:
        raise UserError(_("A list cannot be empty."), _("Write an entry on each line; notes begin with #."))
    return entries
