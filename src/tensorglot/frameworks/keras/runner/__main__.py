"""`python -m tensorglot.frameworks.keras.runner REQUEST OUT`: runs the request's examples."""

from __future__ import annotations

import sys

from ....facts.runner.child import main

if __name__ == "__main__":
    main(f"{__package__}.session", *sys.argv[1:3])
