"""Of what members are told besides: what is not on the network as it was approved, and channels that end soon."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0008_left'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='notice', name='notice_kind_known'),
        migrations.RemoveConstraint(model_name='notice', name='notice_of_something'),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[
                ('refused', 'No ha salido'), ('unsure', 'Sin confirmar'), ('held', 'Retenido'), ('expired', 'Se le pasó la hora'),
                ('late', 'Va con retraso'), ('channel', 'Canal por reconectar'), ('expiring', 'Canal que caduca pronto'),
                ('differs', 'No coincide'), ('gone', 'Ya no se ve')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(
                condition=models.Q(('kind__in', [
                    'refused', 'unsure', 'held', 'expired', 'late', 'channel', 'expiring', 'differs', 'gone'])),
                name='notice_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(
                condition=models.Q(('kind__in', ['channel', 'expiring']), ('dispatch__isnull', False), _connector='OR'),
                name='notice_of_something'),
        ),
    ]
