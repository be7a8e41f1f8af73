"""One field of a form for each kind of option: switch, number, choice, text or list."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from desktop.core.i18n import _
from desktop.core.options import OptionField
from desktop.ui import icons, theme
from desktop.ui.widgets.switch import Switch

_MOST = 1_000_000_000
_LIST_HEIGHT = 84
_BESIDE_ARROW = 24  # from its left to the end of the field


class Field(Protocol):
    """A widget with a value."""

    widget: QWidget

    def value(self) -> Any:
        """What it shows."""

    def set_value(self, value: Any) -> None:
        """Show `value` without telling."""

    def on_change(self, tell: Callable[[], None]) -> None:
        """Call `tell` whenever a person changes the value."""

    def lay_out(self, row: QWidget, title: QLabel) -> QWidget:
        """Put title and widget into `row` and return it."""


def field_for(about: OptionField) -> Field:
    """The field that fits an option."""
    if about.kind is bool:
        return _SwitchField(about)
    if about.about.choices:
        return _ChoiceField(about)
    if about.kind in (int, float):
        return _NumberField(about)
    if about.kind is tuple:
        return _ListField(about)
    return _LongField(about) if about.about.long else _TextField(about)


class Whole(QSpinBox):
    """A whole number; the wheel scrolls the page unless the field has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _plain(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel(self, event, super().wheelEvent)


class Decimal(QDoubleSpinBox):
    """A number with a point; the wheel scrolls the page unless the field has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _plain(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel(self, event, super().wheelEvent)


class Choice(QComboBox):
    """One of several; the wheel scrolls the page unless the field has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.width() - 2 * _BESIDE_ARROW
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        tokens = theme.current()
        ink = QColor(tokens.muted if not self.isEnabled() else tokens.text)
        painter.drawPixmap(self.width() - _BESIDE_ARROW, (self.height() - 16) // 2, icons.pixmap("down", 16, ink, self))

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel(self, event, super().wheelEvent)


class _Above:
    """The layout of most fields: the title above."""

    widget: QWidget

    def lay_out(self, row: QWidget, title: QLabel) -> QWidget:
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        title.setBuddy(self.widget)
        column.addWidget(title)
        column.addWidget(self.widget)
        return row


class _SwitchField:
    def __init__(self, about: OptionField) -> None:
        self._switch = Switch(_(about.about.title), bool(about.default))
        self.widget: QWidget = self._switch

    def value(self) -> bool:
        return self._switch.isChecked()

    def set_value(self, value: Any) -> None:
        self._switch.blockSignals(True)
        self._switch.setChecked(bool(value))
        self._switch.blockSignals(False)
        self._switch.update()

    def on_change(self, tell: Callable[[], None]) -> None:
        self._switch.toggled.connect(lambda _on: tell())

    def lay_out(self, row: QWidget, title: QLabel) -> QWidget:
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(title, 1)
        across.addWidget(self._switch)
        return row


class _NumberField(_Above):
    def __init__(self, about: OptionField) -> None:
        limits = about.about
        spin: Whole | Decimal
        if about.kind is int:
            spin = Whole()
            spin.setRange(int(limits.minimum or 0), int(limits.maximum if limits.maximum is not None else _MOST))
            spin.setSingleStep(int(limits.step or 1))
        else:
            spin = Decimal()
            step = limits.step or 0.05
            spin.setDecimals(max(2, len(f"{step:.6f}".rstrip("0").partition(".")[2])))
            spin.setRange(limits.minimum or 0.0, limits.maximum if limits.maximum is not None else float(_MOST))
            spin.setSingleStep(step)
        if limits.unit:
            spin.setSuffix(f" {_(limits.unit)}")
        self._spin = spin
        self.widget = spin
        self.set_value(about.default)

    def value(self) -> int | float:
        self._spin.interpretText()
        return self._spin.value()

    def set_value(self, value: Any) -> None:
        self._spin.blockSignals(True)
        self._spin.setValue(value)
        self._spin.blockSignals(False)

    def on_change(self, tell: Callable[[], None]) -> None:
        self._spin.valueChanged.connect(lambda _value: tell())


class _ChoiceField(_Above):
    def __init__(self, about: OptionField) -> None:
        self._box = Choice()
        for value, title in about.about.choices.items():
            self._box.addItem(_(title), value)
        self.widget = self._box
        self.set_value(about.default)

    def value(self) -> str:
        return str(self._box.currentData())

    def set_value(self, value: Any) -> None:
        self._box.blockSignals(True)
        self._box.setCurrentIndex(max(0, self._box.findData(value)))
        self._box.blockSignals(False)

    def on_change(self, tell: Callable[[], None]) -> None:
        self._box.activated.connect(lambda _index: tell())


class _TextField(_Above):
    def __init__(self, about: OptionField) -> None:
        self._line = QLineEdit()
        self.widget = self._line
        self.set_value(about.default)

    def value(self) -> str:
        return self._line.text()

    def set_value(self, value: Any) -> None:
        self._line.blockSignals(True)
        self._line.setText("" if value is None else str(value))
        self._line.blockSignals(False)

    def on_change(self, tell: Callable[[], None]) -> None:
        self._line.editingFinished.connect(tell)


class _LongField(_Above):
    """A text of several lines."""

    def __init__(self, about: OptionField) -> None:
        self._edit = QPlainTextEdit()
        self._edit.setTabChangesFocus(True)
        self._edit.setFixedHeight(_LIST_HEIGHT)
        self.widget = self._edit
        self.set_value(about.default)

    def value(self) -> Any:
        return self._edit.toPlainText()

    def set_value(self, value: Any) -> None:
        self._edit.blockSignals(True)
        self._edit.setPlainText(value)
        self._edit.blockSignals(False)

    def on_change(self, tell: Callable[[], None]) -> None:
        self._edit.textChanged.connect(tell)


class _ListField(_LongField):
    """A list of texts, one on each line."""

    def __init__(self, about: OptionField) -> None:
        super().__init__(about)
        self._edit.setPlaceholderText(_("One on each line"))

    def value(self) -> Any:
        return tuple(text for line in self._edit.toPlainText().splitlines() if (text := line.strip()))

    def set_value(self, value: Any) -> None:
        super().set_value("\n".join(value))


def _wheel(widget: QWidget, event: QWheelEvent, turn: Callable[[QWheelEvent], None]) -> None:
    if widget.hasFocus():
        turn(event)
    else:
        event.ignore()


def _plain(spin: QAbstractSpinBox) -> None:
    """Number fields have no little arrows: they are typed into, or moved with the arrow keys."""
    spin.lineEdit().setTextMargins(8, 0, 8, 0)  # the stylesheet's padding does not reach it
    spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    spin.setGroupSeparatorShown(True)
    spin.setKeyboardTracking(False)
