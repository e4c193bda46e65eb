"""What is said when a command fails: the whole text, the exit code, and where it goes."""

import json
import os
import subprocess
import sys

import jsonschema
import pytest

from comity.cli import session as session_module
from comity.cli.main import run
from comity.record import new_case
from comity.study import Study


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("simulat", "CASE"),
         "comity: No such command 'simulat'. Did you mean 'simulate'?\nSee: comity --help\n"),
        (("simulate", "CASE", "hub-mediate"),
         'comity: scenario: must be one of the case small-case; found "hub-mediate". '
         'Nearest: "hub-mediates".\n'),
        (("simulate", "CASE", "--members", "0"),
         "comity: members: must be from 1 to 100,000,000; found 0.\nSee: comity simulate --help\n"),
        (("simulate", "CASE", "--months", "601"),
         "comity: months: must be from 1 to 600; found 601.\nSee: comity simulate --help\n"),
        (("simulate", "CASE", "--seed", "one"),
         'comity: seed: must be a whole number; found "one".\nSee: comity simulate --help\n'),
        (("measure", "CASE", "--as-of", "2010-01"),
         "comity: --as-of: the day must lie at least one month into the record, from 2010-02-01 "
         "to 2019-12-20; found 2010-01-31. Choose a day in between.\n"),
        (("compare", "CASE", "hub-mediates", "--against", "base-line"),
         'comity: scenario: must be one of the case small-case; found "base-line". '
         'Nearest: "baseline".\n'),
        (("measure", "CASE", "--dyad", "BBB-CCD"),
         'comity: no state "CCD" in this case. Nearest: "CCC".\n'),
        (("measure", "CASE", "--as-of", "2015"),
         "comity: --as-of: a day is written as YYYY-MM-DD or a month as YYYY-MM; found "
         '"2015". Write for example 2019-08.\n'),
        (("claims", "CASE", "--explain", "9"),
         "comity: --explain: must be the number of a claim of this case, 1 to 3; found 9. "
         "Allowed: 1, 2, 3.\n"),
        (("report", "CASE", "--out", "no-such-folder/report.html"),
         'comity: --out: the folder of "no-such-folder/report.html" must exist; found no folder '
         '"no-such-folder". Create it or choose another one.\n'),
    ],
)  # fmt: skip
def test_the_users_input_is_named_with_what_to_do(comity, small, arguments, message):
    said = comity(*(small if word == "CASE" else word for word in arguments))
    assert (said.code, said.out) == (2, "")
    assert said.err == message


@pytest.mark.parametrize("verb", ["report", "demo"])
def test_a_protected_folder_is_refused_before_any_work(comity, small, tmp_path, monkeypatch, verb):
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)
    monkeypatch.setattr(session_module.Session, "open", stop_at_once)
    out = tmp_path / "report.html"
    said = comity(verb, *([small] if verb == "report" else []), "--out", out)
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f'comity: --out: the folder of "{out}" must be writable; found "{tmp_path}" '
        "write-protected. Change its permissions or choose another one.\n"
    )


def test_a_reader_that_went_away_is_no_failure():
    code = "from comity.cli import main; main()"
    for arguments in (["--help"], ["cases"], ["cases", "--json"]):
        reader, writer = os.pipe()
        os.close(reader)
        command = [sys.executable, "-c", code, *arguments]
        ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
        os.close(writer)
        assert (ended.stderr, ended.returncode) == (b"", 0)


def test_every_problem_of_a_case_is_listed_at_once(comity, tmp_path):
    folder = new_case(tmp_path / "case", "tests/fixtures/small-case")
    for file, old, new in (
        ("case.toml", "as_of", "as_off"),
        ("scenarios/hub-mediates.toml", "mediation.BBB-CCC", "mediation.BBB-CCD"),
        ("disputes.csv", "BBB;CCC", "BBB;ZZZ"),
    ):
        path = folder / file
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    for arguments in (("check", folder), ("measure", folder), ("simulate", folder)):
        said = comity(*arguments)
        assert (said.code, said.out) == (2, "")
        assert "case.toml" in said.err
        assert 'Nearest: "as_of".' in said.err
    said = comity("check", folder, "--json")
    assert (said.code, said.document["is_valid"]) == (2, False)
    assert said.document["problems"]


def test_an_error_under_json_is_one_document_on_standard_error(comity, small):
    said = comity("simulate", small, "hub-mediate", "--json")
    assert (said.code, said.out) == (2, "")
    document = json.loads(said.err)
    with open("docs/reference/json/error.schema.json", encoding="utf-8") as file:
        jsonschema.validate(document, json.load(file))
    assert document["exit_code"] == 2
    assert document["message"].startswith("scenario: must be one of the case small-case")


def test_our_failure_is_called_ours_and_shows_its_traceback_on_request(comity, small, monkeypatch):
    def fail(self):
        raise RuntimeError("planted")

    monkeypatch.setattr(Study, "counts", property(fail))
    said = comity("measure", small, "--no-cache")
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "comity: this is our failure, not your input: RuntimeError: planted. Run the same command "
        "with --debug and report what it prints.\n"
    )
    for arguments in (("--debug", "measure", small), ("measure", small, "--debug")):
        said = comity(*arguments, "--no-cache")
        assert said.code == 1
        assert "Traceback" in said.err


def test_ctrl_c_says_what_was_kept(comity, small, monkeypatch):
    def stop(self, *_, **__):
        self.finished["relations"] = "computed"
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, "ensemble", stop)
    said = comity("simulate", small)
    assert (said.code, said.out) == (130, "")
    assert said.err == "comity: stopped. Finished steps are kept in the cache: relations.\n"
    monkeypatch.setattr(session_module.Session, "open", stop_at_once)
    assert comity("simulate", small).err == (
        "comity: stopped. Nothing was kept and nothing was written.\n"
    )


def stop_at_once(*_):
    raise KeyboardInterrupt


def test_no_verb_shows_the_help(capsys):
    assert run([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Usage: comity")


def test_the_version_is_shown(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("comity ")
