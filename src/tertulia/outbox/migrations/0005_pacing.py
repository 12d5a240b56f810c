"""Token buckets for limits, pauses, and how far a dispatch came."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('brands', '0001_initial'),
        ('channels', '0002_renewing'),
        ('outbox', '0004_restore'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=560)),
                ('pace', models.CharField(blank=True, max_length=100)),
                ('verbs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ('tokens', models.FloatField(default=0)),
                ('filled_at', models.DateTimeField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(max_length=64)),
                ('because', models.CharField(blank=True, max_length=500)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.DeleteModel(
            name='Limit',
        ),
        migrations.RemoveIndex(
            model_name='dispatch',
            name='dispatch_due',
        ),
        migrations.AddField(
            model_name='dispatch',
            name='life',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='dispatch',
            name='progress',
            field=models.JSONField(default=dict),
        ),
        migrations.AddIndex(
            model_name='dispatch',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'ready'])), fields=['channel', 'try_at', 'id'], name='dispatch_due'),
        ),
        migrations.AddIndex(
            model_name='bucket',
            index=models.Index(condition=models.Q(('until__isnull', False)), fields=['until'], name='bucket_closed'),
        ),
        migrations.AddConstraint(
            model_name='bucket',
            constraint=models.UniqueConstraint(fields=('scope', 'pace'), name='one_bucket_a_pace'),
        ),
        migrations.AddField(
            model_name='pause',
            name='brand',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='brands.brand'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.UniqueConstraint(fields=('brand',), name='one_pause_a_brand', nulls_distinct=False),
        ),
    ]
