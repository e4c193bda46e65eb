"""The report: self-contained, complete, and every number in its tables from the results."""

import dataclasses
import html
import json
import re

import pytest

from comity.core.estimates import WHO
from comity.core.judged import JudgedNumber
from comity.record import load_case
from comity.show import build_report, write_report
from comity.show.numbers import count, interval, signed_count, signed_interval
from comity.show.report import content_policy, json_text, script_safe
from comity.show.sections.assumptions import (
    assumptions_section,
    judged_groups,
    not_said,
    reference_lines,
)
from comity.show.sections.claims import claim_row, claims_section, record_words
from comity.show.sections.follow import outcome_rows
from comity.show.sections.receipt import receipt_rows
from comity.show.sections.section import meaning_words, short_warning
from comity.show.sections.what_if import difference_rows


@pytest.fixture(scope="module")
def text(study):
    return build_report(study)


def outside_scripts(text):
    return re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


def test_nothing_is_loaded(text):
    page = outside_scripts(text)
    assert not re.search(r"<(link|img|iframe|object|embed|audio|video|source|base)\b", page)
    assert not re.search(r"\b(src|srcset|data|action|poster|background)\s*=", page)
    assert "@import" not in page
    assert "url(" not in page
    assert all(tag.startswith("<a ") for tag in re.findall(r"<[^>]*\bhref=\"http[^>]*>", page))


def test_size_and_determinism(text, study):
    assert len(text.encode()) <= 3_000_000
    assert build_report(study) == text


def test_every_outcome_number_is_the_ensembles(study, text):
    rows = outcome_rows(study.case, study.ensemble(), study.null())
    assert {row.id for row in rows} == {item.outcome.id for item in study.ensemble().outcomes}
    for row in rows:
        item, null = study.ensemble().estimate(row.id), study.null().estimate(row.id)
        assert row.chance == count(item.probability, item.monte_carlo_se)
        assert row.interval == interval(item.low, item.high, item.monte_carlo_se)
        assert row.null == count(null.probability, null.monte_carlo_se)
        assert row.ignorance == f"{round(100 * item.ignorance_share)}%"
        cells = re.search(f'data-outcome="{row.id}">(.*?)</tr>', text)
        assert cells is not None
        numbers = [
            html.unescape(n) for n in re.findall(r'<td class="n(?: big)?"[^>]*>([^<]*)<', cells[1])
        ]
        assert numbers == [row.chance, row.interval, row.null, row.ignorance]
    assert [row.id for row in rows[:2]] == list(study.case.headline_outcomes)


def test_outcomes_that_nobody_asks_for_open_below(study, text):
    rows = outcome_rows(study.case, study.ensemble(), study.null())
    asked = {c.simulation.outcome for c in study.case.claims if c.simulation}
    asked |= set(study.case.headline_outcomes)
    first = [row for row in rows if row.is_first]
    assert {row.id for row in first} == asked
    assert rows[: len(first)] == tuple(first)
    follow = text[text.index('<section id="follow"') : text.index('<section id="what-if"')]
    shown, opened = follow.split('<details class="more">')
    assert set(re.findall(r'data-outcome="([^"]+)"', shown)) == asked
    assert len(re.findall(r"data-outcome=", opened)) == len(rows) - len(first) > 0
    unled = study.case.model_copy(update={"headline_outcomes": ()})
    claimed = {c.simulation.outcome for c in study.case.claims if c.simulation}
    rows = outcome_rows(unled, study.ensemble(), None)
    assert {row.id for row in rows if row.is_first} == claimed
    nobody = unled.model_copy(update={"claims": ()})
    assert all(row.is_first for row in outcome_rows(nobody, study.ensemble(), None))


def test_outcomes_without_null_say_so(study):
    assert {row.null for row in outcome_rows(study.case, study.ensemble(), None)} == {"–"}


