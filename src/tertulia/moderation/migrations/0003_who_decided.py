"""Verdicts of before say who decided, and about whom."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_justice")]

    operations = [migrations.RunSQL(
        "update moderation_verdict verdict set by = coalesce('member:' || verdict.member_id, ''), profile_id = message.author_id "
        "from inbox_message message where message.id = verdict.message_id and verdict.by = ''", migrations.RunSQL.noop)]
