"""KMS: keys, always by the ARN of the key; an alias counts as the key it points to.

Sources: KMS Developer Guide, "AWS KMS permissions" and "Control access to aliases" (an alias in the request is
authorized on its key); Service Authorization Reference, "AWS KMS".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.replay._asked import Asked, Rule, Table, Told, Unmapped, anything, arn, needed, same
from lampolicy.replay._event import Event
from lampolicy.replay._json_values import object_at, text_at
from lampolicy.request import UNKNOWN, ContextValue

_KEY: Final = "AWS::KMS::Key"


def _named_key(event: Event) -> str:
    """The key a call names. The record's own list has its ARN, also where the call named an alias or nothing."""
    keys = [r.arn for r in event.resources if r.type in {_KEY, None} and ":key/" in r.arn]
    if len(keys) == 1:
        return keys[0]
    return _key_of(event, needed(event, "keyId", "targetKeyId"))


def _key_of(event: Event, given: str) -> str:
    if "alias/" in given:
        raise Unmapped("the record does not tell which key the alias points to")
    return given if given.startswith("arn:") else arn(event, "kms", f"key/{given}")


def _keys(event: Event) -> Told:
    """The encryption context and the alias of the request, which conditions of key policies read."""
    context = {k: v for k, v in object_at(event.parameters, "encryptionContext").items() if isinstance(v, str)}
    told: dict[str, ContextValue | None] = {f"kms:EncryptionContext:{name}": value for name, value in context.items()}
    told["kms:EncryptionContextKeys"] = tuple(context) or None
    given = event.text("keyId")
    told["kms:RequestAlias"] = given[given.index("alias/") :] if given and "alias/" in given else None
    told["kms:EncryptionAlgorithm"] = event.text("encryptionAlgorithm")
    told["kms:ViaService"] = _via(event)
    return {k: v for k, v in told.items() if v is not None or k != "kms:EncryptionAlgorithm"}


def _via(event: Event) -> ContextValue | None:
    """`kms:ViaService` names the service with its region; one without a name leaves it open."""
    via = text_at(event.identity, "invokedBy")
    if via is None:
        return None
    service, dot, domain = via.partition(".")
    return f"{service}.{event.region}.{domain}" if dot and domain.startswith("amazonaws.com") else UNKNOWN


def _on_key(names: str) -> dict[str, Rule]:
    def of(action: str) -> Rule:
        def rule(event: Event) -> Iterator[Asked]:
            yield Asked(f"kms:{action}", _named_key(event), _keys(event))

        return rule

    return {name: of(name) for name in names.split()}


def _reencrypt(event: Event) -> Iterator[Asked]:
    target = _key_of(event, needed(event, "destinationKeyId"))
    source = event.text("sourceKeyId")
    others = [r.arn for r in event.resources if ":key/" in r.arn and r.arn != target]
    if source is None and len(others) != 1:
        raise Unmapped("the record does not tell the key that decrypts")
    yield Asked("kms:ReEncryptFrom", others[0] if source is None else _key_of(event, source))
    yield Asked("kms:ReEncryptTo", target)


def _alias(action: str) -> Rule:
    """Alias and key are authorized each on its own (M10)."""

    def rule(event: Event) -> Iterator[Asked]:
        alias = needed(event, "aliasName")
        yield Asked(f"kms:{action}", arn(event, "kms", alias))
        keys = [r.arn for r in event.resources if ":key/" in r.arn]
        if action == "UpdateAlias" and len(keys) < 2:
            raise Unmapped("the record does not tell the key the alias pointed to before")
        if not keys:
            keys = [_key_of(event, needed(event, "targetKeyId"))]
        yield from (Asked(f"kms:{action}", key) for key in keys)

    return rule


TABLE: Final[Table] = {
    **_on_key("Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair Sign Verify"),
    **_on_key("GenerateDataKeyPairWithoutPlaintext GenerateMac VerifyMac DeriveSharedSecret GetPublicKey DescribeKey"),
    **_on_key("GetKeyPolicy PutKeyPolicy ListKeyPolicies ListGrants CreateGrant RevokeGrant EnableKey DisableKey"),
    **_on_key("GetKeyRotationStatus EnableKeyRotation DisableKeyRotation RotateKeyOnDemand ListKeyRotations"),
    **_on_key("ScheduleKeyDeletion CancelKeyDeletion UpdateKeyDescription ListResourceTags TagResource UntagResource"),
    **_on_key("GetParametersForImport ImportKeyMaterial DeleteImportedKeyMaterial ReplicateKey"),
    "ReEncrypt": _reencrypt,
    **{name: _alias(name) for name in ("CreateAlias", "UpdateAlias", "DeleteAlias")},
    **same("kms", anything, "CreateKey ListKeys ListAliases GenerateRandom DescribeCustomKeyStores"),
}
"""`RetireGrant` is missing on purpose: the grant itself may allow it, and grants are not known here."""
