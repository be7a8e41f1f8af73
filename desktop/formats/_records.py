"""The rows of a table as entries of a document."""

from collections.abc import Iterable, Iterator

from desktop.core.documents import Entry, Opened, Part
from desktop.core.i18n import N_
from desktop.core.records import Reason, Unread
from desktop.core.shapes import Flaw
from desktop.formats._json_reading import Found

_WHY = N_("{why}")  # a flaw is told in the user's words already


def entries(found: Iterable[Found]) -> Iterator[Part]:
    """Every row with its columns; what could not be read, with the reason."""
    yield Opened(0)
    for each in found:
        if isinstance(each, Flaw):
            yield Unread(each.place, Reason(_WHY, {"why": each.why}))
        else:
            place, columns = each
            yield Entry("record", place, columns)
