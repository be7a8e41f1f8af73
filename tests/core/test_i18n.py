"""Words on screen: translated where they are shown, whole where there is no translation."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from desktop.core import i18n, paths
from desktop.core.i18n import N_, _, listed, ngettext, sentences
from desktop.core.records import Reason


@pytest.fixture
def chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A little translation of the test's own, in use."""
    catalog = Catalog(locale="zh_CN")
    catalog.add("{count} rows are too short.", "{count} 行太短。")
    catalog.add("{before} {after}", "{before}{after}")
    catalog.add(", ", "、")
    catalog.add(("{n} row", "{n} rows"), ("{n} 行",))
    folder = tmp_path / "locale" / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "seedbed.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    i18n.use("zh_CN")


def test_english_is_the_text_itself() -> None:
    i18n.use("en")
    assert _("Never translated") == "Never translated"
    assert [ngettext("{n} row", "{n} rows", count).format(n=count) for count in (1, 2)] == ["1 row", "2 rows"]


@pytest.mark.usefixtures("chinese")
def test_a_stored_reason_is_shown_in_the_language_of_the_moment() -> None:
    reason = Reason(N_("{count} rows are too short."), {"count": 3})
    assert str(reason) == "3 行太短。"
    assert ngettext("{n} row", "{n} rows", 1).format(n=1) == "1 行"
    i18n.use("en")
    assert str(reason) == "3 rows are too short."


@pytest.mark.usefixtures("chinese")
def test_words_in_a_reason_are_listed_in_the_language_of_the_moment() -> None:
    reason = Reason("{what}: {faults}", {"what": "a", "faults": ("Never translated", "{count} rows are too short.")})
    assert str(reason) == "a: Never translated、{count} 行太短。"
    i18n.use("en")
    assert str(reason) == "a: Never translated, {count} rows are too short."


@pytest.mark.usefixtures("chinese")
def test_nothing_stays_nothing_rather_than_the_catalogue_s_header() -> None:
    assert _("") == ""


@pytest.mark.usefixtures("chinese")
def test_an_unknown_language_is_english() -> None:
    i18n.use("tlh")
    assert _("{count} rows are too short.") == "{count} rows are too short."


@pytest.mark.usefixtures("chinese")
def test_sentences_and_names_are_joined_as_the_language_joins_them() -> None:
    assert sentences("磁盘已满。", "", "请腾出空间。") == "磁盘已满。请腾出空间。"
    assert listed(["甲", "乙"]) == "甲、乙"
    i18n.use("en")
    assert sentences("The disk is full.", "Make {room}.", "") == "The disk is full. Make {room}."
    assert listed(["one", "two"]) == "one, two"
    assert sentences() == ""
