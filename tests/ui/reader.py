"""Someone who asks and listens, and notes what comes."""

import threading

from PySide6.QtCore import QObject, Slot

from desktop.core.errors import UserError
from desktop.store.undo import Changes


class Reader(QObject):
    """Something that asks, and notes what it is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []
        self.errors: list[UserError] = []
        self.changes: list[tuple[Changes, object]] = []
        self.threads: set[int] = set()

    @Slot(object)
    def take(self, answer: object) -> None:
        self.answers.append(answer)
        self.threads.add(threading.get_ident())

    @Slot(object)
    def take_error(self, error: UserError) -> None:
        self.errors.append(error)

    @Slot(object, object)
    def take_changes(self, changes: Changes, origin: object) -> None:
        self.changes.append((changes, origin))
