"""A plot as a picture of its own, with its title: for the clipboard, as PNG, as SVG."""

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from desktop.core.errors import UserError
from desktop.core.files import written_whole
from desktop.core.i18n import _
from desktop.ui import theme
from desktop.ui.models.chart import Bars
from desktop.ui.widgets import legend
from desktop.ui.widgets.plot import Plot

_SHARP = 2  # pixels of a picture for one on screen
_EDGE, _TITLE, _WORDS = 16, 34, 20


def picture(plot: Plot) -> QImage:
    """The plot in the look that is shown, at twice its size on screen."""
    size = _size(plot)
    image = QImage(size * _SHARP, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.scale(_SHARP, _SHARP)
    _paint(plot, painter, size)
    painter.end()
    return image


def save(plot: Plot, path: Path) -> None:
    """Write the plot as SVG where the name ends so, else as PNG. Raises UserError where it cannot be written."""
    with written_whole([path]) as (waiting,):
        if path.suffix.lower() == ".svg":
            drawn = QSvgGenerator()
            drawn.setFileName(str(waiting))
            drawn.setSize(_size(plot))
            drawn.setViewBox(QRectF(0, 0, _size(plot).width(), _size(plot).height()))
            drawn.setTitle(plot.accessibleName())
            painter = QPainter(drawn)
            _paint(plot, painter, _size(plot))
            written = painter.end()
        else:
            written = picture(plot).save(str(waiting))
        if not written:
            raise UserError(
                _("The picture could not be written to “{file}”.").format(file=path),
                _("Choose a folder that you may write in."),
            )


def _size(plot: Plot) -> QSize:
    return plot.view.viewport().size() + QSize(2 * _EDGE, _EDGE + _TITLE + 2 * _WORDS)


def _paint(plot: Plot, painter: QPainter, size: QSize) -> None:
    tokens = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(tokens.surface))
    painter.setPen(QColor(tokens.text))
    font = theme.sized(QApplication.font(), 15)
    font.setBold(True)
    painter.setFont(font)
    title = QRectF(_EDGE, _EDGE / 2, size.width() - 2 * _EDGE, _TITLE)
    painter.drawText(title, int(Qt.AlignmentFlag.AlignVCenter), plot.accessibleName())
    above = QRectF(title.left(), title.bottom(), title.width(), _WORDS)
    below = QRectF(above).translated(0, size.height() - _WORDS - _EDGE / 2 - above.top())
    inside = QRectF(above.left(), above.bottom(), above.width(), below.top() - above.bottom())
    plot.render_picture(painter, inside)
    chart = plot.chart
    if chart is None:
        return
    painter.setFont(theme.sized(QApplication.font(), 11.5))
    painter.setPen(QColor(tokens.muted))
    painter.drawText(above, int(Qt.AlignmentFlag.AlignVCenter), chart.up)
    painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), chart.across)
    if isinstance(chart.drawn, Bars) and len(chart.drawn.series) > 1:
        wide = legend.width_of(chart.drawn.series)
        legend.paint(painter, above.adjusted(above.width() - wide, 0, 0, 0), chart.drawn.series)
