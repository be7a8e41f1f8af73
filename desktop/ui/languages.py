"""Languages by their own names."""

from PySide6.QtCore import QLocale

# Qt names a country along with some languages ("American English").
_OWN = {"en": "English", "es": "español", "fr": "français", "pt": "português", "zh": "中文"}


def language_name(code: str) -> str:
    """What the speakers of a language call it; the code itself where it is unknown, empty for none."""
    if code in _OWN or not code:
        return _OWN.get(code, "")
    locale = QLocale(code)
    return code if locale.language() == QLocale.Language.C else locale.nativeLanguageName() or code
