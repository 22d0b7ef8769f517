"""Real inputs: what the AWS CLI writes, and templates of CloudFormation and SAM, recognised by their content.

Takes: files and folders, and what is told of a template's stack.
Gives: an `Organization`, every policy document with its place, and all faults at once.
Never: decides, follows links, or leaves out a file without saying so.
"""

from lampolicy.readers._files import DEFAULT_FILE_LIMITS, TEMPLATE_ENDINGS, FileLimits
from lampolicy.readers._forms import Form, FormFault, form_faults, read_form
from lampolicy.readers._load import load, load_organization
from lampolicy.readers._loaded import Document, FileDiagnostic, Loaded
from lampolicy.readers._manifest import manifest_schema
from lampolicy.readers._template_files import StackFacts, load_template, organization_from_template
from lampolicy.readers._toml import read_toml
from lampolicy.readers._yaml import MarkedYaml, Plain, YamlRules, read_yaml, untagged_text

__all__ = [
    "DEFAULT_FILE_LIMITS",
    "TEMPLATE_ENDINGS",
    "Document",
    "FileDiagnostic",
    "FileLimits",
    "Form",
    "FormFault",
    "Loaded",
    "MarkedYaml",
    "Plain",
    "StackFacts",
    "YamlRules",
    "form_faults",
    "load",
    "load_organization",
    "load_template",
    "manifest_schema",
    "organization_from_template",
    "read_form",
    "read_toml",
    "read_yaml",
    "untagged_text",
]
