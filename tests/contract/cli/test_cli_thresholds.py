"""`comity thresholds`: what it prints, what it draws, and what it refuses."""

import pytest

QUICK = ("--points", "4", "--draws", "6", "--worlds", "20")
ONE = ("--number", "bargain.joint_loss")
TWO = (*ONE, "--number", "demands.burden.substitutability")


def test_it_says_from_where_on_in_words(comity, small):
    said = comity("thresholds", small, "3", *QUICK)
    assert (said.code, said.err) == (0, "")
    for words in (
        "3. A new accord should be signed.",
        "demands.burden.substitutability: ",
        "With every other number central, ",
        "draws of the other judged numbers (6 drawn)",
        "It is judged at ",
        "across, bargain.joint_loss up",
        "An old dispute is open after two years",
        "density.BBB-CCC: density of working channels",
    ):
        assert words in " ".join(said.out.split()), words


def test_a_claim_explained_says_where_its_thresholds_are_looked_for(comity, small):
    said = comity("claims", small, "--explain", "3", "--members", "1000")
    assert "comity thresholds small-case 3 looks for where answering the burden" in said.out
    without = comity("claims", small, "--explain", "1", "--members", "1000")
    assert "Thresholds:" not in without.out


def test_a_map_is_drawn_in_characters_with_the_largest_value_on_top(comity, small):
    out = comity("thresholds", small, "3", *QUICK, *TWO, "--low", "0", "--high", "1",
                 "--low", "0", "--high", "0.9").out  # fmt: skip
    rows = [line.strip() for line in out.splitlines() if "|" in line]
    assert [row.split("|")[0].strip() for row in rows] == ["0.90", "0.60", "0.30", "0.00"]
    cells = [row.split("|")[1].split() for row in rows]
    assert all(len(row) == 4 and set(row) <= set(".-+*#o") for row in cells)


def test_json_holds_the_curve_its_crossings_and_the_draws(comity, small):
    more = ("--low", "0", "--high", "2", "--level", "0.1")
    (found,) = comity("thresholds", small, "3", *QUICK, *ONE, *more, "--json").document[
        "thresholds"
    ]
    (line,) = found["lines"]
    assert (found["level"], found["map"]) == (0.1, None)
    assert line["moved"]["values"] == pytest.approx([0, 2 / 3, 4 / 3, 2])
    assert len(line["mean"]) == len(line["share_holding"]) == 4
    assert line["spread"]["n_draws"] == 6
    shares = ("share_found", "share_never", "share_throughout", "share_unresolved")
    assert sum(line["spread"][name] for name in shares) == pytest.approx(1)


@pytest.mark.parametrize(("name", "start"), [("map.png", b"\x89PNG"), ("map.svg", b"<svg")])
def test_the_map_goes_into_a_file(comity, small, tmp_path, name, start):
    file = tmp_path / name
    said = comity("thresholds", small, "3", *QUICK, *TWO, "--figure", file)
    assert (said.code, said.err) == (0, "")
    assert file.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("9",), "claim: must be the number of a claim of small-case, 1 to 3; found 9."),
        (("1",), "claim 1 asks about no threshold. Claims that do: 3."),
        (("3", "--number", "bargain.joint"), 'Nearest: "bargain.joint_loss".'),
        (("3", "--number", "bargain.concept"), "bargain.concept is held fixed at 0"),
        (("3", *ONE, "--low", "2", "--high", "1"), "low must be below high for bargain.joint_loss"),
        (("3", *ONE, "--points", "1"), "--points: a threshold lies between two values at least"),
        (("3", *TWO, "--held", "fear.BBB"), "--number, --held: one or two together; found 3"),
        (("3", *ONE, "--figure", "map.pdf"), '--figure: the file must end in .png or .svg; found '
         '"map.pdf". Nearest: "map.png".'),
        (("3", *ONE, "--figure", "no-folder/map.png"), "the folder of"),
        (("3", *ONE, *QUICK, "--figure", "map.png"), "--figure: a map needs two numbers"),
    ],
)  # fmt: skip
def test_nonsense_gets_a_sentence_and_nothing_else(comity, small, more, sentence):
    said = comity("thresholds", small, *more)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert "Traceback" not in said.err
