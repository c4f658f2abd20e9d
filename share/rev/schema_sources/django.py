#!/usr/bin/env python3
"""Prints the DDL of a Django project's models, for `schema: { command: ... }` in alembic.yaml.

    python3 {schema_sources}/django.py [--settings MODULE] [APP...] --dialect {dialect}

The settings are those of DJANGO_SETTINGS_MODULE unless named; with the names of apps, only theirs. Tables of models that
say `managed = False` are left out. No database is connected to: DATABASES of the settings is put aside.
"""
import argparse
import os
import sys

# This file's own folder comes first in the path, and this file has the library's name.
OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder or ".") != OWN_FOLDER]
sys.path.insert(0, os.getcwd())

# What the back end asks a server for, where there is none.
POSTGRESQL_VERSION = 150000


def fail(message):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {message}")


def databases_for(dialect):
    if dialect == "postgresql":
        return {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "nowhere.invalid", "NAME": "nowhere"}}
    return {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}


def set_up(settings_module, dialect):
    import django
    from django.conf import settings

    if settings_module:
        os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        fail("name the settings: --settings MODULE, or DJANGO_SETTINGS_MODULE")
    settings.DATABASES = databases_for(dialect)
    settings.DATABASE_ROUTERS = []
    django.setup()


def models_of(labels):
    from django.apps import apps

    configs = [apps.get_app_config(label) for label in labels] if labels else apps.get_app_configs()
    models = [model for config in configs for model in config.get_models()]
    return [model for model in models if model._meta.managed and not model._meta.proxy and not model._meta.swapped]


def collect_into(statements, editor):
    """Takes what the editor would execute. Its own collecting leaves some percent signs doubled, and without a
    connection the driver escapes backslashes as no server reads them."""
    quote_others = editor.quote_value

    def quote_value(value):
        return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else quote_others(value)

    def execute(sql, params=()):
        text = str(sql)
        statements.append(text % tuple(quote_value(param) for param in params) if params else text)

    editor.quote_value = quote_value
    editor.execute = execute


def statements_of(models):
    from django.db import connection

    connection.__dict__["pg_version"] = POSTGRESQL_VERSION
    statements = []
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        collect_into(statements, editor)
        for model in models:
            editor.create_model(model)
        # Constraints and indexes that wait for other tables are added when the editor is left.
    return statements


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("apps", nargs="*", metavar="APP")
    parser.add_argument("--settings", metavar="MODULE")
    parser.add_argument("--dialect", choices=("postgresql", "sqlite"), default="postgresql")
    arguments = parser.parse_args()
    set_up(arguments.settings, arguments.dialect)
    for statement in statements_of(models_of(arguments.apps)):
        print(statement.strip().rstrip(";") + ";\n")


if __name__ == "__main__":
    main()
