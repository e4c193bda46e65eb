"""The command line: verbs of the house, and what is said when one fails."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from comity.cli import (
    backtest,
    cases,
    check,
    cite,
    claims,
    compare,
    demo,
    doctor,
    explain,
    forecast,
    import_events,
    measure,
    new,
    prior,
    report,
    score,
    sensitivity,
    simulate,
    thresholds,
)
from comity.cli.session import Session

INTERRUPTED = 130
USERS_INPUT = 2
OUR_FAILURE = 1

app = typer.Typer(
    name="comity",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Put an argument about an alliance system to the test.",
    epilog="Example: comity demo",
)
VERBS = (
    demo,
    cases,
    new,
    check,
    import_events,
    measure,
    explain,
    prior,
    simulate,
    compare,
    claims,
    thresholds,
    sensitivity,
    forecast,
    score,
    backtest,
    report,
    cite,
    doctor,
)
MORE_EXAMPLES = {
    verb: verb.MORE_EXAMPLES for verb in (simulate, claims, prior, sensitivity, thresholds)
}
for verb in VERBS:
    examples = (verb.EXAMPLE, *MORE_EXAMPLES.get(verb, ()))
    app.command(verb.NAME, epilog="\n\n".join(f"Example: {one}" for one in examples))(verb.command)


def _version(wanted: bool) -> None:
    if wanted:
        from comity import __version__

        typer.echo(f"comity {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    ctx: typer.Context,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure; allowed anywhere.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    session = ctx.ensure_object(Session)
    session.debug = session.debug or debug


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 0 done, 2 the user's input, 1 our failure."""
    asked = list(arguments)
    session = Session(debug="--debug" in asked)
    wants_json = "--json" in asked
    asked = [item for item in asked if item != "--debug"]
    try:
        result = app(args=asked, prog_name="comity", standalone_mode=False, obj=session)
        # Some versions of typer turn Ctrl-C into this code, others raise.
        if result == INTERRUPTED:
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        session.close()
        typer.echo(f"comity: stopped. {session.kept()}", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        return _unread()
    except SystemExit as stopped:
        # typer and rich turn a reader that went away into exit code 1.
        if not _is_broken_pipe(stopped):
            raise
        return _unread()
    except Exception as error:
        session.close()
        return _fail(error, session, wants_json)
    finally:
        session.close()


def _is_broken_pipe(error: BaseException) -> bool:
    around = error.__cause__ or error.__context__
    while around is not None and not isinstance(around, BrokenPipeError):
        around = around.__cause__ or around.__context__
    return around is not None


def _unread() -> int:
    """Send what is still to be written nowhere: the reader went away, nobody is left to tell."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return 0


def _fail(error: Exception, session: Session, wants_json: bool) -> int:
    code = _exit_code(error)
    if session.debug:
        traceback.print_exception(error)
    message = _message(error, code)
    if wants_json:
        from comity.cli.documents import ErrorDocument, ProblemPart

        problems = [ProblemPart(**item.as_dict()) for item in getattr(error, "problems", ())]
        document = ErrorDocument(exit_code=code, message=message, problems=problems)
        typer.echo(document.model_dump_json(by_alias=True, indent=2), err=True)
    elif message:
        from comity.core.printable import printable

        typer.echo(message if _is_help(error) else f"comity: {printable(message)}", err=True)
    return code


def _exit_code(error: Exception) -> int:
    if hasattr(error, "exit_code"):  # what typer raises
        return int(error.exit_code)  # pyright: ignore[reportAttributeAccessIssue]
    from pydantic import ValidationError

    from comity.core.errors import ConfigError, DataError, ParameterError

    inputs = (ConfigError, DataError, ParameterError, ValidationError)
    return USERS_INPUT if isinstance(error, inputs) else OUR_FAILURE


def _message(error: Exception, code: int) -> str:
    if hasattr(error, "format_message"):
        return _usage(error)
    from comity.core.errors import ComityError

    if isinstance(error, ComityError) or code == USERS_INPUT:
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. Check the path and its permissions."
    return (
        f"this is our failure, not your input: {type(error).__name__}: {error}. "
        "Run the same command with --debug and report what it prints."
    )


def _usage(error: Any) -> str:
    message = _range_words(error) or str(error.format_message())
    context = getattr(error, "ctx", None)
    if context is None or _is_help(error):
        return message
    return f"{message}\nSee: {context.command_path} --help"


def _range_words(error: Any) -> str:
    """Return in our words that an option's number is none or out of range; empty otherwise."""
    from pydantic import ValidationError

    from comity.cli.options import RANGES

    name, cause = getattr(getattr(error, "param", None), "name", ""), error.__cause__
    if not name or not isinstance(cause, ValidationError):
        return ""
    detail = cause.errors(include_url=False)[0]
    if detail["type"].startswith("int_"):
        return f'{name}: must be a whole number; found "{detail["input"]}".'
    if name in RANGES and detail["type"] in ("greater_than_equal", "less_than_equal"):
        low, high = RANGES[name]
        return f"{name}: must be from {low:,} to {high:,}; found {detail['input']}."
    return ""


def _is_help(error: Exception) -> bool:
    return type(error).__name__ == "NoArgsIsHelpError"


def main() -> None:
    """Run the command line with the arguments of the process."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _unread()
    sys.exit(code)
