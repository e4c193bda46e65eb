"""Whatever stands in a table, its reader gives the rows or says what is wrong, and nothing else."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.errors import DataError
from comity.record.world_tables import (
    read_archigos,
    read_atop_alliances,
    read_atop_members,
    read_chisols,
    read_depth_scores,
    read_reign,
)

TABLES = {
    read_atop_alliances: (
        "atopid,begyr,begmo,begday,endyr,endmo,endday,bilat,term,consul,wartime,mem1,mem2,version",
        "3240,1953,10,1.0,0,0,0,1,0,1,0,2,732,4.01",
    ),
    read_atop_members: (
        "atopid,member,yrent,moent,dayent,yrexit,moexit,dayexit,consul,version",
        "3240,732,1953,10,1,1960,1,2,1,4.01",
    ),
    read_chisols: (
        "ccode,year,leader,totalldrtrans,solschange,dem,sp,per,mil,indmil,mon,warlord,olig,hybrid,"
        "other,parl,pres,mixed,solschange1,solschmo1",
        "740,1993,A,1,1,1,-9,-9,-9,-9,-9,-9,-9,-9,-9,1,0,0,1,8",
    ),
    read_archigos: (
        "state,leader,startdate,enddate,exit", "JPN,Noda,2011-09-02,2012-12-26,Regular",
    ),
    read_reign: ("ccode,leader,sdate,smonth,syear,emonth,eyear", "740,Noda,2,9,2011,12,2012"),
    read_depth_scores: ("atopid,Depth.score,Scope.score,PotMilCapacity.score", "3240,1,2,3"),
}  # fmt: skip
ODD = st.sampled_from(
    ["", ".", "NA", "-9", "inf", "-inf", "nan", "1e400", "0x10", "9" * 400, '"', "\x00", "\u202e",
     "1,2", "1\t2", "2012-02-30", "Still in Office", "é", "12.5", "-1", "0", "99999"]
) | st.text(max_size=12)  # fmt: skip


@pytest.mark.parametrize("read", TABLES, ids=lambda read: read.__name__)
@settings(max_examples=60)
@given(data=st.data())
def test_odd_cells_are_read_or_refused(read, data, tmp_path_factory):
    head, row = TABLES[read]
    cells = row.split(",")
    place = data.draw(st.integers(0, len(cells) - 1))
    cells[place] = data.draw(ODD)
    path = tmp_path_factory.mktemp("fuzz") / "t.csv"
    path.write_text("\n".join([head, row, ",".join(cells)]) + "\n", encoding="utf-8", newline="")
    with contextlib.suppress(DataError):  # anything else would be a fault of the reader
        read(path)


@pytest.mark.parametrize("read", TABLES, ids=lambda read: read.__name__)
@settings(max_examples=40)
@given(raw=st.binary(max_size=300))
def test_odd_files_are_refused(read, raw, tmp_path_factory):
    path = tmp_path_factory.mktemp("fuzz") / "t.csv"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"t\.csv"):
        read(path)
