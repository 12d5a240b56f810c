"""``python -m tools.migrations``: whether the models and their migrations say the same. Asks no database."""

import sys

from tools import product


def check() -> list[str]:
    """The changes of models that no migration makes, and migrations in conflict."""
    product.start()
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState
    from django.utils import translation

    translation.deactivate_all()  # migrations hold the source sentences

    loader = MigrationLoader(None, ignore_no_migrations=True)
    problems = [f"{app}: two last migrations: {', '.join(names)}" for app, names in loader.detect_conflicts().items()]
    if problems:
        return problems
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("tertulia.")}
    missing = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    return [f"{app}: {operation.describe()}: write it with `tertulia manage makemigrations {app}`"
            for app, migrations in missing.items() if app in ours
            for migration in migrations for operation in migration.operations]


if __name__ == "__main__":
    wrong = check()
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)
