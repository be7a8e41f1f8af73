"""Methods in a person's words: what they start from, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.core.i18n import N_
from desktop.core.records import Kind
from desktop.core.shapes import Consumes

CONSUMES: Mapping[Consumes, str] = {
    "nothing": N_("from nothing"),
    "topics": N_("from topics"),
    "seeds": N_("from seeds"),
    "passages": N_("from documents"),
    "records": N_("from tables"),
    "functions": N_("from functions"),
    "rows": N_("from rows"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Something a person may have to start from: over a list, in a narrow box, and the kinds of it."""

    title: str
    short: str
    kinds: tuple[Consumes, ...]


GROUPS: Mapping[str, Group] = {
    "seeds": Group(N_("From your seeds"), N_("Seeds"), ("seeds",)),
    "documents": Group(N_("From your documents"), N_("Documents"), ("passages",)),
    "tables": Group(N_("From tables and lists of functions"), N_("Tables, functions"), ("records", "functions")),
    "nothing": Group(N_("From nothing but topics"), N_("Topics, nothing"), ("topics", "nothing")),
    "rows": Group(N_("From rows you already have"), N_("Rows I have"), ("rows",)),
}
"""In the order in which a catalogue shows them."""

MAKES: Mapping[Kind, str] = {
    "instruction": N_("instructions"),
    "conversation": N_("dialogues"),
    "preference": N_("preference pairs"),
    "feedback": N_("ratings"),
    "text": N_("plain texts"),
}


def group_of(consumes: Consumes) -> str:
    """The group that a method belongs to."""
    return next(name for name, group in GROUPS.items() if consumes in group.kinds)
