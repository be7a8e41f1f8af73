"""A text to be read: shown as it stands, in full height as long as that is sensible, with pieces of it in tones."""

from collections.abc import Sequence
from math import ceil
from typing import Literal, TypeAlias

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from desktop.core.i18n import _
from desktop.ui import figures, theme
from desktop.ui.models.text_pieces import Piece, Tone
from desktop.ui.theme import Tokens

Role: TypeAlias = Literal["lead", "quiet", "answer", "plain", "muted", "raw"]

_TALL = 6_000  # characters from which on a text scrolls by itself
_TALL_HEIGHT = 380
_RAW_HEIGHT = 200
_SHOWN = 100_000  # characters of a text that are ever shown
_LINE = 128  # per cent of a line's own height
_MARGINS = {"lead": 0, "quiet": 12, "answer": 12, "plain": 0, "muted": 0, "raw": 8}


class LiteralText(QTextEdit):
    """Reads like a label, but can be selected and copied, and takes any length. Keys go on to the page."""

    def __init__(self, name: str, role: Role = "quiet", parent: QWidget | None = None, *, fills: bool = False) -> None:
        """`fills`: it takes the room there is, and scrolls, in place of the height that its text needs."""
        super().__init__(parent)
        self._role = role
        self._fills = fills
        self._pieces: tuple[Piece, ...] = ()
        self._tall = False
        self.setProperty("role", role)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setPlaceholderText(_("(empty)"))
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        upright = QSizePolicy.Policy.Expanding if fills else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Expanding, upright)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self.document().setDefaultTextOption(option)
        self.document().setDocumentMargin(_MARGINS[role])

    def show_text(self, text: str) -> None:
        """Show a text in one tone."""
        self.show_pieces((Piece(text),))

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        """Show these one after another."""
        self._pieces = tuple(pieces)
        self._tall = self._fills or sum(len(piece.text) for piece in pieces) > _TALL
        # What scrolls by itself must be reached by Tab, so that it scrolls by keys.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._tall else Qt.FocusPolicy.ClickFocus)
        as_needed, off = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(as_needed if self._tall or self._role == "raw" else off)
        self._fill()
        self._fit()

    def scroll_to_mark(self) -> None:
        """Bring what is marked into view."""
        at = 0
        for piece in self._pieces:
            if piece.tone == "mark":
                cursor = self.textCursor()
                cursor.setPosition(min(at + len(piece.text), self.document().characterCount() - 1))
                self.setTextCursor(cursor)
                cursor.setPosition(min(at, self.document().characterCount() - 1))
                self.setTextCursor(cursor)
                self.ensureCursorVisible()
                return
            at += len(piece.text)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What is shown."""
        return self._pieces

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and any(piece.tone != "same" for piece in self._pieces):
            self._fill()
        elif event.type() == QEvent.Type.FontChange:
            self._fit()

    def event(self, event: QEvent) -> bool:
        # A read-only text lays claim to Undo and others all the same; only copying is its own.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and not _is_own(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        scrolls = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if _is_own(event) or (scrolls and self._tall):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _fill(self) -> None:
        tokens = theme.current()
        self.clear()
        cursor = QTextCursor(self.document())
        block = QTextBlockFormat()
        block.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.beginEditBlock()
        cursor.setBlockFormat(block)
        left = _SHOWN
        for piece in self._pieces:
            cursor.insertText(piece.text[:left], _format(piece.tone, tokens))
            left -= min(left, len(piece.text))
        whole = sum(len(piece.text) for piece in self._pieces)
        if whole > _SHOWN:
            words = _("… {shown} of {all} characters are shown.").format(
                shown=figures.number(_SHOWN), all=figures.number(whole)
            )
            muted = QTextCharFormat()
            muted.setForeground(QColor(tokens.muted))
            cursor.insertText(f"\n{words}", muted)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _fit(self) -> None:
        if self._fills:
            return
        edges = 2 * self.frameWidth()
        if self._tall:
            self.setFixedHeight(_TALL_HEIGHT)
            return
        width = self.viewport().width()
        self.document().setTextWidth(width)
        high = ceil(self.document().size().height()) + edges + (self.height() - self.viewport().height() - edges)
        self.setFixedHeight(min(high, _RAW_HEIGHT) if self._role == "raw" else high)


def _format(tone: Tone, tokens: Tokens) -> QTextCharFormat:
    made = QTextCharFormat()
    match tone:
        case "mark":
            made.setBackground(QColor(tokens.mark))
        case "gone":
            made.setForeground(QColor(tokens.dropped))
            made.setBackground(QColor(tokens.dropped_soft))
            made.setFontStrikeOut(True)
        case "new":
            made.setForeground(QColor(tokens.accent))
            made.setBackground(QColor(tokens.soft_accent))
    return made


def _is_own(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.SelectAll)
