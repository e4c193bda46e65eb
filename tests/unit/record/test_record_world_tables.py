"""Public tables of treaties, support and leaders: read as published, refused with a sentence."""

import gzip

import numpy as np
import pytest

from comity.core.errors import CaseError, ConfigError, DataError
from comity.core.world_tables import COMPLETED, UNCODED, VIOLATED
from comity.record.world_tables import (
    find_world_tables,
    load_state_numbers,
    load_world_tables,
    read_archigos,
    read_atop_alliances,
    read_atop_members,
    read_chisols,
    read_depth_scores,
    read_reign,
)

ALLIANCES = (
    "atopid,begyr,begmo,begday,endyr,endmo,endday,bilat,term,defense,consul,organ1,wartime,"
    "mem1,mem2,mem3,version"
)
ALLIANCES += """
1005,1815,1,3.0,1815,2,8.0,0,1,1,1,0.0,0,200,210,220.0,4.0100002
3240,1953,10,1.0,0,0,,1,0,1,1,,0,2,732,,4.0100002
2410,1937,8,21,1941,0,-9,1,2,0,0,2.0,1,365,710,,4.0100002
"""
MEMBERS = """atopid,member,yrent,moent,dayent,yrexit,moexit,dayexit,defense,consul,organ1,version
3240,2,1953,10,1,0,0,0,1,1,,4.01
3240,732,1953,10,1,0,0,0,1,1,3,4.01
2410,8152,1937,8,21,1941,4,13,0,0,0,4.01
"""
CHISOLS_HEAD = (
    "statename,ccode,year,leader,totalldrtrans,solschange,dem,sp,per,mil,indmil,mon,warlord,olig,"
    "hybrid,other,parl,pres,mixed,solschange1,solschmo1,solschange2,solschmo2,version"
)
NA = ",".join(["Not Applicable"] * 9)
CHISOLS = f"""{CHISOLS_HEAD}
Japan,740,1955,Hatoyama,0,0,1,{NA},1,0,0,0,,0,,4.0
Japan,740,1993,"Miyazawa, Hosokawa",1,1,1,{NA},1,0,0,1,8.0,0,,4.0
Chile,155,1973,"Allende; Pinochet",1,1,0,0,1,1,0,0,0,0,1,0,{",".join(["Not Applicable"] * 3)},1,9.0,0,,4.0
Peru,135,1975,A,0,0,Transition Year,{NA},Not Applicable,-9,0,0,,0,,4.0
"""  # noqa: E501


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_alliances_are_read_with_dates_members_and_provisions(tmp_path):
    found = read_atop_alliances(written(tmp_path, "atop4_01a.csv", ALLIANCES))
    assert found.atopid.tolist() == [1005, 3240, 2410]
    assert found.begin.tolist() == [[1815, 1, 3], [1953, 10, 1], [1937, 8, 21]]
    assert found.end.tolist() == [[1815, 2, 8], [0, 0, 0], [1941, 0, 0]]
    assert found.ending.tolist() == [COMPLETED, 0, VIOLATED]
    assert found.members == ((200, 210, 220), (2, 732), (365, 710))
    assert found.is_bilateral.tolist() == [False, True, True]
    assert found.is_wartime.tolist() == [False, False, True]
    assert found.provision("organ1").tolist() == [0, UNCODED, 2]
    assert (found.version, found.last_year) == ("4.01", 1953)
    with pytest.raises(ConfigError) as error:
        found.provision("consult")
    assert str(error.value) == (
        'provisions: must be a column of ATOP that was read; found "consult". Nearest: "consul".'
    )


def test_members_know_in_which_years_they_are_in_force(tmp_path):
    found = read_atop_members(written(tmp_path, "atop4_01m.csv", MEMBERS))
    assert found.in_force(1953).tolist() == [True, True, False]
    assert found.in_force(1940).tolist() == [False, False, True]
    assert found.in_force(1941).tolist() == [False, False, False]  # the year it ends does not count
    assert found.in_force(1936).tolist() == [False, False, False]


def test_support_is_read_with_regimes_kinds_and_dated_changes(tmp_path):
    path = tmp_path / "CHISOLSstyrv4_0.csv.gz"
    path.write_bytes(gzip.compress(CHISOLS.encode()))
    found = read_chisols(path)
    assert found.is_democracy.tolist() == [1, 1, 0, UNCODED]
    assert found.change_months == ((), (8,), (9,), ())
    assert found.leaders[1:3] == (("Miyazawa", "Hosokawa"), ("Allende", "Pinochet"))
    assert [name for name, held in found.kinds.items() if held[2]] == [
        "personalist", "military", "hybrid",
    ]  # fmt: skip
    assert found.kinds["parliamentary"].tolist() == [True, True, False, False]
    assert found.row_of[740, 1993] == 1


