"""How fast an account, and the whole app, may go: token buckets, fed by what a network says of itself and in its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Greatest

from tertulia import networks
from tertulia.channels.models import Channel
from tertulia.networks.contract import Pace
from tertulia.outbox.models import Bucket


@dataclass(frozen=True, slots=True)
class Server:
    """One server of a network, as channels name it: the place where calls at once are counted."""

    network: str
    base_url: str

    @property
    def scope(self) -> str:
        """Its name among the buckets."""
        return f"app:{self.network}@{self.base_url}"


def server_of(channel: Channel) -> Server:
    """Where the channel's calls go."""
    return Server(channel.network, channel.base_url)


def account_of(channel: Channel) -> str:
    """The channel's name among the buckets."""
    return f"account:{channel.pk}"


#: In SQL, with ``channel`` and ``%(now)s`` at hand: nothing is closed for a verb, given by ``verb`` as an expression.
OPEN = """not exists (select 1 from outbox_bucket closed
        where closed.until > %(now)s and closed.scope in ('account:' || channel.id, 'app:' || channel.network || '@' || channel.base_url)
          and (closed.verbs = '{{}}' or {verb} = any(closed.verbs)))"""


def scope_of(channel: Channel, whose: str) -> str:
    """The name among the buckets of the ``account`` or the ``app`` (its server) of the channel."""
    return account_of(channel) if whose == "account" else server_of(channel).scope


def hold(server: Server) -> Bucket:
    """The server's own row, locked: who has it is alone in claiming there until the transaction ends."""
    rows = Bucket.objects.select_for_update(no_key=True).filter(scope=server.scope, pace="")
    if (found := rows.first()) is None:
        Bucket.objects.bulk_create([Bucket(scope=server.scope)], ignore_conflicts=True)
        found = rows.get()
    return found


def filled(tokens: float, pace: Pace, passed: timedelta) -> float:
    """The tokens there are now, if there were ``tokens`` so long ago."""
    return min(float(pace.calls), tokens + max(0.0, passed.total_seconds()) * pace.calls / pace.seconds)


def may_leave(channel: Channel, verb: str, now: datetime) -> bool:
    """Whether nothing is closed for it; then a token of each pace is spent. Call while holding the server's row.

    A bucket that is found empty is closed until it has a token again, so that nobody asks before.
    """
    scopes = {whose: scope_of(channel, whose) for whose in ("account", "app")}
    rows = {(one.scope, one.pace): one for one in Bucket.objects.filter(scope__in=scopes.values())}
    if any(one.until and one.until > now and verb in (one.verbs or [verb]) for one in rows.values()):
        return False
    counted = [one for one in networks.manifest(channel.network).pace if not one.verbs or verb in one.verbs]
    spent = [_poured(rows, scopes[one.scope], one, now) for one in counted]
    for pace, bucket in zip(counted, spent, strict=True):
        if bucket.tokens < 1:
            bucket.until = now + timedelta(seconds=(1 - bucket.tokens) * pace.seconds / pace.calls)
            bucket.reason = "limited"
            _keep([bucket])
            return False
    for bucket in spent:
        bucket.tokens, bucket.until = bucket.tokens - 1, None
    _keep(spent)
    return True


def _poured(rows: dict[tuple[str, str], Bucket], scope: str, pace: Pace, now: datetime) -> Bucket:
    name = f"{pace.calls}/{pace.seconds}:{','.join(pace.verbs)}"[:100]
    bucket = rows.get((scope, name)) or Bucket(scope=scope, pace=name, verbs=list(pace.verbs), tokens=pace.calls, filled_at=now)
    bucket.tokens = filled(bucket.tokens, pace, now - (bucket.filled_at or now))
    bucket.filled_at = now
    return bucket


def _keep(buckets: Sequence[Bucket]) -> None:
    if buckets:
        Bucket.objects.bulk_create(buckets, update_conflicts=True, unique_fields=["scope", "pace"],
                                   update_fields=["tokens", "filled_at", "until", "reason", "verbs"])


def close(scope: str, until: datetime, reason: str) -> None:
    """Nothing of ``scope`` leaves before ``until``: the network said so. A longer wait that it asked for before stands."""
    Bucket.objects.bulk_create([Bucket(scope=scope)], ignore_conflicts=True)
    Bucket.objects.filter(scope=scope, pace="").update(until=Greatest("until", until), reason=reason)
