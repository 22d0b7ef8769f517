"""A source that invokes a function by the function's policy: what to add, and who then calls (semantics 5.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.function._modes import Model, model_of
from lampolicy.names import is_account_id
from lampolicy.request import Service

INVOKE: Final = "lambda:InvokeFunction"
INVOKE_URL: Final = "lambda:InvokeFunctionUrl"


@dataclass(frozen=True, slots=True)
class PushSource:
    """A resource whose service invokes a function by itself, if the function's policy lets it.

    Attributes:
        what: What it is, in words: `the bucket photos`.
        service: The service principal.
        source_arn: What `aws:SourceArn` holds when it calls; `None` where it sends none.
        pattern: What the statement asks of `aws:SourceArn`, if that is wider, such as `.../*/GET/photos`.
        source_account: What `aws:SourceAccount` holds when it calls; `None` where it is not known.
        demands_account: Whether the statement asks for `aws:SourceAccount`, because the ARN does not tell the account,
            or because the service's documentation asks for it.
        token: The `EventSourceToken` an Alexa skill shows.
        actions: What it needs: one statement each.
        aliases: Other names of the service principal, such as a regional one.
        remarks: What else there is to know.
    """

    what: str
    service: str
    source_arn: str | None = None
    pattern: str | None = None
    source_account: str | None = None
    demands_account: bool = False
    token: str | None = None
    actions: tuple[str, ...] = (INVOKE,)
    aliases: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def mode(self) -> Model | None:
        """Whether it waits for the answer."""
        return model_of(self.service)

    @property
    def caller(self) -> Service:
        """The service as it calls for this source."""
        return Service(self.service, self.source_arn, self.source_account, aliases=self.aliases)

    @property
    def context(self) -> dict[str, str]:
        """Condition keys its calls carry beside those of `caller`."""
        return {} if self.token is None else {"lambda:EventSourceToken": self.token}

    @property
    def statement_id(self) -> str:
        """A statement id made of the service and the source, so that adding it twice is refused."""
        named = self.pattern or self.source_arn or self.token or self.source_account or ""
        named = named.removesuffix(":*").rpartition(":")[2]
        words = re.sub(r"[^A-Za-z0-9]+", "-", f"{self.service.partition('.')[0]}-{named}").strip("-")
        return words[:90]

    def permissions(
        self, *, statement_id: str | None = None, qualifier: str | None = None
    ) -> tuple[dict[str, object], ...]:
        """The parameters of the AddPermission calls that let it call, and nobody else.

        Args:
            statement_id: The statement id instead of `statement_id`; a second statement gets `-url` behind it.
            qualifier: The version or alias it calls.
        """
        sid = statement_id or self.statement_id
        return tuple(self._permission(action, sid, qualifier) for action in self.actions)

    def _permission(self, action: str, sid: str, qualifier: str | None) -> dict[str, object]:
        call: dict[str, object] = {
            "StatementId": f"{sid}-url" if action == INVOKE_URL and len(self.actions) > 1 else sid,
            "Action": action,
            "Principal": self.service,
        }
        if self.pattern or self.source_arn:
            call["SourceArn"] = self.pattern or self.source_arn
        if self.demands_account and self.source_account:
            call["SourceAccount"] = self.source_account
        if self.token is not None:
            call["EventSourceToken"] = self.token
        if action == INVOKE and INVOKE_URL in self.actions:
            call["InvokedViaFunctionUrl"] = True
        return call | ({} if qualifier is None else {"Qualifier": qualifier})


def demand_account(text: str) -> str:
    """Give an account id back; raise `InvalidName` if it is none."""
    if not is_account_id(text):
        raise InvalidName(f"`{text}` is not an account id: it needs twelve digits")
    return text
