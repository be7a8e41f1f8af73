"""Languages by their own names."""

from PySide6.QtCore import QLocale

from desktop.core.languages import OWN_NAMES


def language_name(code: str) -> str:
    """What the speakers of a language call it; the code itself where it is unknown, empty for none."""
    if code in OWN_NAMES or not code:
        return OWN_NAMES.get(code, "")
    # Not asked first, for Qt names a country along with some languages ("American English").
    locale = QLocale(code)
    return code if locale.language() == QLocale.Language.C else locale.nativeLanguageName() or code
