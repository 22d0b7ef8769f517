"""The check of policies in files: faults, unwise statements, and expected decisions as tests.

Takes: files and folders of policies as AWS's tools write them, and `*.lampolicy.yaml` files beside them.
Gives: `check(paths)`, a `Report` of findings and tests, its text and its JSON; `RULES`, each with its page.
Never: decides by itself, changes a file, or reaches for the network.
"""

from lampolicy.check._code_names import help_for, is_code_name
from lampolicy.check._code_pages import CodePage, code_pages
from lampolicy.check._config import Overrides
from lampolicy.check._functions import resource_arn
from lampolicy.check._pages import page_of
from lampolicy.check._published import configuration_schema, expectations_schema, json_report, report_schema
from lampolicy.check._report import Configuration, Finding, Report, Suppression, TestResult
from lampolicy.check._rule import Rule
from lampolicy.check._rules import RULES
from lampolicy.check._run import check
from lampolicy.check._text import text_report

__all__ = [
    "RULES",
    "CodePage",
    "Configuration",
    "Finding",
    "Overrides",
    "Report",
    "Rule",
    "Suppression",
    "TestResult",
    "check",
    "code_pages",
    "configuration_schema",
    "expectations_schema",
    "help_for",
    "is_code_name",
    "json_report",
    "page_of",
    "report_schema",
    "resource_arn",
    "text_report",
]
