"""Home: where this project stands, the next step, and the projects to open."""

from desktop.core.i18n import N_
from desktop.ui.widgets.page import Page


class HomePage(Page):
    """What the project holds and what to do next."""

    ID, TITLE, ICON = "home", N_("Home"), "home"
