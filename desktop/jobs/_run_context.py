"""What a run hands its method: seeds, passages, rows, lists and prompts of the project, and the pool as it grows."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from desktop.core import prompts
from desktop.core.content import lead_of
from desktop.core.languages import in_english
from desktop.core.lists import brought_along
from desktop.core.records import Passage, Ref, Seed
from desktop.core.shapes import Given, Method, PoolRow
from desktop.jobs import starting
from desktop.jobs._passages import StoredPassages
from desktop.store.candidates import Judgement
from desktop.store.project import Project


class RunContext:
    """The MethodContext of a run: seeds and prompts as they were when it started, and the pool as it grows."""

    def __init__(
        self,
        project: Project,
        method: Method,
        method_id: str,
        start: str,
        templates: Mapping[str, str] | None = None,
    ) -> None:
        """`templates`, by step, stand in the place of the project's own."""
        self.run: int | None = None  # the run's id, once there is one
        self._project = project
        self._start = start
        self.language = project.language
        self.seeds: Sequence[Seed] = project.seeds.all()
        self.random = Random()
        self._passages = StoredPassages(project, method.consumes)
        self._pool = list(project.candidates.pool())
        self._templates = {
            prompt.step: (templates or {}).get(prompt.step)
            or project.prompts.get(method_id, prompt.step, self.language)
            or prompt.text(self.language)
            for prompt in method.prompts
        }
        self.prompts_hash = prompts.fingerprint(list(self._templates.values()))

    def pool(self) -> Sequence[PoolRow]:
        return self._pool

    def passages(self) -> Sequence[Passage]:
        return self._passages

    def rows(self) -> Iterator[Given]:
        return starting.given_rows(self._project, self._start, self.run) if self._start else iter(())

    def list(self, name: str) -> Sequence[str]:
        return self._project.lists.get(name) or brought_along(name, self.language)

    def grow(self, judgements: Sequence[Judgement]) -> None:
        """Let later items draw from these as well: the first row of each family that joined the pool."""
        for each in judgements:
            candidate = each.candidate
            if each.pooled and candidate.id == candidate.family:
                self._pool.append(PoolRow(Ref("candidate", candidate.id), lead_of(candidate.row)))

    def render(self, step: str, **values: str) -> str:
        return prompts.fill(self._templates[step], {"language": in_english(self.language), **values})
