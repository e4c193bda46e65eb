"""What the progress display says of a long run, on a terminal and in a log."""

import io

from rich.console import Console
from rich.progress import Progress, TextColumn

from comity.cli import session as session_module
from comity.cli.progress import StepProgress
from comity.cli.session import Session


def shown():
    """Return a display that writes into a text, and that text."""
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=100)
    return Progress(TextColumn("{task.description}"), console=console), text


def test_what_is_kept_stands_beside_the_step_that_runs():
    display, _ = shown()
    progress = StepProgress(display)
    progress("futures baseline", 0.0)
    progress("relations", 0.0)
    progress("relations", 1.0)
    progress("futures baseline", 0.25)
    progress.note("250 of 1,000 kept")
    progress.close()
    assert [task.description for task in display.tasks] == [
        "futures baseline, 250 of 1,000 kept", "relations",
    ]  # fmt: skip


def test_a_sentence_stands_above_the_bar_with_nothing_read_as_markup():
    display, text = shown()
    StepProgress(display).say("Going on after [bold]250[/bold] futures\x1b[2J.")
    assert "comity: Going on after [bold]250[/bold] futures" in text.getvalue()
    assert "\x1b[2J" not in text.getvalue()


def test_a_log_is_told_now_and_then_how_much_is_kept(capsys, monkeypatch):
    clock = [1_000.0]
    monkeypatch.setattr(session_module.time, "monotonic", lambda: clock[0])
    session = Session(progress=StepProgress(None))
    for kept, seconds in [(10, 0), (20, 10), (30, 21), (40, 5)]:
        clock[0] += seconds
        session._note(kept, 1_000)
    assert capsys.readouterr().err == (
        "comity: 10 of 1,000 futures are kept.\ncomity: 30 of 1,000 futures are kept.\n"
    )
    assert session.kept() == (
        "40 of 1,000 futures are kept; the same command with --resume goes on after them."
    )
