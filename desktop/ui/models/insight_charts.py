"""The plots of Insights, read from a project: which there are, and what each shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.core.i18n import N_, _, ngettext
from desktop.core.text.asked import TAGGED
from desktop.ui import figures, task_types
from desktop.ui.languages import language_name
from desktop.ui.models.chart import Bars, Chart, Choosing, Dots, Series

if TYPE_CHECKING:
    from desktop.jobs.coverage import Map
    from desktop.jobs.insight_figures import Group, Ids, InsightStage
    from desktop.jobs.insights import Facts
    from desktop.store.project import Project

VIEWS: Mapping[str, str] = {
    "lengths": N_("Lengths"),
    "languages": N_("Languages"),
    "task_types": N_("Task types"),
    "asked": N_("Verbs and objects"),
    "topics": N_("Topics"),
    "scores": N_("Scores"),
    "duplicates": N_("Duplicates"),
    "runs": N_("Runs"),
    "over_time": N_("Over time"),
    "map": N_("Map"),
}
"""The plots by id, in the order they are listed, marked with N_."""

MAP_SIZES = (500, 2000, 5000)
"""How many rows a map may be drawn of."""

_OF_EVERY_STAGE = frozenset(("runs", "over_time"))  # they tell how rows came through all of them

_PARTS: Mapping[str, str] = {
    "instruction": N_("Instruction"),
    "input": N_("Input"),
    "output": N_("Output"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to see. `choices` are those of the view, in the order it offers them."""

    view: str = "lengths"
    stage: "InsightStage" = "all"
    choices: tuple[str, ...] = field(default=())

    def choice(self, place: int, options: Sequence[tuple[str, str]], otherwise: int = 0) -> str:
        """What was chosen of these options; the usual one where nothing was, or it is no longer among them."""
        values = [value for value, _words in options]
        if place < len(self.choices) and self.choices[place] in values:
            return self.choices[place]
        return values[min(otherwise, len(values) - 1)] if values else ""


def read_chart(project: "Project", facts: "Facts", wanted: Wanted, map: "Map | None" = None) -> Chart:
    """The chart of a view, on a reading thread."""
    from desktop.jobs.insight_figures import ids_of

    stage = ids_of(project, wanted.stage)
    if not len(stage) and wanted.view not in _OF_EVERY_STAGE:
        words = {
            "passing": _("No row passes yet."),
            "dataset": _("No row has been accepted yet: the dataset is empty."),
        }
        return Chart(wanted.view, _(VIEWS[wanted.view]), None, words.get(wanted.stage, _("There are no rows.")))
    return _READERS[wanted.view](_Asked(project, facts, wanted, stage, map))


@dataclass(frozen=True, slots=True)
class _Asked:
    project: "Project"
    facts: "Facts"
    wanted: Wanted
    stage: "Ids"
    map: "Map | None"


# ── what the rows are like ───────────────────────────────────────────────────────────────────────


def _lengths(asked: _Asked) -> Chart:
    from desktop.jobs.insight_figures import lengths

    options = tuple((part, _(words)) for part, words in _PARTS.items())
    part = asked.wanted.choice(0, options)
    choosing = (Choosing(_("Part"), options, part),)
    found = lengths(asked.facts, part, asked.stage)
    if found is None:
        return Chart("lengths", _("Lengths"), None, _("No row here has this part."), choosing=choosing)
    whole = tuple(figures.number(edge) for edge in found.edges)
    last = len(found.groups) - 1
    names = [
        _("{from_} words or more").format(from_=whole[at])
        if at == last
        else _("{from_} to {to} words").format(from_=whole[at], to=whole[at + 1])
        for at in range(last + 1)
    ]
    note = _(
        "Half of the rows have up to {median} words. Where a script puts no spaces between words, characters are"
        " counted and put into words of about English length."
    ).format(median=figures.number(found.median))
    drawn = Bars(tuple(names), (Series("", _counts(found.groups)),), found.groups, found.edges)
    return Chart("lengths", _("Lengths"), drawn, note, _("words"), _("rows"), choosing)


def _languages(asked: _Asked) -> Chart:
    from desktop.jobs.insight_figures import by_word

    groups = by_word(asked.facts, asked.facts.languages, asked.stage)
    note = _(
        "As each row says; where it says nothing, as its text tells by its script and by fastText. Of a short text"
        " the language cannot be told."
    )
    return _named("languages", groups, lambda name: language_name(name) if name else _("cannot be told"), note)


