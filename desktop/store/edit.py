"""Everything the user may change, in the words of the flow."""

from collections.abc import Iterable, Mapping, Sequence

from desktop.core.content import is_answered, kind_of
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.records import ChainLink, Decision, Instruction, Json, Passage, Row, Seed, Verdict
from desktop.store.connections import AMONG, Database, these
from desktop.store.encoding import dumps, evidence_to_text, plain, reason_to_text, row_to_text
from desktop.store.passages import replace_prose

# Children before parents, so that undo, which goes backwards, finds every parent in place.
_OF_RUN = (
    *(
        f"DELETE FROM {table} WHERE candidate IN (SELECT id FROM candidates WHERE run = ?)"
        for table in ("choices", "ratings", "overrules", "reviews", "likenesses", "judged", "verdicts", "contents")
    ),
    "DELETE FROM candidates WHERE run = ?",
    "DELETE FROM attempts WHERE item IN (SELECT id FROM items WHERE run = ?)",
    "DELETE FROM discards WHERE run = ?",
    "DELETE FROM items WHERE run = ?",
    "DELETE FROM runs WHERE id = ?",
)
_EDITION = "coalesce((SELECT edition FROM reviews WHERE reviews.candidate = candidates.id), 0)"

_OF_CANDIDATE = "coalesce((SELECT edition FROM reviews WHERE reviews.candidate = ?1), 0)"


