"""The lists of the inbox: saved views, labels, acts on many, indexes."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


WORDS = """
drop index if exists message_words;
create index message_words on inbox_message using gin (
    brand_id, ((brand_id << 32) | (id >> 16)), ((brand_id << 32) | (id >> 20)), to_tsvector('spanish'::regconfig, coalesce(folded, ''))
) with (gin_pending_list_limit = 1024);
drop index if exists profile_called;
create index profile_called on people_profile using gin (brand_id, upper(handle) gin_trgm_ops, upper(name) gin_trgm_ops);
"""


class Migration(migrations.Migration):
    """Views that are saved, labels, acts on many; and the indexes of lists and of the search."""

    dependencies = [
        ('brands', '0003_signing'),
        ('channels', '0004_the_conversation_whole'),
        ('inbox', '0007_deadlines'),
        ('people', '0002_one_person'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FirstView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='nombre')),
            ],
        ),
        migrations.CreateModel(
            name='Sweep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=200)),
                ('total', models.IntegerField()),
                ('left', models.JSONField()),
                ('before', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='conversation',
            name='conversation_waiting',
        ),
        migrations.AlterField(
            model_name='conversation',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='brands.brand'),
        ),
        migrations.AlterField(
            model_name='conversation',
            name='channel',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='channels.channel'),
        ),
        migrations.AlterField(
            model_name='message',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='brands.brand'),
        ),
        migrations.AlterField(
            model_name='message',
            name='channel',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='channels.channel'),
        ),
        migrations.AlterField(
            model_name='message',
            name='conversation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='inbox.conversation'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['brand', 'waiting_since', 'id'], name='conversation_longest_waiting'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('merged_into', None), ('state', 'open'), ('waiting_since__isnull', False)), fields=['brand', '-last_at', '-id'], name='conversation_pending'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('merged_into', None), ('state__in', ['open', 'snoozed', 'handed'])), fields=['brand', '-heat', '-id'], name='conversation_hottest'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('answer_due_at__isnull', False)), fields=['brand', 'answer_due_at', 'id'], name='conversation_next_due'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=django.contrib.postgres.indexes.GinIndex(models.F('brand'), models.F('channel'), models.F('kind'), models.F('state'), models.F('judgement'), models.F('sentiment'), models.F('offence'), models.F('importance'), models.F('urgency'), models.F('department'), models.F('language'), django.contrib.postgres.indexes.OpClass('intents', name='jsonb_path_ops'), django.contrib.postgres.indexes.OpClass('labels', name='jsonb_path_ops'), gin_pending_list_limit=512, name='conversation_told'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=django.contrib.postgres.indexes.GinIndex(fields=['mentions'], name='note_names', opclasses=['jsonb_path_ops']),
        ),
        migrations.AddField(
            model_name='firstview',
            name='brand',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='brands.brand'),
        ),
        migrations.AddField(
            model_name='firstview',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='firstview',
            name='view',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='inbox.savedview'),
        ),
        migrations.AddField(
            model_name='label',
            name='brand',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='labels', to='brands.brand'),
        ),
        migrations.AddField(
            model_name='sweep',
            name='brand',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='brands.brand'),
        ),
        migrations.AddField(
            model_name='sweep',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='firstview',
            constraint=models.UniqueConstraint(fields=('brand', 'member'), name='one_first_view'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=models.UniqueConstraint(fields=('brand', 'name'), name='one_label_a_name'),
        ),
        migrations.AddIndex(
            model_name='sweep',
            index=models.Index(condition=models.Q(models.Q(('left', []), _negated=True), ('undone_at', None)), fields=['id'], name='sweep_unfinished'),
        ),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
    ]
