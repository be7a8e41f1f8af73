"""The passages that a run starts from, read when they are looked at."""

from collections.abc import Mapping, Sequence
from typing import overload

from desktop.core.records import Passage, PassageForm
from desktop.core.shapes import Consumes
from desktop.store.project import Project

_AT_ONCE = 100  # passages read together
_FORMS: Mapping[Consumes, Sequence[PassageForm]] = {
    "passages": ("prose", "record"),  # a record's text is its row put into sentences
    "records": ("record",),
    "functions": ("function",),
}


class StoredPassages(Sequence[Passage]):
    """The passages, in reading order, that were not excluded when this was made, of the forms that a method takes."""

    def __init__(self, project: Project, consumes: Consumes) -> None:
        self._project = project
        forms = _FORMS.get(consumes)
        self._ids = project.passages.ids(excluded=False, forms=forms) if forms else []
        self._from = 0
        self._read: tuple[Passage, ...] = ()

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, place: int) -> Passage: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Passage]: ...

    def __getitem__(self, place: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(place, slice):
            return self._project.passages.get(self._ids[place])
        at = range(len(self._ids))[place]
        if not self._from <= at < self._from + len(self._read):
            self._from = at - at % _AT_ONCE
            self._read = self._project.passages.get(self._ids[self._from : self._from + _AT_ONCE])
        return self._read[at - self._from]
