"""The parameters of a call that deploys, as an expected-decision file gives them."""

from __future__ import annotations

from lampolicy.check._lambda_forms import DeployCheck, S3CodeForm, VpcForm
from lampolicy.function import DeploymentParameters, S3Code, Vpc
from lampolicy.request import Context


def parameters_of(check: DeployCheck, context: Context) -> DeploymentParameters:
    """Read the parameters of `may_deploy`; what is not given counts as absent from the call."""
    return {
        "function": check.function,
        "qualifier": check.qualifier,
        "role": check.role,
        "layers": tuple(check.layers),
        "vpc": _vpc(check.vpc),
        "code": _code(check.code),
        "code_signing": check.code_signing,
        "auth_type": check.auth_type,
        "principal": check.granted_to,
        "statement_id": check.statement_id,
        "source_arn": check.source_arn,
        "mapping": check.mapping,
        "layer": check.layer,
        "tags": check.tags or None,
        "region": check.region,
        "context": context,
    }


def _vpc(form: VpcForm | None) -> Vpc | None:
    return None if form is None else Vpc(form.id, tuple(form.subnets), tuple(form.security_groups))


def _code(form: S3CodeForm | None) -> S3Code | None:
    return None if form is None else S3Code(form.bucket, form.key, form.version, form.mode)
