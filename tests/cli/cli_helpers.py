"""What several tests of the commands share."""

import json
from pathlib import Path


def tree(folder: Path) -> dict:
    """All files of a folder and their contents."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def notebook(*cells, **metadata) -> str:
    """A notebook's text; a cell is code, or markdown where it starts with `#md `."""
    made = []
    for source in cells:
        if source.startswith("#md "):
            made.append({"cell_type": "markdown", "metadata": {}, "source": [source[4:]]})
        else:
            made.append({"cell_type": "code", "metadata": {}, "execution_count": 3, "outputs": [{"x": 1}],
                         "source": source.splitlines(keepends=True)})
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


