"""The entry to Seedbed: the window, a command, or a process of its own (`--worker`, `--confined`)."""

import multiprocessing
import sys


def main() -> int:
    """Do what the command line asks for, and return the exit status."""
    multiprocessing.freeze_support()  # in a frozen build this is also what processes that judge rows start with
    if sys.argv[1:2] == ["--worker"]:
        from desktop.engine import worker

        worker.main()
    if sys.argv[1:2] == ["--confined"]:
        from desktop.confined import child

        child.main()
    from desktop import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
