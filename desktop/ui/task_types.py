"""Task types in the user's language; files and projects keep the words they were given."""

from desktop.core.i18n import N_, _

_KNOWN = frozenset(
    (
        N_("question"),
        N_("explanation"),
        N_("classification"),
        N_("summary"),
        N_("rewriting"),
        N_("correction"),
        N_("extraction"),
        N_("translation"),
        N_("brainstorming"),
        N_("creative writing"),
        N_("letter"),
        N_("calculation"),
        N_("reasoning"),
        N_("code"),
        N_("planning"),
        N_("comparison"),
        N_("advice"),
        N_("formatting"),
        N_("dialogue"),
        N_("safety"),
    )
)


def shown(task_type: str) -> str:
    """What a task type is called on screen; a word that Seedbed does not know stays as it is."""
    word = task_type.strip().lower()
    return _(word) if word in _KNOWN else task_type
