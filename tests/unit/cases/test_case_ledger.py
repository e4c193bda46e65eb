"""The bundled ledger: as it was sealed, of questions that are still asked, beside its head."""

import re
from pathlib import Path

from comity.core.forecasts import question_hash
from comity.judge.ledger import read_ledger
from comity.record import load_case
from comity.record.bundled import find_case

FOLDER = find_case("japan-korea-us")
PAGE = Path(__file__).parents[3] / "docs" / "guide" / "forecasts.md"


def test_the_chain_holds_and_the_page_shows_its_head():
    (head,) = re.findall(r"^([0-9a-f]{64})$", PAGE.read_text("utf-8"), re.MULTILINE)
    ledger = read_ledger(FOLDER / "forecasts.jsonl", head=head)
    assert ledger.head == head
    assert ledger.n_unfinished_bytes == 0
    assert f"the {len(ledger.entries)} questions that were still open" in PAGE.read_text("utf-8")


def test_what_was_sealed_is_still_asked_and_was_still_open():
    case = load_case("japan-korea-us")
    now = {question.id: question_hash(question) for question in case.questions}
    for entry in read_ledger(FOLDER / "forecasts.jsonl").entries:
        assert now[entry.question.id] == entry.question_hash
        assert entry.as_of == case.as_of
        assert entry.sealed.date() <= entry.question.closes
        assert len(entry.baselines) >= 3


def test_no_resolution_is_bundled_and_no_path_of_a_machine():
    names = {path.name for path in FOLDER.rglob("*")}
    assert not [name for name in names if "resol" in name]
    text = (FOLDER / "forecasts.jsonl").read_text("utf-8")
    assert not re.search(r'"/|\\\\|/home|/root|/tmp', text)
