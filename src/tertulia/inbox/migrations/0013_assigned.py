"""What is whose, newest first, by an index."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds it."""

    dependencies = [
        ('brands', '0003_signing'),
        ('channels', '0004_the_conversation_whole'),
        ('inbox', '0012_slices'),
        ('people', '0004_found'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(
                condition=models.Q(('assignee__isnull', False)), fields=['brand', 'assignee', '-last_at', '-id'],
                name='conversation_assigned'),
        ),
    ]
