#pragma once

#include <string>
#include <string_view>

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

/// Places of usual_env: where the engine is made, and where the context is told of the connection.
inline constexpr auto engine_option = "poolclass=pool.NullPool";
inline constexpr auto configure_call = "        context.configure(";

/// usual_env with more Python before one of its places.
inline std::string env_with(std::string_view added, std::string_view place) {
    std::string env = usual_env;
    REQUIRE(env.find(place) != std::string::npos);
    return env.insert(env.find(place), added);
}

/// A project of Alembic whose ini names a server that is not there, and a database of PostgreSQL to try it out on.
class AlembicProject : public ForeignProject {
public:
    explicit AlembicProject(const std::string& env = usual_env) : ForeignProject(Kind::postgresql) {
        write_alembic(*this, "postgresql://nobody@127.0.0.1:1/live", env);
    }

    /// migrations/versions/ID.py; the rest as of python_revision().
    void revision(const std::string& id, const std::string& down_revision, const std::string& upgrade,
                  const std::string& downgrade) const {
        write("migrations/versions/" + id + ".py", python_revision(id, down_revision, upgrade, downgrade));
    }
    /// a1 makes t with an id, b2 adds its name.
    void write_table_and_column() const {
        revision("a1", "None", "    op.create_table('t', sa.Column('id', sa.Integer))\n", "    op.drop_table('t')\n");
        revision("b2", "'a1'", "    op.add_column('t', sa.Column('name', sa.Text()))\n",
                 "    op.drop_column('t', 'name')\n");
    }
    /// `rev import`, tried out on the database. more: the tool, and options.
    ProgramResult run_import(const std::string& more = "", int exit_code = 0) const {
        return rev("import --python " + std::string(python) + " --scratch " + url() + " " + more, exit_code);
    }
};

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
