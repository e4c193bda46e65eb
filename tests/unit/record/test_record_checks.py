"""Single faults, one test each: what must hold, and the line on which it does not."""

# ruff: noqa: E501  one fault a line reads best

from __future__ import annotations

import pytest

CASES = {
    "two hubs": ("case.toml", '["spoke"]', '["hub"]', "exactly one state must have the role hub"),
    "one spoke": ("case.toml", '["spoke"]', '["bystander"]', "at least two states must have"),
    "hub and spoke": ("case.toml", '["hub"]', '["hub", "spoke"]', "must not be a spoke as well"),
    "long code": ("case.toml", 'code = "DDD"', 'code = "DDDD"', "must be a word of the form"),
    "focal pair": ("case.toml", '"AAA-BBB"]', '"BBB-AAA"]', "sorted and joined by a hyphen"),
    "headline": ("case.toml", '"pact-in-force"]', '"pact"]', "must be the id of an outcome"),
    "past handover": ("case.toml", '"2020-04"', '"2019-12"', "after the month of as_of (2019-12)"),
    "first month": ("case.toml", '"2010-01"', '"2021-01"', "between 1900-01 and as_of"),
    "second coalition": ("case.toml", 'id = "left"', 'id = "right"', "coalition must be unique"),
    "outcome pair": ("case.toml", 'dyad = "BBB-CCC"', 'dyad = "BBB-CCX"', "two states of the case"),
    "outcome pact": ("case.toml", '"new-accord"', '"new-acord"', "of the case or of a scenario"),
    "outcome past": ("case.toml", '"2023-06"', '"2019-12"', "must lie 1 to 600 months after as_of"),
    "backward spell": ("governments.csv", "2008-06-01,2012-09-15", "2012-09-16,2012-09-15", "must end after it starts"),
    "unseated": ("governments.csv", "2016-03-01,,", "2016-03-01,2019-01-01,", "a government in"),
    "no reason": ("governments.csv", "went to Birch first although of the other camp", "", "reason"),
    "tone at home": ("events.csv", "domestic.turnover,0,", "domestic.turnover,3,", "has tone 0"),
    "party": ("agreements.csv", "AAA;BBB;CCC", "AAA;BBB;CCX", "must be the code of a state"),
    "party twice": ("agreements.csv", "AAA;BBB;CCC", "AAA;BBB;BBB", "must name each party once"),
    "depth": ("agreements.csv", "statement,declaration,1", "statement,declaration,4", "at most 3"),
    "unknown pact": ("agreement_status.csv", "A5,2018", "A7,2018", "must be the id of an agreement"),
    "order": ("agreement_status.csv", "A3,2018-10-02", "A3,2011-01-02", "must not lie before row"),
    "status": ("agreement_status.csv", "suspended,,", "suspendid,,", "one of the allowed words"),
    "by whom": ("agreement_status.csv", "restored,CCC", "restored,CXC", "must be the code of a"),
    "one party": ("disputes.csv", "The islets,BBB;CCC", "The islets,BBB", "a docket has two"),
    "flare order": ("disputes.csv", "2011-11-17;2011-12-25", "2011-12-25;2011-11-17", "in order"),
    "quiet too soon": ("disputes.csv", ",,1,territory", ",,0,territory", "must be 1: the last flare"),
    "active too long": ("disputes.csv", "2019-11-01,0", "2019-11-01,1", "must be 0: the docket was"),
    "late settlement": ("disputes.csv", "2019-11-01,0", "2020-01-01,0", "after the case closes"),
    "orientation": ("parameters.toml", "[0.55, 0.8, 1]", "[0.55, 0.8, 1.5]", "between -1 and 1"),
    "no partner": ("parameters.toml", "partner = [0.15", "partnr = [0.15", "must be a known key"),
    "two numbers": ("parameters.toml", "[0.15, 0.4, 0.65]", "[0.15, 0.65]", "[low, central, high]"),
    "disorder": ("parameters.toml", "central = 0.06", "central = 0.6", "low <= central <= high"),
    "endless": ("parameters.toml", "high = 0.12", "high = inf", "must be finite"),
    "no docket": ("parameters.toml", "rate.islets", "rate.islet", "must name what exists: a docket in disputes.csv"),
    "no pair": ("parameters.toml", "density.BBB-CCC", "density.CCC-BBB", "must name what exists"),
    "no family": ("parameters.toml", "[density.", "[densitty.", "a known family of parameters"),
    "no name": ("parameters.toml", "[pressure.BBB]", "[mediator.postur_effect]", 'a known name in the family "mediator"'),
    "no spoke": ("parameters.toml", "[pressure.BBB]", "[mediator.stake.DDD]", "must name what exists: a spoke in case.toml"),
    "no proliferator": ("parameters.toml", "[pressure.BBB]", "[track.start_stage.DDD]", "a proliferator in case.toml"),
    "no good": ("parameters.toml", "[pressure.BBB]", "[public_good.benefit.AAA]", "a spoke in case.toml"),
    "no committed": ("parameters.toml", "[pressure.BBB]", "[commitment.DDD.left]", "a spoke in case.toml"),
    "no coalition of it": ("parameters.toml", "[pressure.BBB]", "[commitment.BBB.unity]", "a coalition of the hub in case.toml"),
    "demand": ("demands.toml", "[demand.hub_stake]", "[demand.hub_steak]", "must be a known key"),
    "file name": ("scenarios/new-accord.toml", 'id = "new-accord"', 'id = "accord"', "of the file"),
    "severity": ("scenarios/islets-flare.toml", "value = 3", "value = 4", "1, 2 or 3"),
    "no islets": ("scenarios/islets-flare.toml", "flare.islets", "flare.inlets", "what exists"),
    "not a spoke": ("scenarios/hub-withdraws.toml", "fear.BBB", "fear.DDD", "must name what exists"),
    "no talks": ("scenarios/new-accord.toml", "talks.EEE", "talks.DDD", "must name what exists"),
    "past clamp": ("scenarios/new-accord.toml", '"2020-06"\nend_month = "2021', '"2018-06"\nend_month = "2019', "after the month of as_of"),
    "no demand": ("scenarios/hub-withdraws.toml", "fear.BBB", "coordination.steel", "the spokes answer a demand"),
    "other range": ("scenarios/islets-flare.toml", '"flare.islets"\nvalue = 3', '"tension.AAA"\nvalue = 3', "must be a number from 0 to 2"),
    "sure chance": ("scenarios/islets-flare.toml", "from_lead = 6", "chance = 1.5", "must be at most 1"),
    "no change": ("scenarios/islets-flare.toml", "from_lead = 6", 'change = "ad"', "one of the allowed words"),
    "act changed": ("scenarios/islets-flare.toml", "from_lead = 6", 'change = "add"', 'it can only be "set"'),
    "whil": ("scenarios/islets-flare.toml", "from_lead = 6", 'whil = "fear.BBB > 0"', "must be a known key"),
    "no clause": ("scenarios/islets-flare.toml", "from_lead = 6", 'while = "fear.BBB"', "every clause must be written"),
    "clause of nothing": ("scenarios/islets-flare.toml", "from_lead = 6", 'while = "fera.BBB > 0"', "ask about a known quantity"),
    "clause of no spoke": ("scenarios/islets-flare.toml", "from_lead = 6", 'while = "fear.DDD > 0"', "must name what exists"),
    "window turned": ("scenarios/islets-flare.toml", "from_lead = 6", "from_lead = 7", "must not end before it starts"),
    "kept id": ("agreements.csv", "A2,", "declaration-bbb-ccc,", "declarations that the model itself"),
    "kept new id": ("scenarios/new-accord.toml", 'id = "new-accord"\nname', 'id = "declaration-bbb-ccc"\nname', "declarations that the model itself"),
    "outcome demand": ("case.toml", 'kind = "flare_by"\ndyad = "BBB-CCC"', 'kind = "coordinates"\ndemand = "steel"', "a demand in demands.toml"),
    "outcome spoke": ("case.toml", 'kind = "government_changed"\nstate = "CCC"', 'kind = "alignment_above"\nshare = 0.5\ndomain = "economy"\nstate = "DDD"', "the code of a spoke"),
    "outcome months": ("case.toml", 'kind = "government_changed"\nstate = "CCC"', 'at_least = 43\nkind = "summit_months"\ndyad = "BBB-CCC"', "must not exceed the months up to 2023-06, 42"),
    "outcome stage": ("case.toml", 'kind = "government_changed"\nstate = "CCC"', 'kind = "stage_reached"\nat_least = 5\nstate = "EEE"', "a stage of talks, 1 to 4"),
    "new party": ("scenarios/new-accord.toml", '["BBB", "CCC"]', '["BBB", "CXC"]', "code of a state"),
    "row": ("claims.toml", "agreements:A4", "agreements:A44", "must be a row of agreements.csv"),
    "status row": ("claims.toml", "A4/2015-09-10", "A4/2015-09-11", "a row of agreement_status.csv"),
    "table": ("claims.toml", "disputes:islets", "dispute:islets", "written table:row"),
    "scenario": ("claims.toml", 'scenario = "hub-mediates"', 'scenario = "hub"', "id of a scenario"),
    "claim outcome": ("claims.toml", 'outcome = "spokes-warmer"', 'outcome = "spoke-warmer"', "id of an outcome in case.toml"),
    "against itself": ("claims.toml", 'against = "baseline"', 'against = "hub-mediates"', "a scenario against itself differs by nothing"),
    "no mediation beta": ("claims.toml", '["relation.beta.mediation"]', '["relation.beta.mediations"]', "a driver of relations"),
    "beside nothing": ("claims.toml", 'rests_on = ["relation.beta.mediation"]\nrejects_if = "the difference is not above zero"\n', 'rejects_if = "r"\n\n[[claim.beside]]\nwords = "w"\n[claim.beside.simulation]\noutcome = "nothing"\nagainst = "baseline"\nscenario = "hub-mediates"\nexpect = "higher"\nrejects_if = "r"\n', "id of an outcome in case.toml"),
    "brought about": ("claims.toml", 'outcome = "spokes-warmer"', 'outcome = "accord-in-force"', "only another scenario brings about"),
    "not twice": ("claims.toml", 'assumption = "nothing else', 'within_days = 4\nassumption = "nothing else', 'does not use "within_days"'),
    "statistic": ("claims.toml", 'statistic = "mean"', 'statistic = "rate"', 'a series "relation" has the statistics'),
    "no event": ("claims.toml", 'statistic = "mean"\ndyad = "BBB-CCC"\nwindow = ["2016-01", "2019-12"]\ncontrast = ["2014-09", "2015-12"]', 'statistic = "change_after"\ndyad = "BBB-CCC"\nevents = ["X1"]\nwithin_months = 6', "must be a row of events.csv"),
    "no span": ("claims.toml", 'statistic = "mean"\ndyad = "BBB-CCC"\nwindow = ["2016-01", "2019-12"]\ncontrast = ["2014-09", "2015-12"]', 'statistic = "change_after"\ndyad = "BBB-CCC"\nwithin_months = 60\nevents = ["E003"]', "60 recorded months on both sides"),
    "no docket to flare": ("claims.toml", 'series = "relation"\nstatistic = "mean"\ndyad = "BBB-CCC"\nwindow = ["2016-01", "2019-12"]\ncontrast = ["2014-09", "2015-12"]', 'series = "mediation_after_flare"\nstatistic = "share"\ndyad = "AAA-BBB"\nwithin_days = 90', "a pair with a docket"),
    "claim pair": ("claims.toml", 'dyad = "BBB-CCC"', 'dyad = "BBB"', "two states of the case"),
    "window": ("claims.toml", '"2014-09", "2015-12"', '"2008-09", "2015-12"', "lie in order within"),
    "number": ("claims.toml", "number = 3", "number = 2", "a claim's number must be unique"),
    "moved number": ("claims.toml", '"bargain.joint_loss"]', '"bargain.joint_los"]', 'a known name in the family "bargain"'),
    "threshold demand": ("claims.toml", 'entity = "burden"', 'entity = "burdens"', "must name a demand of the case"),
    "threshold outcome": ("claims.toml", 'outcome = "dispute-open"', 'outcome = "dispute"', "id of an outcome in case.toml"),
    "threshold scenario": ("claims.toml", 'outcome = "dispute-open"', 'outcome = "dispute-open"\nscenario = "hub"', "id of a scenario"),
    "held pair": ("claims.toml", '"density.BBB-CCC"', '"density.BBB-CCX"', "must name what exists"),
    "held word": ("claims.toml", '"density.BBB-CCC"', '"coalition.BBB"', "a quantity on a scale that can be held here"),
    "three moved": ("claims.toml", 'held = ["density.BBB-CCC"]', 'held = ["density.BBB-CCC", "fear.BBB", "fear.CCC"]', "moves one or two numbers"),
    "moved twice": ("claims.toml", 'held = ["density.BBB-CCC"]', 'held = ["fear.BBB", "fear.BBB"]', "the same is named twice"),
    "low above high": ("claims.toml", "[[0.0, 0.9]", "[[0.9, 0.1]", "low must be below high"),
    "one range of two": ("claims.toml", "[[0.0, 0.9], [0.0, 1.0]]", "[[0.0, 0.9]]", "ends of each of"),
    "level of a chance": ("claims.toml", "level = 0.5", "level = 1.5", "lies between 0 and 1"),
    "closed form of futures": ("claims.toml", 'entity = "burden"', 'outcome = "dispute-open"', "uses no outcome"),
    "closed form of none": ("claims.toml", 'entity = "burden"\n', "", "needs a demand as entity"),
    "chance against": ("claims.toml", 'outcome = "dispute-open"', 'outcome = "dispute-open"\nagainst = "hub-mediates"', 'does not use "against"'),
    "unaccounted": ("claims.toml", 'against = "Their', 'note = "Their', 'say in "against" what'),
    "too late": ("questions.toml", 'month = "2020-12"', 'month = "2021-06"', "month in which the question closes"),
    "too early": ("questions.toml", 'month = "2020-12"', 'month = "2020-11"', "month in which the question closes"),
    "undated": ("questions.toml", 'month = "2020-12"', "lead_months = 12", "a calendar month"),
    "past question": ("questions.toml", 'month = "2020-12"', 'month = "2019-12"', "1 to 600 months after as_of"),
    "closed early": ("questions.toml", "closes = 2020-12-31", "closes = 2019-12-10", "closes after it opens"),
    "no question": ("questions.toml", "31 December 2020?", "31 December 2020.", 'must end with "?"'),
    "nobody resolves": ("questions.toml", 'resolves_by = "made up"', 'resolves_by = "  "', "must not be empty"),
    "scale of the model": ("questions.toml", 'kind = "coalition_in_office"\nstate = "BBB"\ncoalition = "left"', 'kind = "public_good_above"\nshare = 0.2', "could never be resolved"),
    "no outcome": ("questions.toml", 'kind = "coalition_in_office"', 'kind = "zzz"', "one of the allowed words"),
    "never": ("questions.toml", 'resolves_by = "made up"', 'resolves_by = "made up"\nearly = "perhaps"', "one of the allowed words"),
    "coalition": ("questions.toml", 'coalition = "left"', 'coalition = "lefty"', "coalition of BBB"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_single_fault(folder, name: str) -> None:
    file, old, new, must = CASES[name]
    folder.replace(file, old, new)
    problems = folder.problems()
    hits = [problem for problem in problems if must in problem.must]
    assert hits, "\n".join(map(str, problems))
    places = {problem.row for problem in hits}
    text = folder.text(file)
    where = 1 + text.partition(new.split("\n")[0])[0].count("\n") if new else 0
    assert {hit.file for hit in hits} <= {file, "case.toml"}
    assert not new or where in places or name in PLACED_ELSEWHERE, (where, places)


PLACED_ELSEWHERE = {
    "two hubs",  # the list of states
    "one spoke",
    "second coalition",  # the replaced word also stands earlier
    "unseated",  # the state in case.toml
    "disorder",  # the table of the number
    "endless",
    "unaccounted",  # the claim
    "past clamp",  # the end of the window, a line further
    "window turned",  # the clamp
    "other range",  # the value, a line further
    "outcome demand",  # the demand, a line further
    "outcome spoke",  # the state, three lines further
    "outcome stage",  # the outcome
    "number",  # the second claim of that number
    "threshold scenario",  # a line further
    "three moved",  # the table of the threshold
    "moved twice",
    "low above high",
    "one range of two",
    "level of a chance",
    "closed form of futures",
    "closed form of none",
    "chance against",
    "against itself",  # the table of the estimand
    "not twice",
    "statistic",
    "beside nothing",  # the outcome, some lines further
    "brought about",  # the scenario, a line further
    "no event",  # the list of events, two lines further
    "no span",
    "no docket to flare",  # the pair, two lines further
    "undated",
    "never",  # the word, a line further
    "closed early",  # the question
    "no question",
    "scale of the model",  # the outcome
}
