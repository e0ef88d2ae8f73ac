"""``python -m skillbalance`` is the shell command."""

import sys

from skillbalance.cli import main

if __name__ == "__main__":
    sys.exit(main())
