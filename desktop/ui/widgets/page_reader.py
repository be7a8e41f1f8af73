"""The page that a passage comes from: its text with the passage marked, or a picture of it."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.ui import theme
from desktop.ui.models.page_text import PageText, read_page
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.literal_text import LiteralText

if TYPE_CHECKING:
    from desktop.ui.session import Session


class PageReader(Card):
    """`show_passage` with an id; of a PDF that is still where it was the page can be seen as well as read."""

    def __init__(self, session: "Session") -> None:
        super().__init__(_("Where it stands"), ruled=True)
        self._session = session
        self._shown: PageText | None = None
        self._wanted = 0
        self.text = LiteralText(_("The page"), "plain", fills=True)
        self.text.setPlaceholderText("")  # no passage is chosen
        self.picture = _Picture()
        self.picture_button = buttons.small(_("Picture"))
        self.picture_button.setCheckable(True)
        self.picture_button.hide()
        self.header.addWidget(self.picture_button)
        self._area = QScrollArea()
        self._area.setWidget(self.picture)
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(_("Picture of the page"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.text)
        self._stack.addWidget(self._area)
        self.body.addWidget(self._stack, 1)
        self.picture_button.toggled.connect(self._on_picture_toggled)

    def show_passage(self, id: int) -> None:
        """Show the page of a passage; 0 shows nothing."""
        self._wanted = id
        if id:
            self._session.read(partial(read_page, id=id), self._on_read, key="page")
        else:
            self._on_read(None)

    @Slot(object)
    def _on_read(self, page: PageText | None) -> None:
        before, self._shown = self._shown, page
        self.set_title(page.title if page else _("Where it stands"))
        self.text.show_pieces(page.pieces if page else ())
        self.text.scroll_to_mark()
        self.picture_button.setVisible(page is not None and page.picture_of is not None)
        if page is None or page.picture_of is None:
            self.picture_button.setChecked(False)
        elif self.picture_button.isChecked() and (before is None or _place(before) != _place(page)):
            self._draw()

    @Slot(bool)
    def _on_picture_toggled(self, on: bool) -> None:
        self._stack.setCurrentIndex(1 if on else 0)
        if on:
            self._draw()

    def _draw(self) -> None:
        from desktop.ui.page_picture import draw

        page = self._shown
        if page is None or page.picture_of is None or page.passage.page is None:
            return
        self.picture.show_image(None)
        width = round(self._area.viewport().width() * self.devicePixelRatioF())
        work = partial(draw, page.picture_of, page.passage.page, max(200, width))
        self._session.fetch(work, self._on_drawn, key="picture", failed=self._on_not_drawn)

    @Slot(object)
    def _on_drawn(self, image: QImage) -> None:
        self.picture.show_image(image)

    @Slot(object)
    def _on_not_drawn(self, error: UserError) -> None:
        self.picture_button.setChecked(False)
        self._session.failed.emit(error)


class _Picture(QWidget):
    """An image as wide as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap: QPixmap | None = None
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def shows_image(self) -> bool:
        """Whether there is an image by now."""
        return self._pixmap is not None

    def show_image(self, image: QImage | None) -> None:
        """Show an image; None while it is drawn."""
        self._pixmap = None if image is None else QPixmap.fromImage(image)
        self._fit()
        self.update()

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(200))

    def heightForWidth(self, width: int) -> int:
        shown = self._pixmap
        return round(width * (shown.height() / max(1, shown.width()) if shown else 1.3))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = QRectF(0, 0, self.width(), self.heightForWidth(self.width()))
        if self._pixmap is None:
            painter.fillRect(place, QColor(theme.current().alt))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, self._pixmap, QRectF(self._pixmap.rect()))
        painter.setPen(QColor(theme.current().line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(0, 0, -1, -1))

    def _fit(self) -> None:
        self.setMinimumHeight(self.heightForWidth(self.width()))


def _place(page: PageText) -> tuple[int, int | None]:
    return page.passage.source, page.passage.page
