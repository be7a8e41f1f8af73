"""The person's changes of the project: on their way to the disk, and back."""

import weakref
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.ui import report

if TYPE_CHECKING:
    from desktop.store.edit import Edit
    from desktop.store.project import Project
    from desktop.store.undo import Changes
    from desktop.store.user import UnderWay

T = TypeVar("T")

_LONG = 400  # milliseconds after which a change is told with how far it is


class Edits(QObject):
    """Changes the project in undoable steps. Lives on the main thread; nothing here waits."""

    changed = Signal(object, object)  # Changes, origin: a step is committed
    failed = Signal(object)  # UserError
    noticed = Signal(str, bool)  # a sentence to show for a while, and whether it can be undone
    moved = Signal()  # what is being saved may be another, and what can be undone

    _written = Signal(object)  # from the writer's thread to the main thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._read_only_because = ""
        self._unsaved = 0
        self._reversing = False  # a step is being taken back, or made again
        self._slow = False  # what is being saved takes long
        self._long = QTimer(self, interval=_LONG)  # runs while something is being saved
        self._long.timeout.connect(self._on_long)
        # Queued, so that it is never before `perform` has returned.
        self._written.connect(self._on_written, Qt.ConnectionType.QueuedConnection)

    def work_on(self, project: "Project | None", read_only_because: str = "") -> None:
        """Change this project from now on."""
        self._project, self._read_only_because = project, read_only_because

    def perform(
        self,
        title: str,
        change: "Callable[[Edit], T]",
        origin: object = None,
        done: Callable[[T], None] | None = None,
        *,
        say: str = "",
    ) -> None:
        """Change the project in one undoable step; `title` names it ("Reject 3 rows").

        It is written on the writer's thread; `changed(changes, origin)` follows when it is committed, then
        `done`, a method of a QObject, with what `change` returned. `say` is shown with an Undo button.
        """
        if self._project is None:
            return
        if not self._project.writable:
            self.failed.emit(UserError(self._read_only_because, _("Nothing was changed.")))
            return
        self._await(self._project.user.perform(title, change), origin, done, say, undoable=True)

    @property
    def undo_title(self) -> str | None:
        """The step that undo would take back; None where there is none."""
        return self._project.user.undo_title if self._project and self._can_reverse else None

    @property
    def redo_title(self) -> str | None:
        """The step that redo would do again; None where there is none."""
        return self._project.user.redo_title if self._project and self._can_reverse else None

    def undo(self) -> None:
        """Take the last step back; says so."""
        if self._project and self.undo_title:
            self._reverse(self._project.user.undo(), "undo", _("Undone: {title}"))

    def redo(self) -> None:
        """Do the step that was taken back again; says so."""
        if self._project and self.redo_title:
            self._reverse(self._project.user.redo(), "redo", _("Done again: {title}"))

    @property
    def all_saved(self) -> bool:
        """Whether every change made so far is committed."""
        return not self._unsaved

    @property
    def under_way(self) -> "UnderWay | None":
        """The change that is being saved and how far it is, where it takes long."""
        return self._project.user.under_way if self._project is not None and self._slow else None

    @property
    def _can_reverse(self) -> bool:
        """While a step takes long to go back, a second press, out of impatience, must not take another one back."""
        writable = self._project is not None and self._project.writable
        return writable and not (self._reversing and self._slow)

    def _reverse(self, future: "Future[Changes | None]", origin: str, sentence: str) -> None:
        """A step goes back, or comes again; `sentence` takes its title."""
        self._reversing = True
        self._await(future, origin, None, sentence)

    def _await(
        self,
        future: "Future[Any]",
        origin: object,
        done: Callable[[Any], None] | None,
        sentence: str,
        *,
        undoable: bool = False,
    ) -> None:
        self._unsaved += 1
        if not self._long.isActive():
            self._long.start()
        self.moved.emit()
        told = _Told(self._project, origin, weakref.WeakMethod(done) if done else None, sentence, undoable)
        future.add_done_callback(lambda ended: self._written.emit((ended, told)))

    @Slot()
    def _on_long(self) -> None:
        self._slow = True
        self.moved.emit()

    @Slot(object)
    def _on_written(self, written: "tuple[Future[Any], _Told]") -> None:
        future, told = written
        self._unsaved -= 1
        if not self._unsaved:
            self._slow = False
            self._long.stop()
        if told.origin in ("undo", "redo"):
            self._reversing = False
        self.moved.emit()
        if error := future.exception():
            self.failed.emit(report.as_user_error(error))
        elif told.project is self._project:
            self._tell(future.result(), told)

    def _tell(self, result: Any, told: "_Told") -> None:
        """`result`: Done[…], of undo and redo Changes, or None."""
        changes: Changes | None = getattr(result, "changes", result)
        if changes is not None:
            self.changed.emit(changes, told.origin)
        if told.sentence and changes is not None:
            words = told.sentence if told.undoable else told.sentence.format(title=changes.title)
            self.noticed.emit(words, told.undoable)
        method = told.done() if told.done else None
        if method is not None and shiboken6.isValid(method.__self__):
            method(getattr(result, "result", None))


@dataclass(frozen=True, slots=True)
class _Told:
    """What follows when a change is committed."""

    project: "Project | None"
    origin: object
    done: "weakref.WeakMethod[Any] | None"
    sentence: str
    undoable: bool
