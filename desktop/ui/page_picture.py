"""A page of a PDF as a picture, drawn in the confined process."""

import base64
from pathlib import Path

from PySide6.QtGui import QImage

from desktop.core.confined import ConfinedLost
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.records import JsonObject

_FORMATS = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888, 1: QImage.Format.Format_Grayscale8}


def draw(path: Path, page: int, width: int) -> QImage:
    """The page at a width in pixels. Raises UserError where it cannot be drawn; takes a moment."""
    from desktop.confined.runner import ConfinedProcess

    given: JsonObject = {"file": str(path), "page": page, "width": width}
    try:
        with ConfinedProcess() as confined:
            for said in confined.run("picture", given):
                if said is not None:
                    return _image(said)
    except (ConfinedLost, ValueError):
        pass  # told below: whatever the reason, there is no picture
    raise UserError(_("This page cannot be drawn."), _("Its text can still be read here."))


def _image(said: object) -> QImage:
    assert isinstance(said, dict)
    pixels = base64.b64decode(said["pixels"])
    shape = _FORMATS[said["channels"]]
    return QImage(pixels, said["width"], said["height"], said["stride"], shape).copy()  # its bytes outlive ours
