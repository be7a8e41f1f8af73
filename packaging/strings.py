"""Gathers the words on screen into resources/locale, and compiles what was translated: run it after a change of words.

python packaging/strings.py          gather, merge into every .po, compile every .mo
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "resources" / "locale"
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)  # so that gathering the same words writes the same file
_KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


def gathered() -> Catalog:
    """Every marked message of the source, without the places where it stands, which change too often."""
    catalog = Catalog(project="Seedbed", version="", charset="utf-8")
    for name, _line, message, comments, context in extract_from_dir(ROOT / "desktop", keywords=_KEYWORDS):
        if name.endswith(".py"):
            catalog.add(message, auto_comments=comments, context=context)
    return catalog


def translated(language: str) -> Catalog:
    """What is translated into `language` so far."""
    with _po(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as gettext loads it."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def languages() -> Iterator[str]:
    """The languages that have a folder in resources/locale."""
    return (path.parents[1].name for path in sorted(LOCALE.glob("*/LC_MESSAGES/seedbed.po")))


def main() -> int:
    """Gather, merge and compile; says how many messages still want a translation."""
    template = gathered()
    missing = 0
    for language in languages():
        catalog = translated(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.header_comment = "# Seedbed's words on screen; gathered by packaging/strings.py, translated by hand."
        catalog.project, catalog.version, catalog.msgid_bugs_address = "Seedbed", "", ""
        catalog.last_translator = catalog.language_team = "The Seedbed founders"
        catalog.creation_date = catalog.revision_date = _NO_DATE
        out = BytesIO()
        write_po(out, catalog, width=120, sort_output=True, omit_header=False, ignore_obsolete=True)
        _po(language).write_bytes(out.getvalue())
        _po(language).with_suffix(".mo").write_bytes(compiled(catalog))
        waiting = [message.id for message in catalog if message.id and not is_translated(message)]
        missing += len(waiting)
        print(f"{language}: {len(catalog)} messages, {len(waiting)} to translate")
    return 1 if missing else 0


def is_translated(message: Message) -> bool:
    """Whether every form of a message has its words."""
    forms = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return all(forms)


def _po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "seedbed.po"


if __name__ == "__main__":
    sys.exit(main())
