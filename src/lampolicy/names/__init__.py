"""Names of AWS, parsed once: ARNs, account ids, function addresses, and the patterns that match them.

Takes: text.
Gives: `Arn`, `FunctionArn` with its `Qualifier`, and matchers of globs, ARN patterns and action patterns.
Never: knows a policy, a request or a decision.
"""

from lampolicy._later import later
from lampolicy._typing import TYPE_CHECKING
from lampolicy.names._action_pattern import action_pattern
from lampolicy.names._address import Address, Network, plain_address, read_address, read_network
from lampolicy.names._any_of import any_of
from lampolicy.names._arn import Arn, is_account_id
from lampolicy.names._arn_pattern import HEAD_PARTS, arn_pattern, normal_arn, short_arn_pattern
from lampolicy.names._glob import Matcher, Token, Tokens, Wild, fold, fold_tokens, glob, is_literal, tokens

if TYPE_CHECKING:
    from lampolicy.names._function import (
        UNQUALIFIED,
        Alias,
        FunctionArn,
        Latest,
        Qualifier,
        Unqualified,
        Version,
        is_function_arn,
        parse_qualifier,
    )

__all__ = [
    "HEAD_PARTS",
    "UNQUALIFIED",
    "Address",
    "Alias",
    "Arn",
    "FunctionArn",
    "Latest",
    "Matcher",
    "Network",
    "Qualifier",
    "Token",
    "Tokens",
    "Unqualified",
    "Version",
    "Wild",
    "action_pattern",
    "any_of",
    "arn_pattern",
    "fold",
    "fold_tokens",
    "glob",
    "is_account_id",
    "is_function_arn",
    "is_literal",
    "normal_arn",
    "parse_qualifier",
    "plain_address",
    "read_address",
    "read_network",
    "short_arn_pattern",
    "tokens",
]

__getattr__ = later(
    __name__,
    {
        "._function": (
            "UNQUALIFIED",
            "Alias",
            "FunctionArn",
            "Latest",
            "Qualifier",
            "Unqualified",
            "Version",
            "is_function_arn",
            "parse_qualifier",
        )
    },
)
"""A decision takes a function's ARN for an ARN like any other."""
