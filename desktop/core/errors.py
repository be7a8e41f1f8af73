"""The two kinds of trouble: what a person can act on, and (everything else) a bug."""

from desktop.core.i18n import sentences


class UserError(Exception):
    """Something a person can understand and act on.

    `what` says in one sentence what is wrong; `remedy` says what to do next. Both are already in the
    user's language and are shown as plain text.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return sentences(self.what, self.remedy)
