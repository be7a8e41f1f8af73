"""Settings page."""

from desktop.core.i18n import N_
from desktop.ui.widgets.page import Page


class SettingsPage(Page):
    """What the project holds and what to do next."""

    ID, TITLE, ICON = "settings", N_("Settings"), "settings"
