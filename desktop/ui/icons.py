"""The line icons of the look, drawn from SVG files in whatever colour is asked for."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from desktop.core import paths
from desktop.ui import theme


def pixmap(name: str, size: int, colour: QColor, widget: QWidget | None = None) -> QPixmap:
    """The icon at `size` pixels (16 or 20), as sharp as the screen that `widget` is on."""
    return _pixmap(name, size, colour.name(QColor.NameFormat.HexRgb), widget.devicePixelRatioF() if widget else 2.0)


def icon(name: str) -> QIcon:
    """The icon for Qt's own places (menus, tool buttons) in the present look's colours."""
    tokens = theme.current()
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(_pixmap(name, 16, tokens.text, ratio), QIcon.Mode.Normal)
        made.addPixmap(_pixmap(name, 16, tokens.muted, ratio), QIcon.Mode.Disabled)
    return made


@lru_cache(maxsize=256)
def _pixmap(name: str, size: int, colour: str, ratio: float) -> QPixmap:
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    svg = (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn
