"""Notices have a part of their own: what was told, and how members want to be told, goes there."""

from django.db import migrations

MOVE = """
    insert into notices_notice (brand_id, member_id, kind, key, about, at, shown, read_at)
    select brand_id, member_id, 'outbox.' || kind, coalesce(dispatch_id, channel_id) || ':' || occasion,
           case when dispatch_id is null then jsonb_build_object('channel', channel_id)
                else jsonb_build_object('dispatch', dispatch_id, 'channel', channel_id) end,
           created_at, true, case when sent_at is not null or created_at < now() - interval '7 days' then coalesce(sent_at, created_at) end
    from outbox_notice order by id
    on conflict do nothing;

    insert into notices_delivery (notice_id, due_at, letter, lease_until, sent_at, tries, error)
    select told.id, old.due_at, old.letter, old.lease_until, old.sent_at, old.tries, old.error
    from outbox_notice old join notices_notice told on told.member_id = old.member_id and told.kind = 'outbox.' || old.kind
         and told.key = coalesce(old.dispatch_id, old.channel_id) || ':' || old.occasion
    where old.due_at is not null or old.sent_at is not null or old.letter is not null or old.tries > 0
    on conflict do nothing;

    insert into notices_preference (member_id, brand_id, ways, hourly)
    select member_id, brand_id,
           case when way = 'page' then (
               select jsonb_object_agg('outbox.' || kind, jsonb_build_array('page'))
               from unnest(array['refused', 'unsure', 'held', 'expired', 'late', 'channel', 'expiring', 'differs', 'gone']) kind)
           else '{}'::jsonb end, way = 'hour'
    from outbox_noticechoice
    on conflict do nothing;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_initial'),
        ('outbox', '0009_notices'),
    ]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel(name='Notice'),
        migrations.DeleteModel(name='NoticeChoice'),
    ]
