"""Methods in a person's words: what they start from, and what comes out."""

from collections.abc import Mapping

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
GROUPS: Mapping[str, tuple[str, tuple[Consumes, ...]]] = {
    "seeds": (N_("From your seeds"), ("seeds",)),
    "documents": (N_("From your documents"), ("passages",)),
    "tables": (N_("From tables and lists of functions"), ("records", "functions")),
    "nothing": (N_("From nothing but topics"), ("topics", "nothing")),
    "rows": (N_("From rows you already have"), ("rows",)),
}
"""What a person may have to start from, with the kinds of it, in the order in which a catalogue shows them."""

MAKES: Mapping[Kind, str] = {
    "instruction": N_("instructions"),
    "conversation": N_("dialogues"),
    "preference": N_("preference pairs"),
    "feedback": N_("ratings"),
    "text": N_("plain texts"),
}


def group_of(consumes: Consumes) -> str:
    """The group that a method belongs to."""
    return next(name for name, (_title, kinds) in GROUPS.items() if consumes in kinds)
