"""What the Seeds page shows while there is no seed: what seeds are, and the ways to the first ones."""

from desktop.core.i18n import _
from desktop.ui.widgets import buttons
from desktop.ui.widgets.empty import EmptyState


class SeedStart(EmptyState):
    """`add_button`, `sample_button` and `import_button` are the page's to connect."""

    def __init__(self) -> None:
        self.add_button = buttons.primary(_("Write the first seed"))
        self.sample_button = buttons.plain(_("Take the sample seeds"))
        self.import_button = buttons.plain(_("Import…"))
        super().__init__(
            "seeds",
            _("Begin with a few good examples"),
            _(
                "A seed is an instruction, perhaps an input, and the answer you would want. Twenty varied ones are a"
                " good start. Drop a file here (JSON, JSONL, CSV or Excel), paste rows, or take the samples."
            ),
            self.add_button,
            self.sample_button,
            self.import_button,
        )
