"""The look: colour tokens as palette roles, with the one stylesheet generated from them."""

import re
import sys
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from desktop.core import paths

Look: TypeAlias = Literal["system", "light", "dark"]

SPACE = 4  # every distance is a multiple of it
PAGE_MARGIN, CARD_GAP, CARD_PADDING = 24, 14, 16
CONTROL_HEIGHT, SMALL_HEIGHT = 32, 26
RADIUS, CARD_RADIUS = 7, 10
TEXT_WIDTH = 760  # a column of running text stops growing here

_BODY = 13  # pixels; every other size follows it
_STAND_IN = "DejaVu Sans"
_UI_FONTS = ("Inter", "Cantarell", "Noto Sans", "Open Sans")
_HAN = ("Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei UI")  # so that Han characters take Chinese shapes
_PLACE = re.compile(r"@(\d+(?:\.\d+)?)px|@([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of a look, as `#rrggbb`."""

    window: str
    surface: str
    alt: str  # rail, strip, tracks
    line: str
    text: str
    muted: str
    accent: str  # what passes, and the one main button of a page
    on_accent: str
    soft_accent: str
    dropped: str  # never red: nothing is lost
    dropped_soft: str
    info: str
    info_soft: str
    error: str
    mark: str  # behind marked words


# Accent and dropped are dark enough to be read on their soft grounds (4.5 : 1), which tests/ui/test_theme.py computes.
LIGHT = Tokens(
    window="#F6F6F3",
    surface="#FFFFFF",
    alt="#F0F0EC",
    line="#E3E3DD",
    text="#1D1F1B",
    muted="#696D63",
    accent="#2C7A4D",
    on_accent="#FFFFFF",
    soft_accent="#E4F2E9",
    dropped="#A75912",
    dropped_soft="#FBEFE0",
    info="#2A67A8",
    info_soft="#E6EFF9",
    error="#B3261E",
    mark="#FFE9A8",
)
DARK = Tokens(
    window="#1A1B19",
    surface="#232521",
    alt="#2B2D29",
    line="#393C36",
    text="#ECEDE8",
    muted="#A4A89D",
    accent="#6BC38C",
    on_accent="#10281A",
    soft_accent="#23382B",
    dropped="#E2A45F",
    dropped_soft="#3A2D1C",
    info="#8DB8E8",
    info_soft="#22303F",
    error="#F2857C",
    mark="#5A4A17",
)


def tokens_of(palette: QPalette) -> Tokens:
    """The tokens of the look that a palette belongs to."""
    return LIGHT if palette.color(QPalette.ColorRole.Window).lightness() > 127 else DARK


def current() -> Tokens:
    """The tokens of the look that is shown. A widget's own palette may have been changed by the stylesheet."""
    return tokens_of(QGuiApplication.palette())


def palette_of(tokens: Tokens) -> QPalette:
    """The tokens as palette roles, for what is painted by hand or by Qt itself."""
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, colour in {
        roles.Window: tokens.window,
        roles.WindowText: tokens.text,
        roles.Base: tokens.surface,
        roles.AlternateBase: tokens.alt,
        roles.Text: tokens.text,
        roles.Button: tokens.surface,
        roles.ButtonText: tokens.text,
        roles.BrightText: tokens.error,
        roles.ToolTipBase: tokens.alt,
        roles.ToolTipText: tokens.text,
        roles.PlaceholderText: tokens.muted,
        roles.Highlight: tokens.soft_accent,
        roles.HighlightedText: tokens.text,
        roles.Accent: tokens.accent,
        roles.Link: tokens.info,
        roles.LinkVisited: tokens.info,
        roles.Light: tokens.surface,
        roles.Midlight: tokens.alt,
        roles.Mid: tokens.line,
        roles.Dark: tokens.muted,
        roles.Shadow: tokens.line,
    }.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted))
    return palette


def stylesheet(tokens: Tokens, scale: float = 1.0) -> str:
    """The one stylesheet: `@name` places hold a token, `@13px` a font size that follows the user's."""
    template = (paths.resources() / "style" / "window.qss").read_text(encoding="utf-8")
    colours = {each.name: getattr(tokens, each.name) for each in fields(tokens)}

    def place(match: re.Match[str]) -> str:
        return f"{round(float(match[1]) * scale * 2) / 2:g}px" if match[1] else str(colours[match[2]])

    return _PLACE.sub(place, template)


def apply(app: QApplication, look: Look) -> None:
    """Give the application a look; "system" takes the system's own, light where it names none."""
    tokens = DARK if look == "dark" or (look == "system" and _system_is_dark()) else LIGHT
    app.setStyle("Fusion")
    app.setFont(body_font(app))
    app.setPalette(palette_of(tokens))
    app.setStyleSheet(stylesheet(tokens, text_scale(app)))


def text_scale(app: QApplication) -> float:
    """How much larger than usual the user has text on this system; never under 1."""
    usual = {"win32": 12.0, "darwin": 13.0}.get(sys.platform, 13.4)  # pixels of the systems' standard fonts
    return min(2.0, max(1.0, QFontInfo(_system_font(app)).pixelSize() / usual))


def body_font(app: QApplication) -> QFont:
    """The system's font at the size of running text, with figures of one width."""
    font = QFont(_system_font(app))
    font.setFamilies([_chosen_family(font), *_HAN])
    font.setPixelSize(round(_BODY * text_scale(app)))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def sized(font: QFont, pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """`font` at a size of the look, which follows the user's; for painters and delegates."""
    other = QFont(font)
    body = QApplication.font().pixelSize()
    other.setPixelSize(round((body if body > 0 else _BODY) * pixels / _BODY))
    other.setWeight(weight)
    return other


def _chosen_family(font: QFont) -> str:
    """The system's font; where no desktop names one, a better one than fontconfig's stand-in, if it is there."""
    family = QFontInfo(font).family()
    if family != _STAND_IN:
        return family
    return next((each for each in _UI_FONTS if QFontDatabase.hasFamily(each)), family)


def _system_font(app: QApplication) -> QFont:
    """The font the application started with, which `app.setFont` hides."""
    stored = app.property("system_font")
    if isinstance(stored, QFont):
        return stored
    app.setProperty("system_font", app.font())
    return app.font()


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def motion(widget: QWidget) -> bool:
    """Whether things may move: off where the system asks for calm."""
    return bool(widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget))


def look_named(name: str) -> Look:
    """The look that a preference names; the system's for anything else."""
    looks: dict[str, Look] = {"light": "light", "dark": "dark"}
    return looks.get(name, "system")
