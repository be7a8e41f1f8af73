"""Why a method's options are what they are: each default with the place it comes from."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.core import options
from desktop.core.i18n import _, listed
from desktop.core.options import OptionField
from desktop.core.shapes import Method
from desktop.ui import figures, theme
from desktop.ui.widgets.label import label, rule
from desktop.ui.widgets.side_panel import SidePanel


class ReasonsPanel(SidePanel):
    """`show_method` fills it."""

    def __init__(self) -> None:
        super().__init__(_("Why these defaults?"), _("Back"))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.card.body.addWidget(self._area, 1)

    def show_method(self, method: Method) -> None:
        """Say where each of the method's defaults comes from."""
        inside = QWidget()
        inside.setMaximumWidth(theme.TEXT_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(6)
        column.addWidget(label(_("Source: {source}").format(source=method.source), "muted", wrap=True, selectable=True))
        for each in options.fields(method.options):
            column.addWidget(rule())
            words = _("{title}: {value}").format(title=_(each.about.title), value=_said(each))
            column.addWidget(label(words, "heading", wrap=True))
            for text in (each.about.help, each.about.why):
                if text:
                    column.addWidget(label(_(text), "muted", wrap=True))
        column.addStretch(1)
        self._area.setWidget(inside)


def _said(field: OptionField) -> str:
    value = field.default
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if field.about.choices:
        return _(field.about.choices.get(str(value), str(value)))
    if isinstance(value, int | float):
        return figures.number(value, 0 if isinstance(value, int) else 2)
    return listed(value) if isinstance(value, tuple) else str(value)
