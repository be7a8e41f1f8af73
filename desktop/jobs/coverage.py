"""The job that draws rows as a map: embeddings of their leads, laid flat by their two main directions."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from desktop.core.content import lead_of
from desktop.core.engine import Engine
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.progress import Event, Progress, Tick
from desktop.core.steps import Embed, Embedded, Steps, put
from desktop.jobs.asking import Asking, Task
from desktop.store.project import Project

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_POLL = 0.04
_READ = 2000  # characters of a lead; more changes little of where it lies
_LEAST = 3  # rows of which a map says something


@dataclass(frozen=True, slots=True)
class Map:
    """Rows laid flat. What lies close here may still be far apart: `nearest` looks at the whole vectors."""

    ids: "NDArray[np.int64]"
    x: "NDArray[np.float64]"
    y: "NDArray[np.float64]"
    shown: float  # 0 to 1: how much of the differences the two directions show
    pooled: bool  # the vectors are a writing model's states, a weak stand-in
    model: str
    _units: "NDArray[np.float32]"

    def nearest(self, id: int, most: int = 12) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
        """The row itself, then those most like it, with their cosines."""
        import numpy as np

        place = int(np.searchsorted(self.ids, id))
        alike = (self._units @ self._units[place]).astype(np.float64)
        alike[place] = np.inf
        order = np.argsort(-alike, kind="stable")[: most + 1]
        alike[place] = 1.0
        return self.ids[order], alike[order]


def draw_map(project: Project, engine: Engine, ids: Sequence[int], most: int = 500) -> Generator[Event, None, Map]:
    """Embed the leads of up to `most` of `ids`, evenly spread over them, and lay them flat. Nothing is stored.

    Raises UserError where too few rows can be embedded. Closing the generator drops what is asked.
    """
    import numpy as np

    chosen = [ids[at] for at in np.unique(np.linspace(0, len(ids) - 1, min(most, len(ids))).astype(int)).tolist()]
    waiting = ((each.id, lead_of(each.row)[:_READ]) for each in project.candidates.standing(chosen))
    told: dict[int, Embedded] = {}
    asking, order = Asking(engine), count()
    ended = False
    try:
        while not ended or not asking.idle:
            while not ended and asking.hungry:
                id, text = next(waiting, (0, ""))
                ended = not id
                if text.strip():
                    asking.start(Task(id, next(order), 0, _embed(id, text, told), lambda _request: None))
            for _happened in asking.turn(_POLL):
                yield Tick()
            yield Progress(_("Reading rows for the map"), len(told), len(chosen))
    finally:
        asking.close()
    return _laid_flat(told, engine.model.name)


def _embed(id: int, text: str, told: dict[int, Embedded]) -> Steps:
    told[id] = yield from put(Embed("map", text))
    return ()


def _laid_flat(told: dict[int, Embedded], model: str) -> Map:
    import numpy as np

    if len(told) < _LEAST:
        raise UserError(
            _("A map needs at least {n} rows that the model can read.").format(n=_LEAST),
            _("Choose another stage, or add rows first."),
        )
    ids = sorted(told)
    vectors = np.array([told[id].vector for id in ids], np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = vectors / np.where(lengths > 0, lengths, 1.0)
    flat, shown = principal(units)
    pooled = any(each.pooled for each in told.values())
    return Map(np.array(ids, np.int64), flat[:, 0], flat[:, 1], shown, pooled, model, units.astype(np.float32))


def principal(vectors: "NDArray[np.float64]") -> "tuple[NDArray[np.float64], float]":
    """The vectors along their two main directions (PCA), and the share of their variance that these hold."""
    import numpy as np

    centred = vectors - vectors.mean(axis=0)
    left, sizes, _right = np.linalg.svd(centred, full_matrices=False)
    flat = np.zeros((len(vectors), 2))
    kept = min(2, len(sizes))
    flat[:, :kept] = left[:, :kept] * sizes[:kept]
    whole = float((sizes**2).sum())
    return flat, float((sizes[:2] ** 2).sum()) / whole if whole else 1.0
