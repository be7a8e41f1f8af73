"""Models page."""

from desktop.core.i18n import N_
from desktop.ui.widgets.page import Page


class ModelsPage(Page):
    """What the project holds and what to do next."""

    ID, TITLE, ICON = "models", N_("Models"), "models"
