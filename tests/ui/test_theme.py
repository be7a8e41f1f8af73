"""The look: every text on its ground can be read, and the sizes follow the user's."""

import math
import re
from dataclasses import fields

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop.core import paths
from desktop.ui import icons, theme
from desktop.ui.theme import DARK, LIGHT, Tokens

GROUNDS = [
    ("text", "window"),
    ("text", "surface"),
    ("text", "alt"),
    ("text", "mark"),
    ("text", "soft_accent"),
    ("muted", "window"),
    ("muted", "surface"),
    ("muted", "alt"),
    ("on_accent", "accent"),
    ("accent", "surface"),
    ("accent", "soft_accent"),
    ("dropped", "surface"),
    ("dropped", "dropped_soft"),
    ("info", "surface"),
    ("info", "info_soft"),
    ("error", "surface"),
    ("error", "window"),
]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    drawn = QColor(colour)
    parts = [value / 255 for value in (drawn.red(), drawn.green(), drawn.blue())]
    linear = [part / 12.92 if part <= 0.04045 else math.pow((part + 0.055) / 1.055, 2.4) for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), GROUNDS)
def test_text_stands_out_from_its_ground(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_a_palette_tells_its_tokens(tokens: Tokens) -> None:
    assert theme.tokens_of(theme.palette_of(tokens)) is tokens


def test_the_look_is_applied_and_changed(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert theme.current() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    theme.apply(qapp, "light")
    assert theme.current() is LIGHT


def test_every_place_of_the_stylesheet_is_filled() -> None:
    sheet = theme.stylesheet(LIGHT)
    assert "@" not in sheet
    assert LIGHT.soft_accent in sheet


def test_sizes_of_type_follow_the_users() -> None:
    normal, large = theme.stylesheet(LIGHT), theme.stylesheet(LIGHT, 1.5)
    assert "* { font-size: 13px; }" in normal
    assert "* { font-size: 19.5px; }" in large


def test_the_stylesheet_holds_no_colour_of_its_own() -> None:
    template = (paths.resources() / "style" / "window.qss").read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", template)
    used = set(re.findall(r"@([a-z_]+)", template))
    assert used <= {each.name for each in fields(Tokens)}


def test_icons_take_the_colour_they_are_asked_for(qapp: QApplication) -> None:
    for path in sorted((paths.resources() / "icons").glob("*.svg")):
        if path.stem == "seedbed":
            continue
        assert "currentColor" in path.read_text(encoding="utf-8"), path.name
        drawn = icons.pixmap(path.stem, 20, QColor("#ff0000")).toImage()
        points = [drawn.pixelColor(x, y) for x in range(40) for y in range(40)]
        assert {point.name() for point in points if point.alpha() == 255} <= {"#ff0000"}, path.name
        assert any(point.alpha() for point in points), path.name
