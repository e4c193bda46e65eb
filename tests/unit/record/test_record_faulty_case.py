"""A case with every fault at once: all are listed, each with its place and the nearest match."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from comity.core.errors import CaseError, Problem
from comity.record import check_case, load_case
from comity.record.located import quoted


def _spoil(folder) -> dict[str, tuple[str, int, str, str]]:
    """Spoil every file; return for each fault its file, row, column and a word of the fix."""
    expected: dict[str, tuple[str, int, str, str]] = {}

    row = folder.row_of("case.toml", "title = ")
    folder.replace("case.toml", "title = ", "titlee = ")
    expected["misspelt key"] = ("case.toml", row, "titlee", '"title"')
    row = folder.row_of("case.toml", 'roles = ["hub"]')
    folder.replace("case.toml", 'office = "two_term_president"', 'office = "two_terms_president"')
    expected["wrong word"] = ("case.toml", row + 1, "states[0].office", '"two_term_president"')

    tail = ",,high,no\n"
    row = folder.append("events.csv", f"E900,2015-05-01,BBX,CCC,visit,general,4,a visit,0{tail}")
    expected["unknown state"] = ("events.csv", row, "source", '"BBB"')
    row = folder.append("events.csv", f"E901,2031-05-01,BBB,CCC,visit,general,4,late,0{tail}")
    expected["date after the case"] = ("events.csv", row, "date", '"2019-12-20"')
    row = folder.append("events.csv", f"E902,2009-12-31,BBB,CCC,visit,general,4,early,0{tail}")
    expected["date before the case"] = ("events.csv", row, "date", '"2010-01-01"')
    row = folder.append("events.csv", f"E003,2015-05-02,BBB,CCC,visit,general,4,again,0{tail}")
    expected["duplicate id"] = ("events.csv", row, "id", '"E357"')
    row = folder.append("events.csv", f"E903,2015-02-30,BBB,CCC,viisit,general,44,bad,0{tail}")
    expected["impossible date"] = ("events.csv", row, "date", "YYYY-MM-DD")
    expected["unknown kind"] = ("events.csv", row, "kind", '"visit"')
    expected["tone out of range"] = ("events.csv", row, "tone", "")

    text = "BBB,Beech Again,prime minister,2015-01-01,2015-06-01,R,rihgt,,,0,,,,,,"
    row = folder.append("governments.csv", text + tail)
    expected["overlapping governments"] = ("governments.csv", row, "start", '"2016-03-01"')
    expected["unknown coalition"] = ("governments.csv", row, "coalition", '"right"')

    row = folder.append("agreements.csv", f'A9,"Broken, name,BBB;CCC,treaty,,1,x,,{tail}')
    expected["broken quoting"] = ("agreements.csv", row, "name", "quotation marks")

    with (folder.path / "disputes.csv").open("ab") as stream:
        row = folder.text("disputes.csv").count("\n") + 1
        stream.write(b"x" * 50_000_000)
    expected["50 MB line"] = ("disputes.csv", row, "", "line end")

    (folder.path / "demands.toml").write_bytes("# Bündnis\n".encode("latin-1"))
    expected["wrong encoding"] = ("demands.toml", 1, "", "UTF-8")

    (folder.path / "agreement_status.csv").rename(folder.path / "agrement_status.csv")
    expected["missing file"] = ("agreement_status.csv", 0, "", '"agrement_status.csv"')
    expected["unknown file"] = ("agrement_status.csv", 0, "", '"agreement_status.csv"')

    text = (
        'id = "odd"\ntitle = "Odd"\n'
        '[[clamps]]\nquantity = "mediation.BBB-CCD"\nvalue = 1.0\n'
        '[[clamps]]\nquantity = "mediatoin.BBB-CCC"\nvalue = 1.0\n'
        '[[clamps]]\nquantity = "density.BBB-CCC"\nvalue = 1.5\n'
        '[[clamps]]\nquantity = "coalition.BBB"\nvalue = "lefd"\n'
        '[[clamps]]\nquantity = "agreement.A33"\nvalue = "in_forse"\n'
    )
    (folder.path / "scenarios" / "odd.toml").write_text(text)
    where = "scenarios/odd.toml"
    expected["clamp of no pair"] = (where, 4, "clamps[0].quantity", '"mediation.BBB-CCC"')
    expected["clamp of nothing"] = (where, 7, "clamps[1].quantity", '"mediation.BBB-CCC"')
    expected["clamp out of range"] = (where, 11, "clamps[2].value", '"1"')
    expected["clamp of no coalition"] = (where, 14, "clamps[3].value", '"left"')
    expected["clamp of no agreement"] = (where, 16, "clamps[4].quantity", '"agreement.A3"')
    expected["clamp to no status"] = (where, 17, "clamps[4].value", '"in_force"')
    text = 'id = "worse"\ntitle = "Worse"\n[[clamps]]\nquantity = "threat.BBB"\nvaluee = 1.0\n'
    (folder.path / "scenarios" / "worse.toml").write_text(text)
    expected["misspelt scenario key"] = ("scenarios/worse.toml", 5, "clamps[0].valuee", '"value"')

    row = folder.row_of("parameters.toml", "[dispute.rate.islets]") + 2
    folder.replace("parameters.toml", "central = 0.06", "centarl = 0.06")
    expected["misspelt parameter key"] = (
        "parameters.toml", row, "dispute.rate.islets.centarl", '"central"'
    )  # fmt: skip

    row = folder.row_of("claims.toml", 'outcome = "spokes-warmer"')
    folder.replace("claims.toml", 'outcome = "spokes-warmer"', 'outcome = "spokes-warm"')
    column = "claim[1].simulation.outcome"
    expected["claim of no outcome"] = ("claims.toml", row, column, '"spokes-warmer"')

    row = folder.row_of("questions.toml", "opens = ")
    folder.replace("questions.toml", "opens = 2019-12-20", "opens = 2019-12-01")
    expected["question before the end"] = (
        "questions.toml", row, "question[0].opens", '"2019-12-20"'
    )  # fmt: skip
    return expected


def test_every_fault_is_listed_at_once_with_place_and_nearest_match(folder) -> None:
    expected = _spoil(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.path.rglob("*")}
    problems = folder.problems()
    listing = "\n".join(map(str, problems))
    for fault, (file, row, column, hint) in expected.items():
        hits = [p for p in problems if (p.file, p.row, p.column) == (file, row, column)]
        assert hits, f"{fault} is not listed at {file}, {row}, {column}:\n{listing}"
        assert any(hint in hit.fix for hit in hits), f"{fault}: no {hint} in {hits}"
    # A fault is said once, and what cannot be known because of it is not called wrong.
    assert len(problems) == len(expected), listing
    assert before == {path: path.stat().st_mtime_ns for path in folder.path.rglob("*")}


def test_loading_it_raises_one_error_with_all_problems(folder) -> None:
    _spoil(folder)
    with pytest.raises(CaseError) as caught:
        load_case(folder.path)
    assert caught.value.problems == check_case(folder.path)
    message = str(caught.value)
    assert message.startswith(f"{folder.path}: {len(caught.value.problems)} problems; nothing was")
    assert all(str(problem) in message for problem in caught.value.problems)


def test_a_long_line_costs_neither_memory_nor_time(folder) -> None:
    with (folder.path / "events.csv").open("ab") as stream:
        stream.write(b'"' + b"y" * 50_000_000)
    tracemalloc.start()
    start = time.perf_counter()
    problem = folder.problems()
    seconds = time.perf_counter() - start
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [p.must for p in problem] == ["a line must be shorter than 1,000,000 bytes"]
    assert peak < 20_000_000
    assert seconds < 10


def test_a_problem_says_where_what_must_hold_what_was_found_and_what_to_do(folder) -> None:
    folder.replace("events.csv", ",AAA,", ",AAZ,")
    row = folder.row_of("events.csv", "AAZ")
    assert str(folder.only()) == (
        f'events.csv, row {row}, column "target": must be the code of a state in case.toml; '
        'found "AAZ". Nearest: "AAA".'
    )


def test_a_misspelt_column_does_not_hide_faults_in_its_rows(folder) -> None:
    folder.replace("events.csv", ",kind,", ",knid,")
    folder.replace("events.csv", ",summit,", ",sumit,")
    row = folder.row_of("events.csv", "sumit")
    assert [str(problem) for problem in folder.problems()] == [
        'events.csv, row 1, column "knid": must be a known column; found "knid". Nearest: "kind".',
        f'events.csv, row {row}, column "kind": must be a kind of the table of event classes; '
        'found "sumit". Nearest: "summit".',
    ]


def test_a_missing_column_is_said_once(folder) -> None:
    lines = folder.text("agreements.csv").splitlines()
    place = lines[0].split(",").index("form")
    cut = [",".join(c for n, c in enumerate(line.split(",")) if n != place) for line in lines]
    (folder.path / "agreements.csv").write_text("\n".join(cut))
    assert folder.only() == Problem(
        "agreements.csv", 1, "form", 'must have the column "form"', "no such column", ""
    )


def test_an_unknown_case_names_the_nearest() -> None:
    with pytest.raises(CaseError, match=r'Nearest: "japan-korea-us"') as caught:
        load_case("japan-korea")
    assert caught.value.problem.found == "neither"


def test_a_validators_message_says_once_what_was_found(folder) -> None:
    row = folder.row_of("parameters.toml", "[dispute.rate.islets]")
    folder.replace("parameters.toml", "central = 0.06", "central = 0.6")
    [problem] = folder.problems()
    assert problem.must == "low <= central <= high must hold"
    assert str(problem).count("; found ") == 1
    assert str(problem).endswith("; found 0.03, 0.6, 0.12.")
    assert problem.row == row


def test_a_government_must_end_after_it_starts(folder) -> None:
    folder.replace("governments.csv", "2008-06-01,2012-09-15", "2012-09-16,2012-09-15")
    said = [str(problem) for problem in folder.problems()]
    assert any(
        words.endswith(": a government must end after it starts; found 2012-09-16 to 2012-09-15.")
        for words in said
    ), said


def test_a_table_with_tabs_is_called_one(folder) -> None:
    text = folder.text("disputes.csv").replace(",", "\t")
    (folder.path / "disputes.csv").write_text(text)
    assert str(folder.only()) == (
        "disputes.csv, row 1: must be a table separated by commas; found a table separated by "
        "tabs. Save it as CSV with commas."
    )


def test_a_file_of_a_case_is_no_case(folder) -> None:
    for name in ("case.toml", "scenarios/baseline.toml"):
        path = folder.path / name
        with pytest.raises(CaseError) as caught:
            check_case(path)
        assert str(caught.value.problem) == (
            f"{path}: must be a case folder; found a file. "
            f"Give its folder: {quoted(str(folder.path))}."
        )


def test_the_nearest_match_of_a_clamp_is_whole(folder) -> None:
    folder.replace("scenarios/hub-mediates.toml", "mediation.BBB-CCC", "mediaton.BBB-CCC")
    problem = folder.only()
    assert problem.found == '"mediaton.BBB-CCC"'
    assert problem.fix == 'Nearest: "mediation.BBB-CCC".'
