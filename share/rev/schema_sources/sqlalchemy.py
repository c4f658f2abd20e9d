#!/usr/bin/env python3
"""Prints the DDL of SQLAlchemy models, for `schema: { command: ... }` in alembic.yaml.

    python3 {schema_sources}/sqlalchemy.py MODULE[:NAME] --dialect {dialect}

MODULE is imported from the working directory. NAME is in it: a MetaData, or what has one as `metadata` (a declarative
base, Flask-SQLAlchemy's `db`, SQLModel); without NAME it is looked for. Works with SQLAlchemy 1.4 and 2. No database is
connected to, and no database driver is needed.
"""
import argparse
import importlib
import os
import sys

# This file's own folder comes first in the path, and this file has the library's name.
OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder or ".") != OWN_FOLDER]
sys.path.insert(0, os.getcwd())

USUAL_NAMES = ("metadata", "Base", "base", "db", "Model", "SQLModel")


def fail(message):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {message}")


def metadata_of(value):
    """The MetaData that it is, or has; None if neither."""
    from sqlalchemy import MetaData

    if isinstance(value, MetaData):
        return value
    found = getattr(value, "metadata", None)
    return found if isinstance(found, MetaData) else None


def find_by_name(module, name):
    value = module
    for part in name.split("."):
        if not hasattr(value, part):
            fail(f"module {module.__name__} has no {name}")
        value = getattr(value, part)
    found = metadata_of(value)
    if found is None:
        fail(f"{module.__name__}:{name} is no MetaData and has none")
    return found


def find_metadata(module, name):
    if name:
        return find_by_name(module, name)
    names = [n for n in USUAL_NAMES if hasattr(module, n)] + sorted(vars(module))
    with_tables = []
    for candidate in names:
        found = metadata_of(getattr(module, candidate))
        if found is not None and found.tables and found not in with_tables:
            with_tables.append(found)
    if not with_tables:
        fail(f"module {module.__name__} has no MetaData with tables; name it: {module.__name__}:NAME")
    if len(with_tables) > 1:
        fail(f"module {module.__name__} has several MetaData with tables; name one: {module.__name__}:NAME")
    return with_tables[0]


def dialect_named(name, server_version):
    # The base classes take no driver; and with this style of parameters no percent sign is doubled.
    if name == "postgresql":
        from sqlalchemy.dialects.postgresql.base import PGDialect

        dialect = PGDialect(paramstyle="named")
        # SQLAlchemy 2.1 asks the server, and takes it for a new one until it has.
        dialect.supports_virtual_generated_columns = server_version >= 18
        return dialect
    from sqlalchemy.dialects.sqlite.base import SQLiteDialect

    return SQLiteDialect(paramstyle="named")


def schemas_of(metadata):
    """Those of tables, and of the enums and sequences that stand by themselves."""
    from sqlalchemy import Enum

    types = [column.type for table in metadata.tables.values() for column in table.columns]
    types += [type_.item_type for type_ in types if hasattr(type_, "item_type")]  # of arrays
    enums = [type_ for type_ in types if isinstance(type_, Enum)]
    # What has no schema of its own has its table's, or none.
    owners = [*metadata.tables.values(), *metadata._sequences.values(), *enums]
    return {owner.schema for owner in owners if owner.schema}


def statements_of(metadata, dialect):
    """The statements of create_all(), in its order: types, sequences, tables, constraints, indexes, comments."""
    from sqlalchemy.engine.mock import MockConnection

    statements = []

    def take(statement, *_arguments, **_more):
        text = statement if isinstance(statement, str) else str(statement.compile(dialect=dialect))
        text = text.strip().rstrip(";")
        if text and text not in statements:
            statements.append(text)

    if dialect.name == "postgresql":
        quote = dialect.identifier_preparer.quote
        schemas = sorted(schemas_of(metadata) - {"public"})
        statements += [f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}" for schema in schemas]
    metadata.create_all(MockConnection(dialect, take), checkfirst=False)
    return statements


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", metavar="MODULE[:NAME]")
    parser.add_argument("--dialect", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--server-version", type=int, default=15, metavar="N", help="PostgreSQL's major version")
    arguments = parser.parse_args()
    module_name, _, name = arguments.module.partition(":")
    metadata = find_metadata(importlib.import_module(module_name), name)
    for statement in statements_of(metadata, dialect_named(arguments.dialect, arguments.server_version)):
        print(statement + ";\n")


if __name__ == "__main__":
    main()
