"""No secret in any column, log or page; a renewed session is kept; a lost key asks to connect again."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tertulia.channels import actions
from tertulia.channels import connection as line
from tertulia.channels.connection import account_of
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.networks.contract import Account, Reconnect
from tertulia.outbox.tests.stage import say, square
from tertulia.site.tests import cast
from tests.work import settle


def everything() -> str:
    """Every column of every table as the database would print it."""
    with connection.cursor() as sql:
        sql.execute("select tablename from pg_tables where schemaname = 'public'")
        tables = [row[0] for row in sql.fetchall()]
        parts = []
        for table in tables:
            sql.execute(f'select coalesce(string_agg(t::text, chr(10)), \'\') from "{table}" t')
            parts.append(sql.fetchone()[0])
    return "\n".join(parts)


def test_a_token_is_in_no_column_log_or_page(live: str, settings: Any, caplog: pytest.LogCaptureFixture, client: Client) -> None:
    caplog.set_level(logging.DEBUG)
    with square(live, settings) as plaza:
        token = plaza.answers["token"]
        say(plaza.channel)
        plaza.fault("lose_before", "GET", "me/notices")
        settle()
        plaza.fault("dead_token", "GET", "me/notices")
        Channel.objects.update(next_poll_at=clock.now())
        settle()
        # the plaza keeps only a hash of it, we keep it sealed: whoever reads the tables learns nothing
        assert token not in everything() and token.encode().hex() not in everything()
        assert token not in caplog.text
        assert token not in repr(account_of(Channel.objects.get()))
        client.force_login(plaza.member)
        for path in ("canales/", f"canales/{plaza.channel.pk}/", f"canales/conectar/plaza/?canal={plaza.channel.pk}", "envios/?ver=todos"):
            assert token not in client.get(f"/m/{plaza.brand.slug}/{path}").content.decode()


@pytest.mark.django_db
def test_a_renewed_session_is_kept_at_once_and_one_of_an_older_connection_is_not() -> None:
    brand = cast.brand(cast.member())
    channel = cast.channel(brand)
    line.Keep(channel)({"token": "nueva"})
    assert account_of(Channel.objects.get()).secrets == {"token": "nueva"}
    old = Channel.objects.get()
    actions.keep_account(brand, Account(network="plaza", external_id=channel.external_id, handle="libreria",
                                        secrets={"token": "otra"}), by="member:1")
    line.Keep(old)({"token": "vieja"})
    assert account_of(Channel.objects.get()).secrets == {"token": "otra"}


@pytest.mark.django_db
def test_secrets_of_another_installation_ask_to_connect_again() -> None:
    channel = cast.channel(cast.brand(cast.member()))
    Channel.objects.update(secrets=b"gAAAAABn-not-ours")
    with pytest.raises(Reconnect):
        account_of(Channel.objects.get())
    actions.collect(channel.pk)
    assert Channel.objects.get().state == "reconnect"
