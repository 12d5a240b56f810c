"""The index of what was understood knows whose a conversation is; people are found by plain letters."""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models


NAMES = """
drop index if exists profile_called;
create index profile_called on people_profile using gin (
    brand_id, upper(handle) gin_trgm_ops,
    translate(upper(name), 'ÁÀÂÄÃÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÇÑáàâäãéèêëíìîïóòôöõúùûüçñ', 'AAAAAEEEEIIIIOOOOOUUUUCÑAAAAAEEEEIIIIOOOOOUUUUCÑ') gin_trgm_ops
);
"""


class Migration(migrations.Migration):
    """One index anew, and another over plain names."""

    dependencies = [
        ('brands', '0003_signing'),
        ('channels', '0004_the_conversation_whole'),
        ('inbox', '0009_ledger'),
        ('people', '0002_one_person'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='conversation',
            name='conversation_told',
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=django.contrib.postgres.indexes.GinIndex(models.F('brand'), models.F('channel'), models.F('kind'), models.F('state'), models.F('assignee'), models.F('judgement'), models.F('sentiment'), models.F('offence'), models.F('importance'), models.F('urgency'), models.F('department'), models.F('language'), django.contrib.postgres.indexes.OpClass('intents', name='jsonb_path_ops'), django.contrib.postgres.indexes.OpClass('labels', name='jsonb_path_ops'), gin_pending_list_limit=512, name='conversation_told'),
        ),
        migrations.RunSQL(NAMES, migrations.RunSQL.noop),
    ]
