"""The dataset card: what a dataset holds, where it comes from, and who let it in."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.core import options
from desktop.core.catalogue import filters, methods
from desktop.core.content import KINDS, kind_of
from desktop.core.i18n import _, listed, ngettext
from desktop.core.languages import OWN_NAMES
from desktop.core.records import ChainLink, Example, Json, JsonObject
from desktop.core.shapes import Filter

_MOST = 20  # words of a table; the rest is summed up


@dataclass(slots=True)
class Facts:
    """What is counted while rows leave."""

    rows: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    task_types: Counter[str] = field(default_factory=Counter)
    makers: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # method, model, fingerprint
    files: Counter[str] = field(default_factory=Counter)  # that imported rows came from
    accepted: int = 0
    edited: int = 0

    def count(self, example: Example) -> None:
        """Take a row into account."""
        row, provenance = example.row, example.provenance
        self.rows += 1
        self.kinds[kind_of(row)] += 1
        self.languages[row.language] += 1
        self.task_types[row.task_type] += 1
        if provenance.get("run"):
            self.makers[
                (_word(provenance, "method"), _word(provenance, "model"), _word(provenance, "fingerprint"))
            ] += 1
        else:
            self.files[_word(provenance, "origin")] += 1
        self.accepted += provenance.get("decision") == "accepted"
        self.edited += bool(provenance.get("edited"))

    @property
    def unreviewed(self) -> int:
        """Rows that left without anybody having accepted them."""
        return self.rows - self.accepted


def write(
    title: str, version: str, facts: Facts, chain: Sequence[ChainLink], splits: Mapping[str, tuple[str, int]]
) -> str:
    """The card as Markdown. `splits` is split → (file name, rows)."""
    parts = [_header(facts, splits), f"# {_plain(title)}", *_opening(facts, version)]
    parts += _table(
        _("Files"),
        (_("part"), _("file"), _("rows")),
        [(name, f"`{_plain(file)}`", str(rows)) for name, (file, rows) in splits.items()],
    )
    parts += _counted(_("Kinds"), _("kind"), Counter({_(KINDS[kind]): rows for kind, rows in facts.kinds.items()}))
    languages = Counter({OWN_NAMES.get(code, code): rows for code, rows in facts.languages.items()})
    parts += _counted(_("Languages"), _("language"), languages)
    parts += _counted(_("Task types"), _("task type"), facts.task_types)
    parts += _origins(facts)
    parts += _chain(chain)
    return "\n\n".join(parts) + "\n"


def _opening(facts: Facts, version: str) -> Iterable[str]:
    made = ngettext("{rows} row, made with Seedbed {version}.", "{rows} rows, made with Seedbed {version}.", facts.rows)
    yield made.format(rows=facts.rows, version=version)
    share = f"{facts.accepted / facts.rows:.0%}"
    yield _("Accepted by a person: {accepted} ({share}). Edited: {edited}.").format(
        accepted=facts.accepted, share=share, edited=facts.edited
    )
    if facts.unreviewed:
        yield "> " + _(
            "**Exported with unreviewed rows.** Passed the filters, but not read and accepted by a person: {n}."
        ).format(n=facts.unreviewed)


def _origins(facts: Facts) -> Iterable[str]:
    made = []
    for (method, model, fingerprint), rows in facts.makers.most_common():
        entry = methods().get(method)
        made.append((_(entry.title) if entry else method, _plain(model), f"`{fingerprint or '–'}`", str(rows)))
    yield from _table(_("Made by"), (_("method"), _("model"), _("SHA-256 of the model file"), _("rows")), made)
    files = [(_plain(name) or "–", str(rows)) for name, rows in facts.files.most_common(_MOST)]
    yield from _table(_("Imported"), (_("file"), _("rows")), files)


def _chain(chain: Sequence[ChainLink]) -> Iterable[str]:
    rows = []
    for link in chain:
        if link.enabled:
            entry = filters().get(link.filter)
            settings = listed(_settings(entry, link.options))
            rows.append((_(entry.title) if entry else link.filter, _plain(settings) or _("as published")))
    yield from _table(_("Filters"), (_("filter"), _("settings")), rows)


def _settings(entry: Filter | None, stored: JsonObject) -> Iterable[str]:
    """What is set otherwise than published, and makes a difference to what passes."""
    known = {each.name: each for each in options.fields(entry.options)} if entry else {}
    for name, value in stored.items():
        about = known.get(name)
        if about is None:
            yield _("{option}: {value}").format(option=name, value=_value(value))
        elif about.about.decides and _value(value) != _value(about.default):
            said = _(about.about.choices.get(str(value), "")) or _value(value)
            yield _("{option}: {value}").format(option=_(about.about.title), value=said)


def _value(value: "Json | tuple[str, ...]") -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, list | tuple):
        return listed(map(str, value)) or _("none")
    return str(value)


def _counted(title: str, what: str, counts: Counter[str]) -> Iterable[str]:
    if set(counts) <= {""}:
        return
    rows = [(_plain(word) or _("not said"), str(number)) for word, number in counts.most_common(_MOST)]
    rest = sum(counts.values()) - sum(number for _word_, number in counts.most_common(_MOST))
    if rest:
        rows.append((_("others"), str(rest)))
    yield from _table(title, (what, _("rows")), rows)


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    if rows:
        yield f"## {title}"
        yield "\n".join("| " + " | ".join(cells) + " |" for cells in (header, ["---"] * len(header), *rows))


def _header(facts: Facts, splits: Mapping[str, tuple[str, int]]) -> str:
    """The part in YAML that loaders of datasets read; JSON texts are YAML texts too."""
    languages = sorted(language for language in facts.languages if language.isalpha() and len(language) in (2, 3))
    lines = ["---"]
    if languages:
        lines.append(f"language: {json.dumps(languages)}")
    lines += ['tags: ["synthetic", "seedbed"]', "configs:", "- config_name: default", "  data_files:"]
    for name, (file, _rows) in splits.items():
        lines += [f"  - split: {name}", f"    path: {json.dumps(file, ensure_ascii=False)}"]
    return "\n".join([*lines, "---"])


def _word(provenance: JsonObject, name: str) -> str:
    return str(provenance.get(name) or "")


def _plain(text: str) -> str:
    """Text of unknown origin inside Markdown, on one line and inside one cell."""
    return " ".join(text.replace("|", "\\|").replace("`", "'").replace("<", "&lt;").split())
