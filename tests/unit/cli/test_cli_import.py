"""`comity import`: what it prints, where the receipt lies, how it stops."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from comity.cli.main import run
from comity.record.store import import_files

HEAD = "date,source,target,code\n"
TEXT = HEAD + "2001-01-01,USA,RUS,010\n2001-01-01,USA,RUS,010\n2001-01-41,USA,RUS,010\nx\n"


@pytest.fixture
def say(capsys):
    def call(*arguments):
        capsys.readouterr()
        code = run([str(item) for item in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_files_are_listed_with_what_became_of_their_rows(say, tmp_path):
    folder, store = tmp_path / "folder", tmp_path / "events.duckdb"
    folder.mkdir()
    (folder / "a.csv").write_text(TEXT, "utf-8")
    (folder / ".hidden").write_text("no event file", "utf-8")
    code, out, err = say("import", "csv", folder, "--store", store)
    assert (code, err) == (0, "")
    assert "a.csv      4      2           2            1   imported" in out
    assert "a.csv   date is not a day written YYYY-MM-DD      1            4" in out
    assert f"Receipt: {store}.receipt.json" in out
    receipt = json.loads(Path(f"{store}.receipt.json").read_text("utf-8"))
    assert receipt["counts"] == {"n_rows": 4, "n_good": 2, "n_set_aside": 2, "n_duplicates": 1}
    code, out, _ = say("import", "csv", folder / "a.csv", "--store", store)
    assert code == 0
    assert "already there" in out


def test_json_is_one_document_of_its_schema(say, tmp_path):
    (tmp_path / "a.csv").write_text(TEXT, "utf-8")
    code, out, err = say("import", "csv", tmp_path / "a.csv", "--store", tmp_path / "s", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    schema = json.loads(Path("docs/reference/json/import.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    assert document["files"][0]["n_new"] == 4
    assert document["files"][0]["reasons"][0] == {
        "reason": "date is not a day written YYYY-MM-DD", "n_rows": 1, "first_line": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("csw", "a.csv"), 'found "csw". Nearest: "csv".'),
        (("csv", "none.csv"), "none.csv: an event file is a regular file; found no such file."),
        (("csv", "empty"), "FILE: a folder must hold event files; found none in"),
    ],
)
def test_the_users_input_is_named_with_what_to_do(say, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    code, out, err = say("import", *arguments, "--store", "s")
    assert (code, out) == (2, "")
    assert words in err
    assert not (tmp_path / "s").exists()


def test_ctrl_c_says_what_was_kept(say, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    (tmp_path / "a.csv").write_text(TEXT, "utf-8")
    monkeypatch.setattr(import_files, "write_block", stop)
    store = tmp_path / "s"
    code, out, err = say("import", "csv", tmp_path / "a.csv", "--store", store)
    assert (code, out) == (130, "")
    assert err == (
        f"comity: stopped. Whole blocks of rows read so far are kept in {store}; the same command "
        "goes on where it stood.\n"
    )
    monkeypatch.undo()
    code, out, _ = say("import", "csv", tmp_path / "a.csv", "--store", store)
    assert code == 0
    assert "resumed" in out
