"""What the rows that others point at say: their leads, read in one go."""

from typing import TYPE_CHECKING

from desktop.core.content import lead_of
from desktop.core.records import Ref

if TYPE_CHECKING:
    from desktop.store.project import Project


def leads_of(project: "Project", refs: set[Ref]) -> dict[Ref, str]:
    """The lead of every seed and candidate among `refs`; those that are gone are left out."""
    seeds = project.seeds.get([ref.id for ref in refs if ref.stage == "seed"])
    rows = project.candidates.get([ref.id for ref in refs if ref.stage == "candidate"])
    found = {Ref("seed", seed.id): lead_of(seed.row) for seed in seeds}
    return found | {Ref("candidate", row.candidate.id): lead_of(row.row) for row in rows}
