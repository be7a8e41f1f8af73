"""What the system holds the model's process to on this computer, in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop.core.i18n import _
from desktop.ui import figures

if TYPE_CHECKING:
    from desktop.core.confinement.confine import Held


def read_held() -> "Held":
    """Start such a process to say it; off the main thread."""
    from desktop.engine.client import held_here

    return held_here()


def held_in_words(held: "Held") -> Sequence[str]:
    """A sentence for each thing that is held, or that nothing holds."""
    said = [
        _("The model's process cannot open network connections: held by the system ({by}).").format(by=held.network)
        if held.network
        else _("The model's process opens no network connections, but nothing in this system enforces it."),
        _("It cannot write files: held by the system ({by}).").format(by=held.files)
        if held.files
        else _("It writes no files, but nothing in this system enforces it."),
        _("It cannot start other programs: held by the system ({by}).").format(by=held.programs)
        if held.programs
        else _("It starts no other programs, but nothing in this system enforces it."),
    ]
    if held.memory:
        most = figures.memory(held.memory)
        said.append(_("It can take {memory} of memory at most, beside the model's file.").format(memory=most))
    return said
