"""What makes a function run: sources its policy must admit (`PushSource`), and those that assume a role (`RoleSource`).

source = sources.bucket("photos", "111122223333")
policies = FunctionPolicies.of(function)
for permission in source.permissions(qualifier="live"):
    policies = policies.add_permission(**permission)
"""

from lampolicy.function._gateways import http_api, request_authorizer, rest_api, websocket_api
from lampolicy.function._push import PushSource
from lampolicy.function._role_sources import (
    RoleSource,
    api_with_credentials,
    batch_job,
    delivery_stream,
    graphql_api,
    pipe,
    pipeline,
    rule_with_role,
    schedule,
    stack,
    state_machine,
)
from lampolicy.function._source_text import source_of
from lampolicy.function._sources import (
    alarm,
    alexa_skill,
    alexa_smart_home,
    bedrock_agent,
    bucket,
    config_rule,
    connect,
    distribution,
    event_rule,
    identity_pool,
    iot_events,
    iot_rule,
    lex_v1,
    lex_v2,
    log_group,
    receipt_rule,
    repository,
    secret,
    target_group,
    topic,
    user_pool,
)

__all__ = [
    "PushSource",
    "RoleSource",
    "alarm",
    "alexa_skill",
    "alexa_smart_home",
    "api_with_credentials",
    "batch_job",
    "bedrock_agent",
    "bucket",
    "config_rule",
    "connect",
    "delivery_stream",
    "distribution",
    "event_rule",
    "graphql_api",
    "http_api",
    "identity_pool",
    "iot_events",
    "iot_rule",
    "lex_v1",
    "lex_v2",
    "log_group",
    "pipe",
    "pipeline",
    "receipt_rule",
    "repository",
    "request_authorizer",
    "rest_api",
    "rule_with_role",
    "schedule",
    "secret",
    "source_of",
    "stack",
    "state_machine",
    "target_group",
    "topic",
    "user_pool",
    "websocket_api",
]