def test_differences_are_the_contrasts_and_unmoved_ones_are_counted(study):
    contrast = study.contrast("hub-mediates")
    rows, unmoved = difference_rows(contrast)
    assert len(rows) + unmoved == len(contrast.outcomes)
    for row in rows:
        item = contrast.estimate(row.id)
        assert row.difference == signed_count(item.difference, item.monte_carlo_se)
        assert row.interval == signed_interval(item.low, item.high, item.monte_carlo_se)
        assert (row.baseline, row.what_if) == (
            count(item.against_probability),
            count(item.probability),
        )
    none = dataclasses.replace(contrast, outcomes=tuple(
        dataclasses.replace(i, difference=0.0, low=0.0, high=0.0) for i in contrast.outcomes
    ))  # fmt: skip
    assert difference_rows(none)[1] == 0


def test_every_claim_opens_to_its_evidence(study, text):
    section = claims_section(study)
    assert section is not None
    rows = section.content["rows"]
    assert len(rows) == len(study.case.claims)
    assert sum(item["count"] for item in section.content["tally"]) == len(rows)
    own = text[text.index('<section id="argument"') : text.index('<section id="assumptions"')]
    assert own.count("<details><summary>") == len(rows)
    row = rows[0]
    event = next(e for e in study.case.events if e.id == "E003")
    assert row.records[0] == {
        "id": "events:E003", "words": f"{event.date}: {event.description}", "url": event.url,
    }  # fmt: skip
    assert row.parameters[0]["value"] == "0.3 to 0.96, median 0.6"


def test_what_stands_beside_a_claim_and_its_rival_channels_are_shown(text):
    (first, *_) = re.findall(r"<dt>Rival channels</dt><dd>(.*?)</dd>", text)
    assert "<b>It eases</b>: It runs the other way. +3 in 100.</li>" in first
    assert first.endswith("</ul>Of the rival channels the record favours “It strains”.")
    assert "<b>The same of the other spoke</b>: In 40 of 100.</li>" in text


def test_every_row_that_a_claim_may_name_says_what_it_is():
    case = load_case("tests/fixtures/small-case")
    found = record_words(case)
    named = {row for claim in case.claims if claim.record for row in claim.record.rows}
    assert {name.partition(":")[0] for name in named} == {
        "events", "agreements", "agreement_status", "governments", "disputes",
    }  # fmt: skip
    assert all(found[name][0] for name in named)


def test_a_central_value_that_is_a_mean_says_so(study):
    counted = JudgedNumber(
        low=0.00683, central=0.02, high=0.0388, scale="gamma", shape=4, meaning="m", who="w",
        why="Four episodes of talks began.",
    )  # fmt: skip
    plain_one = counted.model_copy(update={"scale": "real", "shape": None})
    (group,) = judged_groups(study.case, {"track.rate.0-1": counted, "track.rate.1-2": plain_one})
    assert [row["is_mean"] for row in group["rows"]] == [True, False]
    row = claim_row(
        study.case,
        dataclasses.replace(study.verdicts()[0], parameters=("track.rate.0-1", "track.rate.1-2")),
        {"track.rate.0-1": counted, "track.rate.1-2": plain_one},
    )
    assert [item["value"].split(", ")[1] for item in row.parameters] == ["mean 0.02", "median 0.02"]


def test_an_opened_claim_reads_as_text(study, text):
    verdict = next(v for v in study.verdicts() if v.claim.against)
    claim = verdict.claim.model_copy(update={"against": "A stop at the end."})
    numbers = (("data_ratio_low", 0.5), ("data_ratio_high", float("inf")))
    row = claim_row(study.case, dataclasses.replace(verdict, claim=claim, numbers=numbers), {})
    assert row.numbers == (("data ratio low", "0.5"),)
    assert row.rejects[0] == "A stop at the end"
    lines = re.findall(r"<dt>Counts against it</dt><dd>(.*?)</dd>", text)
    assert lines
    assert all(re.search(r"[^.]\.$", line) and ".;" not in line for line in lines)


