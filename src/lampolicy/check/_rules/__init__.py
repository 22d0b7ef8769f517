"""The rules, one module each, in the order of their codes."""

from __future__ import annotations

from lampolicy.check._rules import (
    _allow_negated,
    _bucket_source_without_account,
    _deny_leaves_qualifiers,
    _deny_mfa_without_if_exists,
    _for_all_values_without_null,
    _function_name_prefix,
    _function_url_half,
    _invoke_by_another_name,
    _organization_denies_services,
    _pass_role_to_any_service,
    _principal_arn_of_session,
    _qualifier_not_covered,
    _resource_control_of_lambda,
    _resource_for_wildcard_only,
    _role_lacks,
    _service_without_source,
    _set_key_without_quantifier,
    _trust_without_lambda,
    _unknown_action,
)

RULES = (
    _unknown_action.RULE,
    _resource_for_wildcard_only.RULE,
    _qualifier_not_covered.RULE,
    _deny_leaves_qualifiers.RULE,
    _service_without_source.RULE,
    _function_url_half.RULE,
    _bucket_source_without_account.RULE,
    _function_name_prefix.RULE,
    _invoke_by_another_name.RULE,
    _pass_role_to_any_service.RULE,
    _role_lacks.RULE,
    _trust_without_lambda.RULE,
    _for_all_values_without_null.RULE,
    _deny_mfa_without_if_exists.RULE,
    _allow_negated.RULE,
    _organization_denies_services.RULE,
    _set_key_without_quantifier.RULE,
    _principal_arn_of_session.RULE,
    _resource_control_of_lambda.RULE,
)
"""Every rule; a test holds that their codes are in order and that each has a page."""
