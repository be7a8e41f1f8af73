"""What is looked at before a run begins: what it starts from, its options, and whether it needs a model."""

from collections.abc import Generator

from desktop.core import options
from desktop.core.catalogue import find, methods
from desktop.core.confined import Confined
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.options import Options
from desktop.core.progress import Event, Tick
from desktop.core.records import JsonObject
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Answer, Run
from desktop.jobs import starting
from desktop.jobs._errands import Errands
from desktop.jobs._run_context import RunContext
from desktop.jobs.judging import links_of
from desktop.jobs.judging_by_model import asking_links
from desktop.store.project import Project


def needs_model(project: Project, method_id: str) -> bool:
    """Whether a run asks a model: its method does, or a filter that would judge its rows."""
    method = find(methods(), method_id)
    return method.asks_model or bool(asking_links(links_of(project, method)))


def look_first(
    project: Project, confined: Confined | None, method_id: str, given: JsonObject, starts_from: str = ""
) -> Generator[Event, None, None]:
    """Refuse what could only fail, before a model is loaded for it or a run is made.

    Raises UserError where the method lacks what it consumes, and OptionError where an option is the matter.
    """
    method = find(methods(), method_id)
    chosen = options.from_json(method.options, given)
    start = start_of(method, starts_from)
    if start:
        yield from starting.bring_in(project, start)
    context = RunContext(project, method, method_id, start)
    refuse_lack(method, context)
    yield from refuse_options(method, chosen, context, confined)


def start_of(method: Method, named: str) -> str:
    """The rows that a run of this method starts from. Raises UserError where some are named that it does not take."""
    if method.consumes == "rows":
        return named or method.starts_from
    if named:
        raise UserError(_("{method} does not start from rows.").format(method=_(method.title)), _("Leave --from out."))
    return ""


def refuse_lack(method: Method, context: MethodContext) -> None:
    """Raises UserError where there is nothing of what the method starts from."""
    match method.consumes:
        case "seeds" if not context.seeds:
            raise UserError(
                _("This project has no seeds, and {method} starts from seeds.").format(method=_(method.title)),
                _("Add some examples on the Seeds page, or import a file of them."),
            )
        case "passages" if not context.passages():
            raise UserError(
                _("This project has no documents, and {method} starts from documents.").format(method=_(method.title)),
                _("Add some files on the Sources page."),
            )
        case "records" | "functions" if not context.passages():
            raise UserError(
                _("This project has nothing that {method} could start from.").format(method=_(method.title)),
                _("Import tables or function descriptions on the Sources page."),
            )
        case "rows" if next(context.rows(), None) is None:
            raise UserError(
                _("There are no rows for {method} to start from.").format(method=_(method.title)),
                _("Name others, such as --from stage:seeds or --from run:1, or generate or import some first."),
            )


def refuse_options(
    method: Method, chosen: Options, context: MethodContext, confined: Confined | None
) -> Generator[Event, None, None]:
    """Raises OptionError, or another UserError, where the method says that it cannot work with these options."""
    if method.check is None:
        return
    steps, answer, errands = method.check(chosen, context), None, Errands[None](confined)
    try:
        while True:
            answer = yield from _done(steps.send(answer), errands)
    except StopIteration:
        return
    finally:
        errands.close()


def _done(request: object, errands: Errands[None]) -> Generator[Event, None, Answer]:
    """What came of the one thing that a check had run."""
    if not isinstance(request, Run):
        raise TypeError("a check asks no model")
    errands.take(None, request)
    while True:
        for _place, ran in errands.go():
            return ran
        yield Tick()
