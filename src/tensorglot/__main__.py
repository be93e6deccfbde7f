"""`python -m tensorglot` is the `tensorglot` command."""

import sys

from tensorglot.cli import main

if __name__ == "__main__":
    sys.exit(main())
