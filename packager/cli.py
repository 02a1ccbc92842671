"""The command `staffel`: how it starts and how it ends.

Exit codes: 0 all is well; 1 the source or a package has faults, or an update is not safe; 2 the call itself is wrong.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from content.findings import InvalidCurriculum, StaffelError
from packager.building import plain_order, run_build
from packager.language import LANGUAGE
from packager.printing import print_findings

FAULTS = 1
COMPLETION = "_STAFFEL_COMPLETE"
"""Set by the shell when it asks what may stand in a command (click)."""


def main() -> None:
    """Entry point: expected errors become one line on standard error.

    A command ends before the collector could find anything, and the system takes its memory back faster than Python
    gives it away piece by piece: together a tenth of a build (docs/decisions/0007).
    """
    gc.disable()
    code: object = FAULTS
    try:
        code = run(sys.argv[1:])
    except SystemExit as leaving:
        code = leaving.code or 0
    except InvalidCurriculum as error:
        print_findings(error.findings, LANGUAGE)
    except StaffelError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("\nAborted!", file=sys.stderr)
    except BrokenPipeError:  # the reader of our output has gone: nobody to tell
        pass
    if "coverage" in sys.modules:  # it writes its figures when Python ends in order
        sys.exit(code if isinstance(code, int) else FAULTS)
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else FAULTS)


def run(arguments: Sequence[str]) -> int:
    """The exit code of the command. A build that is called plainly needs no click (docs/decisions/0007)."""
    order = plain_order(arguments) if COMPLETION not in os.environ else None
    if order is not None:
        return run_build(*order)
    from packager.commands import cli

    cli(standalone_mode=True)
    return 0


if __name__ == "__main__":
    main()
