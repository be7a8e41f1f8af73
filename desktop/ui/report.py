"""Reports of bugs: the trace of an unexpected error, written where a person can find it."""

import platform
import time
import traceback
from pathlib import Path

from desktop.core import paths
from desktop.core.errors import UserError
from desktop.core.i18n import _


def write(error: BaseException) -> Path:
    """Write the report file and return its path. It holds the trace, never a row's text."""
    folder = paths.data() / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{time.strftime('%Y%m%d-%H%M%S')}.txt"
    trace = "".join(traceback.format_exception(error))
    path.write_text(f"Python {platform.python_version()}, {platform.platform()}\n\n{trace}", encoding="utf-8")
    return path


def as_user_error(error: BaseException) -> UserError:
    """What a person is shown of `error`: itself if it is a UserError, else a sentence and where the report is."""
    if isinstance(error, UserError):
        return error
    what = _("Something went wrong inside Seedbed.")
    try:
        path = write(error)
    except OSError:
        return UserError(what, _("What was saved is safe. Close the window and open it again."))
    return UserError(what, _("What was saved is safe. A report lies in {path}.").format(path=path))
