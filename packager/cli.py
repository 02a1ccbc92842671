"""The command `staffel`: how it starts and how it ends.

Exit codes: 0 all is well; 1 the source or a package has faults, or an update is not safe; 2 the call itself is wrong.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from content.findings import Finding, InvalidCurriculum, StaffelError
from packager.building import plain_order, run_build
from packager.language import LANGUAGE, reason, text
from packager.printing import print_findings

FAULTS = 1
JSON = "--json"
COMPLETION = "_STAFFEL_COMPLETE"
"""Set by the shell when it asks what may stand in a command (click)."""


def main() -> None:
    """Entry point: expected errors become one line on standard error.

    A command ends before the collector could find anything, and the system takes its memory back faster than Python
    gives it away piece by piece: together a tenth of a build (docs/decisions/0007).
    """
    gc.disable()
    code: object = FAULTS
    with suppress(BrokenPipeError):  # the reader of our output has gone: nobody to tell, also not of faults
        code = _outcome()
    if "coverage" in sys.modules:  # it writes its figures when Python ends in order
        sys.exit(code if isinstance(code, int) else FAULTS)
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else FAULTS)


def _outcome() -> object:
    """Runs the command and tells its faults; the code that it ends with."""
    code: object = FAULTS
    try:
        code = run(sys.argv[1:])
    except SystemExit as leaving:
        code = leaving.code or 0
    except InvalidCurriculum as error:
        _tell(error.findings)
    except StaffelError as error:
        finding = getattr(error, "finding", None)
        if finding and JSON in sys.argv:
            _tell((finding,))
        else:
            print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("\n" + text("cli.aborted"), file=sys.stderr)
    except BrokenPipeError:  # no fault of the system
        raise
    except OSError as error:  # a full disk, a folder that may not be written: nothing that we did
        place = error.filename or text("cli.system")
        print(text("cli.os-error").format(path=place, reason=reason(error)), file=sys.stderr)
    return code


def _tell(findings: Sequence[Finding]) -> None:
    """Findings on standard output, as data where the call asked for data."""
    if JSON in sys.argv:
        import json

        print(json.dumps({"findings": [f.data(LANGUAGE) for f in findings]}, ensure_ascii=False, indent=2))
    else:
        print_findings(findings, LANGUAGE)


def run(arguments: Sequence[str]) -> int:
    """The exit code of the command. A build that is called plainly needs no click (docs/decisions/0007)."""
    order = plain_order(arguments) if COMPLETION not in os.environ else None
    if order is not None:
        return run_build(*order)
    import click

    from packager.commands import cli
    from packager.wrong_calls import explained

    try:
        code = cli.main(list(arguments), prog_name="staffel", standalone_mode=False)
    except click.ClickException as error:
        print(explained(error), file=sys.stderr)
        return error.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()