def _task_types(asked: _Asked) -> Chart:
    from desktop.jobs.insight_figures import by_word

    groups = by_word(asked.facts, asked.facts.task_types, asked.stage)
    if [group.name for group in groups] == [""]:
        return Chart("task_types", _("Task types"), None, _("No row says of which type its task is."))
    note = _("As the method that made a row, or the file it came from, says.")
    return _named("task_types", groups, lambda name: task_types.shown(name) if name else _("not said"), note)


def _verbs(asked: _Asked) -> Chart:
    from desktop.jobs.insight_figures import asked as pairs

    language, choosing = _language(asked, TAGGED)
    groups = pairs(asked.facts, asked.stage, language)
    if not groups:
        words = _("Nothing was found. Verbs are looked for in English and in Chinese alone.")
        return Chart("asked", _("Verbs and objects"), None, words, choosing=choosing)
    note = _(
        "What is asked for most: the first verb of an instruction with its object. English by a light rule over a"
        " list of verbs, Chinese by the parts of speech that jieba gives; a few will be wrong."
    )
    return _named("asked", groups, lambda name: name.replace("\t", " · "), note, choosing)


def _topics(asked: _Asked) -> Chart:
    from desktop.jobs.insight_figures import languages_of, topics

    language, choosing = _language(asked, languages_of(asked.facts, asked.stage))
    groups = topics(asked.facts, asked.stage, language)
    if not groups:
        words = _("Nothing was found. Thai, Lao, Khmer and Burmese are not cut into words here.")
        return Chart("topics", _("Topics"), None, words, choosing=choosing)
    note = _("The words with content that most instructions have; common words are left out. It is no model of topics.")
    return _named("topics", groups, lambda name: name, note, choosing)


def _language(asked: _Asked, languages: Sequence[str]) -> tuple[str, tuple[Choosing, ...]]:
    """The language that was chosen; at first the one with the most rows."""
    from desktop.jobs.insight_figures import languages_of

    options = tuple((code, language_name(code)) for code in languages)
    usual = next((code for code in languages_of(asked.facts, asked.stage) if code in languages), languages[0])
    language = asked.wanted.choice(0, options, list(languages).index(usual))
    return language, (Choosing(_("Language"), options, language),)


# ── what was judged ──────────────────────────────────────────────────────────────────────────────


def _scores(asked: _Asked) -> Chart:
    from desktop.core import catalogue
    from desktop.jobs.insight_figures import scatter

    known = catalogue.filters()
    ids = [id for id in asked.project.insights.measured() if id in known]
    ids.sort(key=lambda id: (not known[id].asks_model, not known[id].cut))  # grades first, mere counts of faults last
    options = tuple((id, _(known[id].title)) for id in ids)
    if len(options) < 2:
        words = _("Fewer than two filters have measured anything. Have the rows judged on the Filter page.")
        return Chart("scores", _("Scores"), None, words)
    across, up = asked.wanted.choice(0, options), asked.wanted.choice(1, options, 1)
    choosing = (Choosing(_("Across"), options, across), Choosing(_("Up"), options, up))

    def measured(id: str) -> str:
        return _(known[id].value_title or known[id].title)

    found = scatter(asked.project, across, up, asked.stage)
    if not len(found.ids):
        return Chart("scores", _("Scores"), None, _("No row has been measured by both filters."), choosing=choosing)
    rows = ngettext("{n} row has both values.", "{n} rows have both values.", len(found.ids))
    note = rows.format(n=figures.number(len(found.ids)))
    if (together := found.correlation) == together:
        tied = _("{rows} Rank correlation {value} (Spearman): 1 and −1 are perfect, 0 is none.")
        note = tied.format(rows=note, value=figures.signed(together, 2))
    return Chart(
        "scores", _("Scores"), Dots(found.ids, found.x, found.y), note, measured(across), measured(up), choosing
    )


def _duplicates(asked: _Asked) -> Chart:
    from desktop.core import catalogue, options
    from desktop.jobs.insight_figures import cluster_sizes
    from desktop.jobs.judging import links_of

    known = catalogue.filters()
    filters = tuple((id, _(known[id].title)) for id in asked.project.insights.compared() if id in known)
    if not filters:
        words = _("No filter has found rows that are alike. Filters that compare rows are on the Filter page.")
        return Chart("duplicates", _("Duplicates"), None, words)
    chosen = asked.wanted.choice(0, filters)
    choosing = (Choosing(_("Filter"), filters, chosen),)
    stored = next((link.options for link in links_of(asked.project) if link.filter == chosen), {})
    cut = float(getattr(options.from_json(known[chosen].options, stored), known[chosen].cut or "", 0.0))
    groups = cluster_sizes(asked.project, chosen, cut, asked.stage)
    if not groups:
        words = _("No two rows are more than {cut} alike.").format(cut=figures.number(cut, 2))
        return Chart("duplicates", _("Duplicates"), None, words, choosing=choosing)
    note = _(
        "Rows that are more than {cut} alike, directly or by way of others, are one cluster. A bar counts the rows in"
        " clusters of that size; the list keeps clusters together."
    ).format(cut=figures.number(cut, 2))
    return _named("duplicates", groups, lambda name: _("{size} alike").format(size=name), note, choosing)