ARCHIGOS = "ccode\tleader\tstartdate\tenddate\texit\n"
ARCHIGOS += "740\tNoda\t2011-09-02\t2012-12-26\tRegular\n"
ARCHIGOS += "740\tAbe\t2012-12-26\t2015-12-31\tStill in Office\n"
ARCHIGOS += "2\tBush\t2001-01-20\t2009-01-20\tRegular\n"
REIGN = "stateabb,ccode,leader,sdate,smonth,syear,emonth,eyear\n"
REIGN += (
    "JPN,740,Noda,2,9,2011,12.0,2012.0\nJPN,740,Abe,26,12,2012,9,2020\nJPN,740,Suga,14,9,2020,,\n"
)
REIGN += "USA,2,Trump,20,1,2017,1,2021\n"


def test_leaders_of_both_tables_come_as_spells_by_state(tmp_path):
    found = read_archigos(written(tmp_path, "Archigos_4.1.txt", ARCHIGOS))
    assert found.state.tolist() == ["JPN", "JPN", "USA"]
    assert found.is_in_office.tolist() == [False, True, False]
    assert str(found.end[0]) == "2012-12-26"
    reign = read_reign(written(tmp_path, "REIGN.csv", REIGN))
    assert reign.leader.tolist() == ["Noda", "Abe", "Suga", "Trump"]
    # Known to the month: up to the successor, else to the month's last day.
    assert [str(day) for day in reign.end] == [
        "2012-12-26", "2020-09-14", "2021-01-31", "2021-01-31",
    ]  # fmt: skip
    assert reign.is_in_office.tolist() == [False, False, True, False]


def test_scores_are_read_and_none_may_be_missing(tmp_path):
    text = '"atopid","Depth.score","Scope.score","PotMilCapacity.score"\n1040,1.5,2.7,-0.9\n'
    assert read_depth_scores(written(tmp_path, "depth.csv", text)).depth.tolist() == [1.5]
    with pytest.raises(DataError) as error:
        read_depth_scores(written(tmp_path, "depth.csv", text + "1045,,0,0\n"))
    assert str(error.value) == (
        'depth.csv, row 3, column "depth": must be a number; found none. Leave the alliance out.'
    )


