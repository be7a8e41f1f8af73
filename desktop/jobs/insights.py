"""The job that reads every candidate once for what Insights shows of it: lengths, language, type, verb, topics."""

from array import array
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from desktop.core.i18n import _
from desktop.core.progress import Event, Progress, Tick
from desktop.jobs import looks
from desktop.jobs._pace import Pace
from desktop.jobs.looks import PARTS
from desktop.store.insights import Editions
from desktop.store.project import Project

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BREATH = 0.04  # seconds between two signs of life
_TELL = 0.25  # seconds between two Progress events
_STORED = 1_000  # rows that are stored together


@dataclass(frozen=True, slots=True)
class Words:
    """A word of every row: `codes` says which of `names`, -1 for none."""

    names: tuple[str, ...]
    codes: "NDArray[np.int64]"


@dataclass(frozen=True, slots=True)
class Topics:
    """The content words of leads, each once for a row: row `ids[k]` holds `names[codes[k]]`.

    A name is a language and a word, with a tab between.
    """

    names: tuple[str, ...]
    codes: "NDArray[np.int64]"
    ids: "NDArray[np.int64]"


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read of every candidate, column by column, in id order. It answers for every stage."""

    ids: "NDArray[np.int64]"
    editions: "NDArray[np.int64]"  # which text was read
    runs: "NDArray[np.int64]"  # 0: imported
    lengths: "Mapping[str, NDArray[np.float64]]"  # by part, in words; NaN where a row has no such part
    languages: Words  # as the row says, else as its text tells; none where neither does
    task_types: Words
    asked: Words  # language, verb and object, with a tab between
    topics: Topics


def is_current(facts: Facts | None, editions: Editions) -> bool:
    """Whether `facts` tell of exactly these texts."""
    import numpy as np

    return facts is not None and (
        np.array_equal(facts.ids, np.array(editions.ids, np.int64))
        and np.array_equal(facts.editions, np.array(editions.editions, np.int64))
    )


def read_facts(project: Project, known: Facts | None = None) -> Generator[Event, None, Facts]:
    """Read the candidates whose texts are not in `known`, nor looked at earlier; it takes over the others.

    What was seen is stored where the project may be written, so that nothing is read twice.
    """
    import numpy as np

    editions = project.insights.editions()
    ids, stands = np.array(editions.ids, np.int64), np.array(editions.editions, np.int64)
    reader = _Reader()
    standing = dict(zip(editions.ids, editions.editions, strict=True))
    if known is None:
        for looked in looks.stored(project):
            for id, look in looked:
                if standing.get(id) == look.edition:
                    reader.add(id, look)
                    del standing[id]  # a batch may be stored twice
            yield Tick()
    else:
        kept = _same(known.ids, known.editions, ids, stands)
        reader.take_over(known, kept)
        for id in known.ids[kept].tolist():
            del standing[id]
    yield from _look(project, reader, standing)
    return reader.facts(ids, np.array(editions.runs, np.int64))


def _look(project: Project, reader: "_Reader", standing: Mapping[int, int]) -> Generator[Event, None, None]:
    """Look at these candidates, each in its edition."""
    wanted = list(standing)
    pace, begun = Pace(), monotonic()
    breathed = begun
    done = 0
    fresh: list[tuple[int, looks.Look]] = []
    for seen in looks.taken(project.candidates.standing(wanted), standing, project.language):
        if seen is not None:
            done += 1
            reader.add(*seen)
            fresh.append(seen)
            if len(fresh) == _STORED:
                looks.store(project, fresh)
                fresh = []
        now = monotonic()
        if now - breathed < _BREATH:
            continue
        breathed = now
        if done and pace.is_due(_TELL):
            left = (len(wanted) - done) * (now - begun) / done
            yield Progress(_("Reading rows"), done, len(wanted), seconds_left=left)
        else:
            yield Tick()
    looks.store(project, fresh)
    yield Progress(_("Reading rows"), len(wanted), len(wanted))


def _same(
    ids: "NDArray[np.int64]", editions: "NDArray[np.int64]", now: "NDArray[np.int64]", stands: "NDArray[np.int64]"
) -> "NDArray[np.bool_]":
    """Which of `ids` are still there with the same text."""
    import numpy as np

    if not len(now):
        return np.zeros(len(ids), np.bool_)
    place = np.searchsorted(now, ids).clip(0, len(now) - 1)
    same: NDArray[np.bool_] = (now[place] == ids) & (stands[place] == editions)
    return same


class _Column:
    """A word for each row, as it is read."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.codes = array("q")

    def add(self, word: str) -> None:
        self.codes.append(self.numbers.setdefault(word, len(self.numbers)) if word else -1)

    def words(self, order: "NDArray[np.int64]") -> Words:
        import numpy as np

        return Words(tuple(self.numbers), np.array(self.codes, np.int64)[order])


class _Reader:
    """Gathers facts, row by row, in any order."""

    def __init__(self) -> None:
        self._ids, self._editions = array("q"), array("q")
        self._lengths = {part: array("d") for part in PARTS}
        self._languages, self._task_types, self._asked = _Column(), _Column(), _Column()
        self._topics = _Column()
        self._topic_ids = array("q")

    def take_over(self, known: Facts, kept: "NDArray[np.bool_]") -> None:
        """Begin with what is known of the rows `kept`."""
        import numpy as np

        self._ids.extend(known.ids[kept].tolist())
        self._editions.extend(known.editions[kept].tolist())
        for part in PARTS:
            self._lengths[part].extend(known.lengths[part][kept].tolist())
        for column, words in (
            (self._languages, known.languages),
            (self._task_types, known.task_types),
            (self._asked, known.asked),
        ):
            column.numbers = {name: number for number, name in enumerate(words.names)}
            column.codes.extend(words.codes[kept].tolist())
        of_kept = np.isin(known.topics.ids, known.ids[kept])
        self._topics.numbers = {name: number for number, name in enumerate(known.topics.names)}
        self._topics.codes.extend(known.topics.codes[of_kept].tolist())
        self._topic_ids.extend(known.topics.ids[of_kept].tolist())

    def add(self, id: int, look: looks.Look) -> None:
        """Take in one row."""
        self._ids.append(id)
        self._editions.append(look.edition)
        for part, length in zip(PARTS, look.lengths, strict=True):
            self._lengths[part].append(float("nan") if length is None else length)
        self._languages.add(look.language)
        self._task_types.add(look.task_type)
        self._asked.add(look.asked)
        for topic in look.topics:
            self._topics.add(topic)
            self._topic_ids.append(id)

    def facts(self, ids: "NDArray[np.int64]", runs: "NDArray[np.int64]") -> Facts:
        """All of it, in id order; a row that went while it was read is not in it."""
        import numpy as np

        read = np.array(self._ids, np.int64)
        order = np.argsort(read, kind="stable")
        found = read[order]
        topics = self._topics.words(np.arange(len(self._topic_ids)))
        return Facts(
            ids=found,
            editions=np.array(self._editions, np.int64)[order],
            runs=runs[np.isin(ids, found)],
            lengths={part: np.array(lengths, np.float64)[order] for part, lengths in self._lengths.items()},
            languages=self._languages.words(order),
            task_types=self._task_types.words(order),
            asked=self._asked.words(order),
            topics=Topics(topics.names, topics.codes, np.array(self._topic_ids, np.int64)),
        )
