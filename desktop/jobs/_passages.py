"""The passages that a run starts from, read when they are looked at."""

from collections.abc import Iterator, Mapping, Sequence
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
        self._read: dict[int, Passage] = {}

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
        if (id := self._ids[at]) not in self._read:
            first = at - at % _AT_ONCE
            self._read = {each.id: each for each in self[first : first + _AT_ONCE]}
        if id not in self._read:
            raise IndexError(f"passage {id} was removed")
        return self._read[id]

    def __iter__(self) -> Iterator[Passage]:
        """Those that are still there; a person may remove a source while a run goes on."""
        for first in range(0, len(self._ids), _AT_ONCE):
            yield from self[first : first + _AT_ONCE]
