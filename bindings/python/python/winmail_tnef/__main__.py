"""The program: ``winmail``, ``winmail-tnef`` and ``python -m winmail_tnef``."""

import signal
import sys


def main() -> None:
    """Runs the program with the arguments of the process, and ends it with the program's exit code."""
    # Python's own handler would wait until the native half comes back. What ignores the signal, as `nohup` makes it, goes on doing so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from winmail_tnef._native import main as run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
