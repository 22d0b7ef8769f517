"""Names of AWS, parsed once: ARNs, account ids, function addresses, and the patterns that match them.

Takes: text.
Gives: `Arn`, `FunctionArn` with its `Qualifier`, `Glob`, `ArnPattern`, `ActionPattern`.
Never: knows a policy, a request or a decision.
"""

from lampolicy.names._arn import Arn, is_account_id

__all__ = ["Arn", "is_account_id"]
