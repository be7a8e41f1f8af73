"""Search finds words of any script, and follows every change of a text."""

import pytest

from desktop.core.records import Candidate, Conversation, Instruction, Message, Text
from desktop.store.edit import Edit
from desktop.store.project import Project
from desktop.store.search import match
from desktop.store.show import Show
from tests.store.rows import add_rows, row

TEXTS = (
    "人工智能正在改变医疗",
    "The quick brown fox",
    "Học tiếng Việt mỗi ngày",
    "الذكاء الاصطناعي مفيد",
    "हिन्दी में लिखो",
    "ภาษาไทยไม่มีช่องว่าง",
    "ひらがなとカタカナ",
    "Straße und Öl, über 100 %",
    '{"quoted": "AND OR NOT NEAR(x)"} -- * "',
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("智能", 0),
        ("医疗", 0),
        ("能智", None),
        ("quick", 1),
        ("QUI", 1),
        ("brown quick", 1),
        ('"quick brown"', 1),
        ('"brown quick"', None),
        ("tieng viet", 2),
        ("tiếng", 2),
        ("الذكاء", 3),
        ("हिन्दी", 4),
        ("ไทย", 5),
        ("カタ", 6),
        ("OL", 7),
        ("NOT", 8),
        ("NEAR(x)", 8),
        ('"', None),
        ("*", None),
        ("a:b", None),
    ],
)
def test_finds(project: Project, query: str, found: int | None) -> None:
    ids = add_rows(project, [row(text, output="") for text in TEXTS])
    assert list(project.candidates.ids(Show(query=query))) == ([] if found is None else [ids[found]])


def test_an_empty_query_finds_everything_and_signs_alone_nothing(project: Project) -> None:
    ids = add_rows(project, [row("One"), row("Two")])
    assert list(project.candidates.ids(Show(query="  "))) == ids
    assert list(project.candidates.ids(Show(query="?!"))) == []


def test_every_field_is_searched_but_not_the_names_of_roles(project: Project) -> None:
    conversation = Conversation((Message("user", "Frage"), Message("assistant", "Antwort")), "Vorgabe")
    ids = list(project.candidates.add([Candidate(0, 0, conversation), Candidate(0, 0, Text("assistant"))]))
    for word in ("Frage", "Antwort", "Vorgabe"):
        assert list(project.candidates.ids(Show(query=word))) == ids[:1]
    assert list(project.candidates.ids(Show(query="assistant"))) == ids[1:]


def test_an_edit_is_found_by_its_new_words_and_undo_by_the_old_ones(project: Project) -> None:
    (id,) = add_rows(project, [row("旧的文字")])

    def found(query: str) -> bool:
        return list(project.candidates.ids(Show(query=query))) == [id]

    project.user.perform("Edit", lambda edit: edit.edit_row(id, row("新的文字"))).result()
    assert (found("旧的"), found("新的")) == (False, True)
    project.user.perform("Edit", lambda edit: edit.edit_row(id, row("第三次"))).result()
    assert (found("新的"), found("第三")) == (False, True)
    project.user.undo().result()
    project.user.undo().result()
    assert (found("旧的"), found("新的"), found("第三")) == (True, False, False)
    project.user.redo().result()
    assert (found("旧的"), found("新的")) == (False, True)


def test_several_changes_of_one_text_in_one_step_leave_only_the_last(project: Project) -> None:
    (id,) = add_rows(project, [row("alpha")])

    def change(edit: Edit) -> None:
        for text in ("beta", "gamma", "alpha", "delta"):
            edit.edit_row(id, row(text))

    project.user.perform("Edit", change).result()
    hits = [list(project.candidates.ids(Show(query=word))) for word in ("alpha", "beta", "gamma", "delta")]
    assert hits == [[], [], [], [id]]


def test_a_removed_run_is_no_longer_found_until_it_is_back(project: Project) -> None:
    ids = add_rows(project, [row("alpha"), row("beta")])
    project.user.perform("Edit", lambda edit: edit.edit_row(ids[0], row("gamma"))).result()
    project.runs.set_state(1, "finished")
    project.user.perform("Remove", lambda edit: edit.remove_run(1)).result()
    assert [len(project.candidates.ids(Show(query=word))) for word in ("alpha", "beta", "gamma")] == [0, 0, 0]
    project.user.undo().result()
    assert [list(project.candidates.ids(Show(query=word))) for word in ("alpha", "beta", "gamma")] == [
        [],
        ids[1:],
        ids[:1],
    ]


def test_seeds_are_found_and_follow_their_changes(project: Project) -> None:
    add = project.user.perform("Add", lambda edit: edit.add_seeds([(Instruction("写一首诗"), "", None, "")]))
    (id,) = add.result().result
    assert list(project.seeds.ids("一首")) == [id]
    project.user.perform("Remove", lambda edit: edit.remove_seeds([id])).result()
    assert list(project.seeds.ids("一首")) == []
    project.user.undo().result()
    assert list(project.seeds.ids("一首")) == [id]


def test_an_index_cut_by_another_rule_is_built_anew(project: Project) -> None:
    ids = add_rows(project, [row("人工智能"), row("alpha")])
    project.user.perform("Edit", lambda edit: edit.edit_row(ids[1], row("beta"))).result()
    with project._connections.writing() as database:
        database.run("UPDATE project SET words = 'old'")
        database.run("INSERT INTO candidate_words(candidate_words) VALUES ('delete-all')")
    assert list(project.candidates.ids(Show(query="智能"))) == []
    path = project.path
    project.close()
    with Project.open(path) as again:
        assert list(again.candidates.ids(Show(query="智能"))) == ids[:1]
        assert list(again.candidates.ids(Show(query="beta"))) == ids[1:]
        assert list(again.candidates.ids(Show(query="alpha"))) == []


def test_only_the_last_word_may_be_a_beginning() -> None:
    assert match("two wor") == '"two" AND "wor"*'
    assert match('"as it stands" x') == '"as it stands" AND "x"*'
