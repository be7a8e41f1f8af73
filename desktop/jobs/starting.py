"""What a run starts from, as a person names it: `run:3`, `stage:accepted`, `file:rows.jsonl`, `ids:1,2,3`."""

from array import array
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

from desktop.core.errors import UserError
from desktop.core.i18n import _, listed
from desktop.core.progress import Event
from desktop.core.records import Ref
from desktop.core.shapes import Given
from desktop.jobs.importing import import_candidates
from desktop.store.project import Project
from desktop.store.show import CANDIDATE_STAGES, Show

SEEDS = "stage:seeds"


def bring_in(project: Project, start: str) -> Generator[Event, None, None]:
    """Import the file that a start names, unless its rows are there. Raises UserError where it names nothing."""
    kind, value = _parted(start)
    if kind == "file" and not project.candidates.ids_of_origin(Path(value).name):
        yield from import_candidates(project, [Path(value)], None, {})


def given_rows(project: Project, start: str, run: int | None = None) -> Iterator[Given]:
    """The rows that a start names, as they stand, oldest first, read as they are wanted.

    Of a run that is resumed those come first that its items began with, in their order, so that it goes on where it
    was whatever has been reviewed meanwhile; its own rows are never among them. Raises UserError where the start
    names nothing.
    """
    used = () if run is None else dict.fromkeys(item.inputs[0] for item in project.runs.items(run) if item.inputs)
    if start == SEEDS:
        yield from _seeds(project, used)
        return
    own = set(project.candidates.ids(Show(run=run))) if run is not None else set()
    begun = [ref.id for ref in used]
    own.update(begun)
    ids = array("q", begun)
    ids.extend(id for id in _ids(project, start) if id not in own)
    for candidate in project.candidates.standing(ids):
        yield Given(Ref("candidate", candidate.id), candidate.row)


def count_of(project: Project, start: str) -> int:
    """How many rows a new run would find under a start. Raises UserError where it names nothing."""
    return project.seeds.count() if start == SEEDS else len(_ids(project, start))


def family_of(project: Project, first: Ref) -> int:
    """The family of what is made from this row; 0 where it makes one of its own."""
    if first.stage == "seed":
        return -first.id
    return next((each.family for each in project.candidates.standing([first.id])), 0)


def _seeds(project: Project, used: Iterable[Ref]) -> Iterator[Given]:
    seeds = {seed.id: seed.row for seed in project.seeds.all()}
    for id in dict.fromkeys([*(ref.id for ref in used), *seeds]):
        if id in seeds:
            yield Given(Ref("seed", id), seeds[id])


def _ids(project: Project, start: str) -> Sequence[int]:
    kind, value = _parted(start)
    candidates = project.candidates
    if kind == "ids":
        return [int(id) for id in value.split(",")]
    if kind == "file":
        return candidates.ids_of_origin(Path(value).name)
    if kind == "run":
        run = project.runs.get(int(value)).id
        stays = {*candidates.ids(Show("passing", run=run)), *candidates.ids(Show("unanswered", run=run))}
        return _without_rejected(project, sorted(stays))
    if value == "unanswered":
        return _without_rejected(project, candidates.to_answer())
    found = candidates.ids(Show(CANDIDATE_STAGES[value]))
    return _without_rejected(project, found) if value == "passing" else found


def _without_rejected(project: Project, ids: Iterable[int]) -> list[int]:
    rejected = set(project.candidates.ids(Show("rejected")))
    return [id for id in ids if id not in rejected]


def _parted(start: str) -> tuple[str, str]:
    kind, _colon, value = start.partition(":")
    sound = {
        "run": value.isdecimal(),
        "stage": value in CANDIDATE_STAGES or value == "seeds",
        "file": bool(value),
        "ids": all(id.strip().isdecimal() for id in value.split(",")),
    }
    if not sound.get(kind):
        raise UserError(
            _("“{start}” does not say what to start from.").format(start=start),
            _("Write run:ID, file:PATH, ids:1,2,3 or stage: with one of {stages}.").format(
                stages=listed(["seeds", *CANDIDATE_STAGES])
            ),
        )
    return kind, value
