import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('brands', '0001_initial'),
        ('publishing', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('every', models.CharField(choices=[('day', 'Cada día'), ('week', 'Cada semana'), ('month', 'Cada mes, el mismo día'), ('nth', 'Cada mes, el mismo día de la semana')], max_length=5)),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, size=None)),
                ('first', models.DateField()),
                ('local_time', models.TimeField()),
                ('until', models.DateField(null=True)),
                ('times', models.IntegerField(null=True)),
                ('state', models.CharField(choices=[('active', 'En marcha'), ('stopped', 'Parada'), ('ended', 'Terminada')], default='active', max_length=7)),
                ('made_until', models.DateField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='post',
            name='post_state_known',
        ),
        migrations.AddField(
            model_name='post',
            name='by_hand',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='post',
            name='series_day',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='tolerance_minutes',
            field=models.SmallIntegerField(choices=[(15, '15 minutos'), (60, '1 hora'), (180, '3 horas'), (720, '12 horas'), (1440, '24 horas')], default=720),
        ),
        migrations.AlterField(
            model_name='post',
            name='state',
            field=models.CharField(choices=[('draft', 'Borrador'), ('scheduled', 'Programada'), ('discarded', 'Descartada'), ('template', 'Modelo de una serie')], default='draft', max_length=9),
        ),
        migrations.AddField(
            model_name='series',
            name='brand',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='series', to='brands.brand'),
        ),
        migrations.AddField(
            model_name='post',
            name='series',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='posts', to='publishing.series'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'scheduled', 'discarded', 'template'])), name='post_state_known'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('tolerance_minutes__gt', 0)), name='tolerance_of_some_time'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('series', 'series_day'), name='one_post_a_day_of_a_series'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'template')), fields=('series',), name='one_template_a_series'),
        ),
        migrations.AddIndex(
            model_name='series',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['made_until'], name='series_to_make'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(('every__in', ['day', 'week', 'month', 'nth'])), name='series_rule_known'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['active', 'stopped', 'ended'])), name='series_state_known'),
        ),
    ]