def _runs(asked: _Asked) -> Chart:
    import numpy as np

    from desktop.core import catalogue
    from desktop.jobs.insight_figures import funnels, ids_of

    accepted = np.array(asked.project.insights.accepted(), np.int64)
    found = funnels(asked.facts, ids_of(asked.project, "passing"), accepted)
    runs = {run.id: run for run in asked.project.runs.all()}
    methods = catalogue.methods()
    names = []
    for each in found:
        run = runs.get(each.run)
        if run is None:
            names.append(_("imported"))
            continue
        method = _(methods[run.method].title) if run.method in methods else run.method
        names.append(f"{method} · {figures.moment(run.created)}")
    drawn = Bars(
        tuple(names),
        (
            Series(_("rows"), _counts([each.rows for each in found]), "muted"),
            Series(_("passing"), _counts([each.passing for each in found]), "soft"),
            Series(_("accepted"), _counts([each.accepted for each in found]), "accent"),
        ),
        tuple(each.rows for each in found),
    )
    note = _(
        "Of all rows of a run, those that pass its filters now, and those that you accepted. All stages are shown."
    )
    return Chart("runs", _("What came of each run"), drawn, note)


def _over_time(asked: _Asked) -> Chart:
    from desktop.jobs.insight_figures import ids_of, over_time

    found = over_time(asked.facts, ids_of(asked.project, "passing"))
    ends = [each.first + len(each.ids) - 1 for each in found]
    drawn = Bars(
        tuple(
            _("rows {first} to {last}").format(first=figures.number(each.first), last=figures.number(end))
            for each, end in zip(found, ends, strict=True)
        ),
        (Series(_("passing"), tuple(each.share for each in found)),),
        tuple(each.ids for each in found),
        (*(each.first - 1.0 for each in found), float(ends[-1])),
        percent=True,
    )
    note = _("The share that passes, of the rows in the order they came. Where it falls, a run is repeating itself.")
    return Chart("over_time", _("Over time"), drawn, note, _("rows in the order they came"), _("% that pass"))


def _map(asked: _Asked) -> Chart:
    sizes = tuple((str(n), _("up to {n} rows").format(n=figures.number(n))) for n in MAP_SIZES)
    choosing = (Choosing(_("How many rows"), sizes, asked.wanted.choice(0, sizes)),)
    if asked.map is None:
        words = _(
            "A model reads some hundred of these rows, and rows that it takes for alike come to lie close together."
            " Empty places show what the data does not cover."
        )
        return Chart("map", _("Map"), None, words, choosing=choosing)
    import numpy as np

    there = np.isin(asked.map.ids, asked.stage)
    drawn = Dots(asked.map.ids[there], asked.map.x[there], asked.map.y[there], bare=True)
    note = _("{n} rows as {model} sees them; the two directions show {share} of their differences (PCA).").format(
        n=figures.number(len(drawn.ids)), model=asked.map.model, share=figures.percent(asked.map.shown, 1)
    )
    if asked.map.pooled:
        weak = _(
            "{note} The states of a model that writes are a weak stand-in for an embedding model: trust neighbours"
            " more than distances."
        )
        note = weak.format(note=note)
    if not len(drawn.ids):
        note = _("None of the rows on the map is at this stage.")
    return Chart("map", _("Map"), drawn if len(drawn.ids) else None, note, choosing=choosing)


_READERS: Mapping[str, Callable[[_Asked], Chart]] = {
    "lengths": _lengths,
    "languages": _languages,
    "task_types": _task_types,
    "asked": _verbs,
    "topics": _topics,
    "scores": _scores,
    "duplicates": _duplicates,
    "runs": _runs,
    "over_time": _over_time,
    "map": _map,
}


def _named(
    view: str, groups: "Sequence[Group]", name: Callable[[str], str], note: str, choosing: tuple[Choosing, ...] = ()
) -> Chart:
    ids = tuple(group.ids for group in groups)
    drawn = Bars(tuple(name(group.name) for group in groups), (Series("", _counts(ids)),), ids)
    return Chart(view, _(VIEWS[view]), drawn, note, choosing=choosing)


def _counts(groups: "Sequence[Ids]") -> tuple[float, ...]:
    return tuple(float(len(ids)) for ids in groups)