def test_a_coalition_is_called_by_its_name(study):
    def words(name, meaning):
        return meaning_words(study.case, name, meaning)

    short = "orientation of blue (MRD) toward the hub"
    assert words("coalitions.MRD.blue.hub", short) == "orientation of “Blue” (MRD) toward the hub"
    assert words("coalitions.MRD.grey.hub", "orientation of grey") == "orientation of grey"
    assert words("walk.sd", "size of a step") == "size of a step"


def test_rounding_and_acts_are_explained(text):
    assert text.count("Differences are taken before rounding.") == 2
    assert "counts once for each pair and direction, so there are more acts than events" in text


def test_sections_without_content_are_left_out(study):
    class Bare:
        def __init__(self):
            self.case = study.case.model_copy(
                update={"scenarios": (), "claims": (), "focal_dyads": ()}
            )

        def __getattr__(self, name):
            return getattr(study, name)

        def verdicts(self):
            return ()

    text = build_report(Bare())
    ids = re.findall(r'<section id="([a-z-]+)"', text)
    assert ids == ["effects", "follow", "assumptions", "receipt"]
    assert "coming soon" not in text.lower()
    assert text.count("<h1") == 1


def test_user_text_cannot_break_out(study):
    case = study.case.model_copy(
        update={"title": "<script>alert(1)</script>", "warning": "a & b </script>"}
    )

    class Loud:
        def __init__(self):
            self.case = case

        def __getattr__(self, name):
            return getattr(study, name)

    text = build_report(Loud())
    assert "<script>alert" not in text
    assert json_text({"x": "</script><!--"}) == '{"x":"\\u003c/script>\\u003c!--"}'
    assert "</script" not in script_safe('"</script>"').lower()
    with pytest.raises(ValueError, match="JSON"):
        json_text({"x": float("nan")})


def test_only_our_scripts_may_run(text):
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1])
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert policy.count("sha256-") == text.count("<script>")
    assert content_policy(["a"]) != content_policy(["b"])


def test_links_are_only_web_addresses(study, text):
    assert not re.search(r'href="(?!https?://|#)', outside_scripts(text))


def test_write_report_is_all_or_nothing(study, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    assert write_report(study, path) == path
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_report(study, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_what_cannot_be_said_names_silent_pairs_and_claims(study):
    words = " ".join(not_said(study))
    assert "Meridia and Vostria" in words
    assert "no such mechanism yet" in words


def test_the_measurements_notes_and_scores_are_told(study, text):
    assert html.escape(study.relations.notes[0]) in text
    assert "cannot be told from exponential smoothing" in text
    assert "beats persistence" in text


def test_whether_futures_take_learned_effects_is_told(study, text):
    assert "The futures take the judged effects, not the learned ones." in text
    assert not assumptions_section(study).content["takes_learned"]
    number = study.parameters["relation.impulse_signed"].model_copy(update={"who": WHO})
    learned = study.parameters | {"relation.beta.dispute_load": number}

    class Learned:
        parameters = learned

        def __getattr__(self, name):
            return getattr(study, name)

    assert assumptions_section(Learned()).content["takes_learned"]


def test_references_are_registered_or_told_as_they_stand(study):
    lines = reference_lines(study.parameters)
    assert "fitted to the record" in lines
    assert lines == sorted(set(lines))


def test_receipt_rows():
    assert receipt_rows({"a": {"b": 1, "c": []}, "d": [1, 2], "e": None}) == [
        ("a.b", "1"), ("a.c", "none"), ("d", "1, 2"), ("e", "none"),
    ]  # fmt: skip


def test_short_warning():
    assert (
        short_warning("One thing. Another: 2.5 of it. A third.") == "One thing. Another: 2.5 of it."
    )
    assert short_warning("One thing.") == "One thing."
    assert short_warning("") == ""


def test_figures_are_json_with_their_tables(text):
    payload = re.search(
        r'<script type="application/json" id="figures">(.*?)</script>', text, re.DOTALL
    )
    figures = json.loads(payload[1])
    for figure in figures.values():
        assert figure["data"] in figure["tables"]
        lengths = {len(column) for column in figure["tables"][figure["data"]].values()}
        assert len(lengths) == 1
