"""How what was said before there was a ledger ended."""

from django.db import migrations

ENDED = """
update inbox_message m set
    ending = told.ending, ended_by = 'sistema', answered_with_id = told.answer,
    ended_at = coalesce(case told.ending when 'answered' then told.answered_at when 'hidden' then m.hidden_at
                        when 'withdrawn' then m.vanished_at end, c.last_at),
    ended_because = case told.ending when 'hidden' then left(coalesce(nullif(m.hidden_because, ''), 'sin anotar'), 200)
                    when 'silent' then 'antes del libro' else '' end
from inbox_message them
join inbox_conversation talk on talk.id = them.conversation_id
left join lateral (
    select ours.id, ours.at from inbox_message ours left join outbox_dispatch sent on sent.id = ours.dispatch_id
    where ours.conversation_id = them.conversation_id and ours.ours and ours.at >= them.at
        and (sent.id is null or sent.state not in ('refused', 'expired', 'cancelled'))
    order by ours.at, ours.id limit 1
) answer on true
cross join lateral (select case
    when answer.id is not null then 'answered' when them.hidden_at is not null then 'hidden'
    when them.vanished_at is not null then 'withdrawn' when talk.state = 'closed' then 'silent' end as ending,
    answer.id as answer, answer.at as answered_at) told,
inbox_conversation c
where m.id = them.id and c.id = them.conversation_id and not them.ours and them.ending is null and told.ending is not null
"""

WAITING = """
update inbox_conversation talk set
    waiting_since = owed.since, state = case when owed.since is null and talk.state = 'open' and talk.waiting_since is not null
        then 'closed' else talk.state end
from (select c.id, (select min(m.at) from inbox_message m where m.conversation_id = c.id and not m.ours and m.ending is null) as since
      from inbox_conversation c) owed
where owed.id = talk.id and talk.waiting_since is distinct from owed.since
"""


class Migration(migrations.Migration):
    """Fills the endings of messages, and since when conversations wait, from what was known."""

    dependencies = [("inbox", "0008_lists"), ("outbox", "0010_notices_leave")]
    operations = [migrations.RunSQL(ENDED, migrations.RunSQL.noop), migrations.RunSQL(WAITING, migrations.RunSQL.noop)]
