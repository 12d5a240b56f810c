"""What the last messages of conversations say, as lists are filtered and ordered by it, from the readings that are there."""

from django.db import migrations

# the sums of rules.summed and rules.heat, as they were this day
SUMMED = """
with last as (
    select distinct on (conversation_id) conversation_id, reading from inbox_message
    where not ours order by conversation_id, at desc, id desc
), told as (
    select conversation_id,
        case when (reading #>> '{judgement,sure}')::boolean then reading #>> '{judgement,label}' end judgement,
        case when (reading #>> '{department,sure}')::boolean then reading #>> '{department,label}' end department,
        case when (reading #>> '{importance,sure}')::boolean then (reading #>> '{importance,level}')::int end importance,
        case when (reading #>> '{urgency,sure}')::boolean then (reading #>> '{urgency,level}')::int end urgency
    from last where reading is not null
)
update inbox_conversation c set
    judgement = coalesce(told.judgement, ''), department = left(coalesce(told.department, ''), 40),
    importance = told.importance, urgency = told.urgency,
    heat = case when told.judgement = 'troll' then -200 when c.intents ? 'spam' then -100 else
        100 * case
            when told.judgement = 'important' then 9 when told.judgement = 'angry' then 8 when c.offence = 'OFP' then 7
            when told.judgement = 'senseless' then 2
            when c.intents ?| array['complaint', 'incident'] then case when c.sentiment = 'negative' then 6 else 4 end
            when c.intents ?| array['presales', 'question'] then 3 when c.intents ? 'suggestion' then 1 else 0 end
        + case told.urgency when 3 then 60 when 2 then 25 else 0 end + case told.importance when 3 then 30 when 2 then 12 else 0 end
        + case when c.offence in ('OFP', 'OFG') then 9 else 0 end end
from told where told.conversation_id = c.id
"""


class Migration(migrations.Migration):
    """Fills judgement, department, importance, urgency and heat of conversations that were read before."""

    dependencies = [("inbox", "0004_the_conversation_whole")]
    operations = [migrations.RunSQL(SUMMED, migrations.RunSQL.noop)]
