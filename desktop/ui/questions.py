"""Questions that are answered off the main thread: of those that mean the same, only the newest."""

import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import MethodType
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop.core.errors import UserError
from desktop.ui import report

T = TypeVar("T")

_THREADS = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """On its way: who asked, what newer ones are told apart by, and what it is about."""

    place: tuple[int, str]
    then: "weakref.WeakMethod[Any]"
    failed: "weakref.WeakMethod[Any] | None"
    about: object


class Questions(QObject):
    """Lives on the main thread; work runs on threads of its own."""

    failed = Signal(object)  # UserError, of a question whose asker takes none

    _answered = Signal(object)  # from those threads to the main thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool: ThreadPoolExecutor | None = ThreadPoolExecutor(_THREADS, thread_name_prefix="read")
        self._newest: dict[tuple[int, str], _Question] = {}
        self._working: dict[Future[Any], object] = {}
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)  # never before `ask` has returned

    def ask(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        key: str = "",
        failed: Callable[[UserError], None] | None = None,
        about: object = None,
    ) -> None:
        """Do `work`, then call `then`, a method of a QObject, on the main thread with what it returned.

        Questions of one receiver and key mean the same. Nobody is called once the receiver is gone.
        """
        if self._pool is None:
            return
        if not isinstance(then, MethodType):
            raise TypeError("only a bound method can be called once its receiver is known to live")
        place = (id(then.__self__), key or then.__name__)
        question = _Question(place, weakref.WeakMethod(then), weakref.WeakMethod(failed) if failed else None, about)
        self._newest[place] = question
        future = self._pool.submit(self._work, question, work)
        self._working[future] = about
        future.add_done_callback(lambda ended: self._answered.emit((question, ended)))

    def forget(self, about: object) -> None:
        """Answer nothing more about `about`; returns when no thread works on it any longer."""
        for place, question in list(self._newest.items()):
            if question.about is about:
                del self._newest[place]
        theirs = [future for future, of in list(self._working.items()) if of is about]
        wait([future for future in theirs if not future.cancel()])

    def close(self) -> None:
        """End the threads; what is asked from now on is never answered."""
        self._newest.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _work(self, question: _Question, work: Callable[[], Any]) -> Any:
        """On a thread of the pool: answer, unless a newer question has come meanwhile."""
        return work() if self._newest.get(question.place) is question else None

    @Slot(object)
    def _on_answered(self, answer: "tuple[_Question, Future[Any]]") -> None:
        question, future = answer
        self._working.pop(future, None)
        if self._newest.get(question.place) is not question or future.cancelled():
            return
        del self._newest[question.place]
        error = future.exception()
        method = question.failed() if error and question.failed else question.then()
        if method is None or not shiboken6.isValid(method.__self__):
            return
        if error is None:
            method(future.result())
        elif question.failed:
            method(report.as_user_error(error))
        else:
            self.failed.emit(report.as_user_error(error))
