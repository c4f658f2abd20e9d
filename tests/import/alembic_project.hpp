#pragma once

#include <string>

#include "import/foreign_project.hpp"

namespace rev::test {

/// Debian's interpreter, which has Alembic.
inline constexpr auto python = "/usr/bin/python3";

/// An env.py as `alembic init` writes it.
inline constexpr auto usual_env = R"(from logging.config import fileConfig
from sqlalchemy import engine_from_config, pool
from alembic import context
config = context.config
def run_migrations_online():
    connectable = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.",
                                     poolclass=pool.NullPool)
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()
run_migrations_online()
)";

/// A revision's file. down_revision: in Python, such as "None" or "'a1'".
inline std::string python_revision(const std::string& id, const std::string& down_revision, const std::string& upgrade,
                                   const std::string& downgrade, const std::string& more = "") {
    return "\"\"\"make " + id + "\n\nRevision ID: " + id + "\nCreate Date: 2024-01-01 10:00:00\n\"\"\"\n" +
           "from alembic import op\nimport sqlalchemy as sa\nimport uuid\nrevision = '" + id +
           "'\ndown_revision = " + down_revision + "\n" + more + "\ndef upgrade():\n" + upgrade +
           "\ndef downgrade():\n" + downgrade + "\n";
}

/// alembic.ini and env.py; url: what the ini says, which nothing may connect to.
inline void write_alembic(const ForeignProject& project, const std::string& url, const std::string& env = usual_env) {
    project.write("alembic.ini", "[alembic]\nscript_location = migrations\nsqlalchemy.url = " + url + "\n");
    project.write("migrations/env.py", env);
}

/// a1 makes users, b2 rebuilds it and cannot be undone.
inline void write_two_revisions(const ForeignProject& project) {
    project.write("migrations/versions/a1_users.py",
                  python_revision("a1", "None",
                                  "    t = op.create_table('users', sa.Column('id', sa.Integer, primary_key=True),"
                                  " sa.Column('name', sa.String(20)))\n"
                                  "    op.bulk_insert(t, [{'id': 1, 'name': \"O'Hara\"}])\n",
                                  "    op.drop_table('users')\n", "branch_labels = ('people',)\n"));
    project.write("migrations/versions/b2_more.py",
                  python_revision("b2", "'a1'",
                                  "    with op.batch_alter_table('users') as batch:\n"
                                  "        batch.alter_column('name', nullable=False)\n"
                                  "        batch.add_column(sa.Column('mail', sa.Text()))\n",
                                  "    raise NotImplementedError\n"));
}

}  // namespace rev::test