class Edit:
    """Handed to a change while its transaction is open; all of it is kept, or nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_seeds(self, seeds: Iterable[tuple[Instruction, str, bool | None, str]]) -> list[int]:
        """Add (row, name, is_classification, origin); returns the new ids in order."""
        return [self._add_seed(*seed) for seed in seeds]

    def update_seed(self, seed: Seed) -> None:
        """Replace the seed of this id."""
        self._database.run(
            "UPDATE seeds SET content = ?, task_type = ?, language = ?, extra = ?, name = ?, is_classification = ?, "
            "origin = ? WHERE id = ?",
            [*_seed_columns(seed.row, seed.name, seed.is_classification, seed.origin), seed.id],
        )

    def remove_seeds(self, ids: Sequence[int]) -> None:
        """Remove seeds; ids that are not there are passed over."""
        self._database.run(f"DELETE FROM seeds WHERE id {AMONG}", [these(ids)])

    def exclude_passages(self, ids: Sequence[int], excluded: bool) -> None:
        """Take passages out of what runs start from, or back in."""
        self._database.run(
            f"UPDATE passages SET excluded = ? WHERE id {AMONG} AND excluded <> ?", [excluded, these(ids), excluded]
        )

    def exclude_source(self, id: int, excluded: bool) -> None:
        """Take all passages of a source out, or all back in but what was set aside as it came."""
        set_aside = "" if excluded else "AND json_extract(content, '$.aside') IS NULL"
        self._database.run(
            f"UPDATE passages SET excluded = ? WHERE source = ? AND excluded <> ? {set_aside}", [excluded, id, excluded]
        )

    def replace_passages(self, source: int, passages: Iterable[Passage]) -> None:
        """Other passages of a source's prose in place of those it has; one that is the same keeps its id."""
        replace_prose(self._database, source, passages)

    def remove_sources(self, ids: Sequence[int]) -> None:
        """Remove sources with their pages and passages; what was made from them stays."""
        for table, key in (("passages", "source"), ("pages", "source"), ("sources", "id")):
            self._database.run(f"DELETE FROM {table} WHERE {key} {AMONG}", [these(ids)])

    def decide(self, ids: Sequence[int], decision: Decision | None, at: float) -> None:
        """Accept, reject or flag candidates; None takes a decision back and keeps the edit."""
        if decision is None:
            some = f"candidate {AMONG} AND decision IS NOT NULL"
            self._database.run(f"DELETE FROM reviews WHERE {some} AND edition = 0", [these(ids)])
            self._database.run(f"UPDATE reviews SET decision = NULL, at = ? WHERE {some}", [at, these(ids)])
            return
        self._database.run(
            "INSERT INTO reviews(candidate, decision, at) "
            f"SELECT id, ?, ? FROM candidates WHERE id {AMONG} "
            "ON CONFLICT(candidate) DO UPDATE SET decision = excluded.decision, at = excluded.at "
            "WHERE decision IS NOT excluded.decision",
            [decision, at, these(ids)],
        )

    def edit_row(self, id: int, row: Row | None, by: str = "", at: float = 0.0) -> None:
        """Put another row in place of what the model wrote; None, or the original, takes the edit back.

        `by` is the filter whose fix it is. Verdicts on the old text no longer count. The kind cannot change.
        """
        columns = self._database.row(
            "SELECT candidates.kind, contents.content, candidates.task_type, candidates.language, contents.extra, "
            "review.content, review.task_type, review.language, review.extra "
            "FROM candidates JOIN contents ON contents.candidate = candidates.id "
            "LEFT JOIN reviews AS review ON review.candidate = candidates.id WHERE candidates.id = ?",
            [id],
        )
        if columns is None:
            raise UserError(_("This row is no longer in the project."), _("Choose another row."))
        kind, original, edited = columns[0], columns[1:5], columns[5:9]
        if row is not None and kind_of(row) != kind:
            raise TypeError(f"candidate {id} is of kind {kind}, not {kind_of(row)}")
        wanted = None if row is None else (row_to_text(row), plain(row.task_type), row.language, dumps(row.extra))
        if row is None or wanted == original:
            self._take_edit_back(id, at)
        elif wanted != edited:
            self._put_edit(id, wanted or (), is_answered(row), by, at)

    def overrule(self, ids: Sequence[int], filter: str, reason: str = "") -> None:
        """Set a filter's verdicts on these texts aside, with the user's reason."""
        self._database.run(
            f"INSERT INTO overrules(candidate, filter, edition, reason) SELECT id, ?, {_EDITION}, ? "
            f"FROM candidates WHERE id {AMONG} "
            "ON CONFLICT DO UPDATE SET reason = excluded.reason WHERE reason <> excluded.reason",
            [filter, plain(reason), these(ids)],
        )

    def restore_verdict(self, ids: Sequence[int], filter: str) -> None:
        """Let the filter's verdicts count again."""
        self._database.run(
            f"DELETE FROM overrules WHERE candidate {AMONG} AND filter = ?",
            [these(ids), filter],
        )

    def rate(self, ratings: Mapping[int, float], scale: str, at: float) -> None:
        """Say what these rows are worth on a scale, to calibrate a judge by."""
        self._database.many(
            "INSERT INTO ratings(candidate, scale, value, at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET value = excluded.value, at = excluded.at WHERE value <> excluded.value",
            [(candidate, scale, value, at) for candidate, value in ratings.items()],
        )

    def take_rating_back(self, ids: Sequence[int], scale: str) -> None:
        """Forget what was said of these rows on a scale."""
        self._database.run(f"DELETE FROM ratings WHERE candidate {AMONG} AND scale = ?", [these(ids), scale])

    def change_keeper(self, keeper: int, instead: int, filter: str, verdict: Verdict, reason: str = "") -> None:
        """Keep `instead` of `keeper`, its twin: the one is overruled, the other gets this failing verdict."""
        self._database.run(
            f"DELETE FROM overrules WHERE candidate = ?1 AND filter = ?2 AND edition = {_OF_CANDIDATE}",
            [keeper, filter],
        )
        # A row of its own, which beats the number that says that the keeper passed: undo takes it away again.
        self._database.run(
            "INSERT INTO verdicts(candidate, filter, edition, passed, value, reason, evidence) "
            f"VALUES (?1, ?2, {_OF_CANDIDATE}, 0, ?3, ?4, ?5) "
            "ON CONFLICT DO UPDATE SET passed = 0, value = ?3, reason = ?4, evidence = ?5",
            [keeper, filter, verdict.value, reason_to_text(verdict.reason), evidence_to_text(verdict.evidence)],
        )
        self.overrule([instead], filter, reason)

    def set_chain(self, links: Sequence[ChainLink]) -> None:
        """The filters in their order; each at most once."""
        self._database.run("DELETE FROM chain")
        self._database.many(
            "INSERT INTO chain(filter, position, enabled, options) VALUES (?, ?, ?, ?)",
            [(link.filter, place, link.enabled, dumps(link.options)) for place, link in enumerate(links)],
        )

    def set_setting(self, key: str, value: Json) -> None:
        """Set a value; None forgets the setting."""
        if value is None:
            self._database.run("DELETE FROM settings WHERE name = ?", [key])
            return
        self._database.run(
            "INSERT INTO settings(name, value) VALUES (?, ?) "
            "ON CONFLICT(name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
            [key, dumps(value)],
        )

    def set_prompt(self, method: str, step: str, language: str, text: str | None) -> None:
        """The project's own template; None goes back to the default."""
        if text is None:
            self._database.run(
                "DELETE FROM prompts WHERE method = ? AND step = ? AND language = ?", [method, step, language]
            )
            return
        self._database.run(
            "INSERT INTO prompts(method, step, language, text) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET text = excluded.text WHERE text <> excluded.text",
            [method, step, language, plain(text)],
        )

    def set_list(self, name: str, items: Sequence[str]) -> None:
        """Replace a list; an empty one is removed."""
        self._database.run("DELETE FROM lists WHERE name = ?", [name])
        self._database.many(
            "INSERT INTO lists(name, position, entry) VALUES (?, ?, ?)",
            [(name, place, plain(entry)) for place, entry in enumerate(items)],
        )

    def set_title(self, title: str) -> None:
        """Rename the project; the file keeps its name."""
        self._database.run("UPDATE project SET title = ?1 WHERE title <> ?1", [plain(title)])

    def set_language(self, language: str) -> None:
        """The language that chooses the prompts."""
        self._database.run("UPDATE project SET language = ?1 WHERE language <> ?1", [language])

    def remove_run(self, id: int) -> None:
        """Remove a run with its items, replies, candidates, verdicts and reviews. UserError while it runs."""
        if self._database.value("SELECT state FROM runs WHERE id = ?", [id]) == "running":
            raise UserError(_("This run is still going on."), _("Pause or stop it first, then remove it."))
        for statement in _OF_RUN:
            self._database.run(statement, [id])
        self._database.run("DELETE FROM looks")  # words of its rows; Insights looks again at those that are left

    def _add_seed(self, row: Instruction, name: str, is_classification: bool | None, origin: str) -> int:
        return self._database.insert(
            "INSERT INTO seeds(content, task_type, language, extra, name, is_classification, origin) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            _seed_columns(row, name, is_classification, origin),
        )

    def _take_edit_back(self, id: int, at: float) -> None:
        self._database.run("DELETE FROM reviews WHERE candidate = ? AND edition > 0 AND decision IS NULL", [id])
        self._database.run(
            "UPDATE reviews SET content = NULL, answered = NULL, task_type = NULL, language = NULL, extra = NULL, "
            "edition = 0, by = '', at = ? WHERE candidate = ? AND edition > 0",
            [at, id],
        )

    def _put_edit(self, id: int, columns: Sequence[str], answered: bool, by: str, at: float) -> None:
        # Numbers of editions go up over the whole project and are never given twice, not even after an undo, so
        # that a verdict is of one text for ever.
        self._database.run("UPDATE project SET editions = editions + 1")
        edition = self._database.value("SELECT editions FROM project")
        self._database.run(
            "INSERT INTO reviews(candidate, content, task_type, language, extra, answered, edition, by, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(candidate) DO UPDATE SET content = excluded.content, "
            "task_type = excluded.task_type, language = excluded.language, extra = excluded.extra, "
            "answered = excluded.answered, edition = excluded.edition, by = excluded.by, at = excluded.at",
            [id, *columns, answered, edition, by, at],
        )


def _seed_columns(row: Instruction, name: str, is_classification: bool | None, origin: str) -> Sequence[object]:
    extra = dumps(row.extra)
    return [
        row_to_text(row),
        plain(row.task_type),
        plain(row.language),
        extra,
        plain(name),
        is_classification,
        plain(origin),
    ]
