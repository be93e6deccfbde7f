"""The report as SARIF 2.1.0, for code scanning services and editors.

Field names after the OASIS standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from tensorglot.diagnostics import CODES

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def dumps(report: dict[str, Any]) -> str:
    """The SARIF text of a report document (`report.document.document`)."""
    results = [_result(item, False) for item in report["diagnostics"]]
    results += [_result(item, True) for item in report["silenced"]]
    driver = {"name": "tensorglot", "version": report["tool_version"],
              "rules": [{"id": code, "shortDescription": {"text": title}} for code, title in CODES.items()]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results,
           "invocations": [{"executionSuccessful": report["exit_code"] < 2, "exitCode": report["exit_code"]}]}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _result(item: dict[str, Any], silenced: bool) -> dict[str, Any]:
    text = item["message"] + (f"\nHelp: {item['remedy']}" if item["remedy"] else "")
    result: dict[str, Any] = {"ruleId": item["code"], "level": _LEVELS.get(item["severity"], "none"),
                              "message": {"text": text}}
    if item["code"] in CODES:
        result["ruleIndex"] = list(CODES).index(item["code"])
    if item["path"]:
        result["locations"] = [{"physicalLocation": _location(item)}]
    if silenced:
        result["suppressions"] = [{"kind": "inSource"}]
    return result


def _location(item: dict[str, Any]) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(item["path"].replace("\\", "/"))}}
    if item["line"]:
        location["region"] = {"startLine": item["line"], "startColumn": item["column"],
                              "endColumn": item["end_column"]}
        if item["source_line"]:
            location["region"]["snippet"] = {"text": item["source_line"]}
    return location
