"""What moment a dispatch is dated, which networks show beside what was said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tertulia.kit import clock
from tertulia.outbox.models import Dispatch
from tertulia.outbox.payloads import key_of
from tertulia.outbox.tests.stage import fediverse, fresh, say, send, settle

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_written_days_ago_is_dated_at_its_first_try_and_keeps_that_date(monkeypatch: pytest.MonkeyPatch) -> None:
    with fediverse(monkeypatch) as (fake, channel):
        dispatch = say(channel, "Hoy, pan de nueces")
        Dispatch.objects.filter(pk=dispatch.pk).update(created_at=clock.now() - timedelta(days=4))
        fake.faults["publish"].append("error")
        begun = clock.now()
        send(dispatch.pk)
        first = key_of(fresh(dispatch))
        assert begun <= first.at <= clock.now()
        assert settle(dispatch).state == "sent"
        assert dispatch.attempts.count() == 2 and key_of(fresh(dispatch)) == first