WRONG = {
    "another table": (
        "a,b\n1,2\n",
        "t.csv: must be the alliance-level table of ATOP; found a table that begins a, b. Name the "
        "right file; the columns of the first line say which one it is.",
    ),
    "nothing": (
        "",
        "t.csv: must be the alliance-level table of ATOP; found an empty file. Get the file again.",
    ),
    "no rows": (
        ALLIANCES.split("\n", 1)[0] + "\n",
        "t.csv: must have rows; found a first line only. Get the file again.",
    ),
    "a column less": (
        ALLIANCES.replace("term", "terms", 1),
        't.csv, row 1, column "term": must have the column "term", as the alliance-level table of '
        'ATOP has; found no such column. Nearest: "terms".',
    ),
    "a wrong code": (
        ALLIANCES.replace("1937,8,21,1941,0,-9,1,2", "1937,8,21,1941,0,-9,1,7"),
        't.csv, row 4, column "term": must be one of 0, 1, 2, 3; found "7". Correct the cell.',
    ),
    "a wrong year": (
        ALLIANCES.replace("1937,8,21,1941", "1937,8,21,1931"),
        't.csv, row 4, column "endyr": must not be before 1937; found 1931. Correct one of the '
        "years; 0 stands for none.",
    ),
    "a word for a number": (
        ALLIANCES.replace("1953,10", "1953,Oct"),
        't.csv, row 3, column "begmo": must be a whole number from -9 to 12; found "Oct". '
        "Correct the cell.",
    ),
    "twice": (
        ALLIANCES + ALLIANCES.splitlines()[2] + "\n",
        't.csv, row 5, column "atopid": must appear once; found 3240. Keep one row an alliance; a '
        "table of alliance-years is another file.",
    ),
    "an end without a year": (
        ALLIANCES.replace("1941,0,-9,1,2", "0,0,0,1,2"),
        't.csv, row 4, column "term": an alliance with a way of ending needs a year of end; found '
        "term 2. Correct endyr or term.",
    ),
    "a lost separator": (
        ALLIANCES.replace("2410,1937", "24101937"),
        "t.csv, row 4: must have 17 cells, as the first line has; found 16. Look for a lost or "
        "doubled separator, or get the file again.",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_with_its_place_and_what_to_do(tmp_path, name):
    text, sentence = WRONG[name]
    with pytest.raises(DataError) as error:
        read_atop_alliances(written(tmp_path, "t.csv", text))
    assert str(error.value) == sentence


def test_several_problems_are_listed_at_once(tmp_path):
    text = ALLIANCES.replace("1953,10", "1953,13").replace("1815,1,3.0", "1815,x,3.0")
    with pytest.raises(CaseError) as error:
        read_atop_alliances(written(tmp_path, "t.csv", text))
    assert [problem.row for problem in error.value.problems] == [2, 3]


def test_files_that_are_no_text_or_not_there_are_refused(tmp_path):
    with pytest.raises(DataError, match="must exist; found no such file"):
        read_chisols(tmp_path / "none.csv")
    stata = tmp_path / "t.dta"
    stata.write_bytes(b"s\0\0\1" * 9)
    with pytest.raises(DataError, match="must be a table in plain text; found another kind"):
        read_chisols(stata)
    cut = tmp_path / "t.csv.gz"
    cut.write_bytes(gzip.compress(CHISOLS.encode())[:-20])
    with pytest.raises(DataError, match="must be readable to its end"):
        read_chisols(cut)


def test_a_state_has_one_row_a_year(tmp_path):
    text = CHISOLS + CHISOLS.splitlines()[1] + "\n"
    with pytest.raises(DataError) as error:
        read_chisols(written(tmp_path, "t.csv", text))
    assert str(error.value) == (
        't.csv, row 6, column "year": a state has one row a year; found 740 in 1955 again. Keep '
        "one; the leader form is another file."
    )


def test_leaders_need_states_and_must_not_leave_before_entering(tmp_path):
    with pytest.raises(DataError, match='must have the column "ccode", or "state" with ISO codes'):
        read_archigos(written(tmp_path, "t.txt", ARCHIGOS.replace("ccode", "cow")))
    with pytest.raises(DataError, match="must not leave before entering; found 2012-12-26 to 2005"):
        read_archigos(written(tmp_path, "t.txt", ARCHIGOS.replace("2015-12-31", "2005-12-31")))
    with pytest.raises(DataError, match=r"must be a day, as in 2012-12-26; found .soon."):
        read_archigos(written(tmp_path, "t.txt", ARCHIGOS.replace("2015-12-31", "soon")))


def test_a_folder_gives_what_it_holds_and_nothing_for_the_rest(tmp_path):
    written(tmp_path, "atop5_1a.csv", ALLIANCES)
    written(tmp_path, "Archigos_4.1.txt", ARCHIGOS)
    written(tmp_path, "notes.md", "atop")
    assert set(find_world_tables(tmp_path)) == {"alliances", "archigos"}
    tables = load_world_tables(tmp_path)
    assert tables.alliances is not None
    assert tables.support is None
    written(tmp_path, "atop4_01a.csv", ALLIANCES)
    with pytest.raises(DataError) as error:
        load_world_tables(tmp_path)
    assert str(error.value) == (
        f"{tmp_path.name}: must hold one file of the alliance-level table of ATOP; found "
        "atop4_01a.csv and atop5_1a.csv. Move the older release away."
    )
    with pytest.raises(DataError, match="must be a folder; found none"):
        load_world_tables(tmp_path / "none")


def test_numbers_go_with_codes_by_year():
    numbers = load_state_numbers()
    assert [numbers.iso(365, year) for year in (1900, 1950, 2000)] == ["RUS", "SUN", "RUS"]
    assert (numbers.iso(740, 1999), numbers.iso(732, 1999), numbers.iso(2, 1999)) == (
        "JPN", "KOR", "USA",
    )  # fmt: skip
    assert numbers.iso(345, 2005) == "SRB"
    assert numbers.iso(8152, 1999) == ""
    assert not numbers.is_known(8152)
    # No two rows of one number overlap, and no code has two numbers in one year.
    for year in range(1816, 2025):
        held = [
            code for code, first, last in zip(
                numbers.iso3, numbers.first_year, numbers.last_year, strict=True
            ) if first <= year <= last
        ]  # fmt: skip
        assert len(held) == len(set(held)), year
    for row in range(len(numbers.ccode) - 1):
        if numbers.ccode[row] == numbers.ccode[row + 1]:
            spans = sorted(
                (int(numbers.first_year[k]), int(numbers.last_year[k])) for k in (row, row + 1)
            )
            assert spans[0][1] < spans[1][0]


def test_the_published_files_read_to_the_rows_they_hold(shared_data):
    tables = load_world_tables(shared_data)
    assert len(tables.alliances.atopid) == 745
    assert len(tables.members.atopid) == 2398
    assert len(tables.support.year) == 9703
    assert len(tables.depth.atopid) == 492
    assert len(tables.archigos.state) == 83
    assert len(tables.reign.state) == 82
    support = tables.support
    assert (support.year.min(), support.year.max()) == (1919, 2008)
    assert (support.is_democracy == UNCODED).sum() == 15
    assert support.n_support_changes.sum() == 953
    # Leaders of both tables agree on who governed Japan and when, within a month.
    ends = {
        source: found.end[(found.state == "JPN") & (found.start > np.datetime64("1952-05-01"))]
        for source, found in (("archigos", tables.archigos), ("reign", tables.reign))
    }
    assert len(ends["archigos"]) > 25


def test_numbers_agree_with_a_public_list(shared_data):
    import csv

    numbers = load_state_numbers()
    path = shared_data / "reference" / "country_cow_iso3.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        public = {int(row["ccode"]): row["iso3c"] for row in csv.DictReader(stream)}
    differ = {
        ccode: (code, numbers.iso(ccode, 2012))
        for ccode, code in public.items()
        if numbers.iso(ccode, 2012) != code
    }
    # Former states, and Serbia, which the list still calls Yugoslavia.
    assert differ == {
        260: ("DEU", ""), 265: ("DDR", ""), 315: ("CSK", ""), 345: ("YUG", "SRB"),
        678: ("YAR", ""), 680: ("YAR", ""),
    }  # fmt: skip
