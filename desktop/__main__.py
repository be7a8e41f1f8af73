"""The entry to Seedbed: the window, a command, or (`--worker`) the process in which a model runs."""

import sys


def main() -> int:
    """Do what the command line asks for, and return the exit status."""
    if sys.argv[1:2] == ["--worker"]:
        from desktop.engine import worker

        worker.main()
    from desktop import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
