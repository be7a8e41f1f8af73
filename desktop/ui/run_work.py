"""What the Generate page has done on a job's thread: one run of a method."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from desktop.core.progress import Event

if TYPE_CHECKING:
    from desktop.jobs.generating import GenerateRequest
    from desktop.jobs.judging_by_model import Ready
    from desktop.store.project import Project


def run_method(
    project: "Project", ready: "Ready", request: "GenerateRequest", server: str
) -> Generator[Event, None, object]:
    """Look whether the run can begin, and load the model only then; what it brings is remembered for forecasts."""
    from desktop.confined.runner import ConfinedProcess
    from desktop.core.engine import NoEngine
    from desktop.engine.pace import remembering
    from desktop.jobs.beginning import look_first, needs_model
    from desktop.jobs.generating import generate

    with ConfinedProcess() as confined:
        yield from look_first(project, confined, request.method, request.options, request.starts_from)
        engine = (yield from ready()) if needs_model(project, request.method) else NoEngine()
        run = generate(project, engine, request, confined)
        return (yield from remembering(run, engine.model.fingerprint or server, request.method))
