// `rev init --from`, `rev import --baseline-from` and `rev export alembic`, on SQLite.
#include "import/alembic_project.hpp"
#include "import/foreign_project.hpp"

using rev::test::ForeignProject;
using rev::test::python_revision;
using rev::test::says;

namespace {

/// Debian's Alembic in the folder of the project.
rev::test::ProgramResult alembic(const ForeignProject& project, std::string_view line, int exit_code = 0) {
    rev::test::ProgramOptions options;
    options.directory = project.path();
    auto command = rev::test::words("/usr/bin/python3 -m alembic.config");
    for (auto& word : rev::test::words(line)) command.push_back(word);
    const auto result = rev::test::run_program(command, options);
    CHECK_MESSAGE((result.exit_code == 0) == (exit_code == 0), line, "\n", result.out, result.err);
    return result;
}

std::string schema_of(const ForeignProject& project) {
    return project.query(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'rev_%' AND name NOT LIKE 'alembic%' AND name"
        " NOT LIKE 'sqlite%' ORDER BY name");
}

}  // namespace

TEST_CASE("init --from: the first revision is the schema, and the database is at it") {
    const ForeignProject project;
    project.query(
        "CREATE TABLE crew (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '-- rev:downgrade');"
        " CREATE INDEX by_name ON crew (name); CREATE VIEW v AS SELECT name FROM crew;"
        " CREATE TRIGGER t AFTER INSERT ON crew BEGIN UPDATE crew SET name = 'a;b'; END; INSERT INTO crew VALUES (1, "
        "'x')");
    const auto before = schema_of(project);
    const auto result = project.rev("init --from " + project.url());
    CHECK_FALSE(says(result, "another schema"));
    CHECK(says(project.rev("status --exit-code"), "up to date"));
    CHECK(project.query("SELECT count(*) FROM crew") == "1");
    CHECK(project.query("SELECT event FROM rev_log") == "stamp");
    project.rev("-u sqlite:///new.db upgrade head");
    CHECK(says(project.rev("diff " + project.url() + " sqlite:///new.db"), "No difference"));
    project.rev("revision -m next");
    CHECK(schema_of(project) == before);
}

TEST_CASE("init --from: what is versioned, empty or a project already is refused, and nothing is written") {
    const ForeignProject project;
    project.query("CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('a1')");
    CHECK(says(project.rev("init --from " + project.url(), 2), "rev import alembic"));
    project.query("DROP TABLE alembic_version");
    CHECK(says(project.rev("init --from " + project.url(), 2), "is empty"));
    CHECK_FALSE(project.exists("alembic.yaml"));
    project.query("CREATE TABLE crew (id INTEGER)");
    project.rev("init --from " + project.url());
    CHECK(says(project.rev("init --from " + project.url(), 2), "already: somebody versions it"));
    project.query("DROP TABLE alembic_version");
    CHECK(says(project.rev("init --from " + project.url(), 2), "alembic.yaml is there already"));
}

TEST_CASE("status and a failed first upgrade name the ways in") {
    const ForeignProject project;
    project.query("CREATE TABLE crew (id INTEGER)");
    project.rev("init");
    const auto status = project.rev("status");
    CHECK(says(status, "rev init --from URL"));
    CHECK(says(status, "rev import"));
    project.write("versions/a1.sql",
                  "-- revision: a1\n-- revises:\n\n-- rev:upgrade\nCREATE TABLE crew (id INTEGER);\n");
    CHECK(says(project.rev("status"), "rev stamp REV"));
    const auto failed = project.rev("upgrade head", 5);
    CHECK(says(failed, "rev stamp REV"));
    CHECK(says(failed, "rev init --from"));
}

TEST_CASE("baseline-from: files whose first tables somebody made by hand") {
    const ForeignProject project;
    project.query("CREATE TABLE crew (id INTEGER PRIMARY KEY)");
    project.write("migrations/1_name.up.sql", "ALTER TABLE crew ADD COLUMN name TEXT;\n");
    CHECK(says(project.rev("import golang-migrate --dialect sqlite --dry-run"), "NOT verified: "));
    CHECK(says(project.rev("import golang-migrate --dialect sqlite --baseline-from " + project.url()),
               "2 of 2 verified"));
    project.rev("-u sqlite:///new.db upgrade head");
    project.query(
        "ALTER TABLE crew ADD COLUMN name TEXT; CREATE TABLE schema_migrations (version INTEGER, dirty BOOL); INSERT"
        " INTO schema_migrations VALUES (1, 0)");
    project.take_over("golang-migrate --baseline-from " + project.url());
    CHECK(project.rows() == "1");
    CHECK(says(project.rev("diff " + project.url() + " sqlite:///new.db"), "schema_migrations"));
}

TEST_CASE("baseline-from: an Alembic history whose first tables come from create_all") {
    const ForeignProject project;
    rev::test::write_alembic(project, "sqlite:///live.db");
    project.write(
        "migrations/versions/a1.py",
        python_revision("a1", "None", "    op.add_column('crew', sa.Column('name', sa.String(20)))\n",
                        "    with op.batch_alter_table('crew') as batch:\n        batch.drop_column('name')\n"));
    project.write("migrations/versions/b2.py",
                  python_revision("b2", "'a1'", "    op.create_index('by_name', 'crew', ['name'])\n",
                                  "    op.drop_index('by_name')\n"));
    const std::string import = "import alembic --python " + std::string(rev::test::python);
    CHECK(says(project.rev(import, 3), "--baseline-from URL"));
    CHECK_FALSE(project.exists("alembic.yaml"));
    SUBCASE("made before the first revision") {
        project.query("CREATE TABLE crew (id INTEGER PRIMARY KEY)");
        CHECK(says(project.rev(import + " --baseline-from " + project.url()), "3 of 3 verified"));
    }
    SUBCASE("at the first revision") {
        project.query(
            "CREATE TABLE crew (id INTEGER PRIMARY KEY, name VARCHAR(20)); CREATE TABLE alembic_version (version_num"
            " VARCHAR(32) NOT NULL); INSERT INTO alembic_version VALUES ('a1')");
        const auto result = project.rev(import + " --baseline-from " + project.url());
        CHECK(says(result, "3 of 3 verified"));
        CHECK(says(result, "a1.py has no SQL: the baseline has what it makes"));
    }
    project.rev("-u sqlite:///new.db upgrade head");
    CHECK(says(project.rev("-u sqlite:///new.db current"), "b2 (head)"));
}

TEST_CASE("export alembic: Alembic goes on where rev stands, and back") {
    const ForeignProject project;
    project.rev("init");
    project.write(
        "versions/a1.sql",
        "-- crew \"and\" \\\n--\n-- revision: a1\n-- revises:\n-- branch_labels: people\n\n-- rev:upgrade\nCREATE "
        "TABLE crew (id INTEGER, name TEXT DEFAULT ':x %s %% \\');\nCREATE TRIGGER t AFTER INSERT ON crew BEGIN "
        "UPDATE crew SET name = 'a;b'; END;\n-- rev:downgrade\nDROP TABLE crew;\n");
    project.write(
        "versions/b2.sql",
        "-- revision: b2\n-- revises: a1\n-- transaction: false\n\n-- rev:upgrade\nCREATE INDEX i ON crew (name);\n"
        "-- rev:downgrade\nDROP INDEX i;\n");
    project.rev("export alembic -o migrations/versions");
    rev::test::write_alembic(project, project.url());
    project.rev("upgrade a1");
    CHECK(says(alembic(project, "current"), "a1"));
    alembic(project, "upgrade head");
    CHECK(project.rows() == "b2");
    CHECK(says(alembic(project, "history"), "a1 -> b2"));
    CHECK(says(project.rev("status --exit-code"), "up to date"));
    alembic(project, "downgrade base");
    CHECK(schema_of(project).empty());
    alembic(project, "upgrade head");
    CHECK(schema_of(project).find("':x %s %% \\'") != std::string::npos);
    CHECK(says(project.rev("export alembic -o migrations/versions", 2), "cannot write"));
    CHECK(says(project.rev("export flyway", 2), "rev export alembic"));
}

TEST_CASE("export alembic: a database within a squash is stopped, and a new one runs it") {
    const ForeignProject project;
    project.rev("init");
    project.write(
        "versions/c3.sql",
        "-- all\n--\n-- revision: c3\n-- revises:\n-- squashes: a1, b2, c3\n\n-- rev:upgrade\nCREATE TABLE crew (id "
        "INTEGER);\n-- rev:downgrade\nDROP TABLE crew;\n");
    project.rev("export alembic -o migrations/versions");
    rev::test::write_alembic(project, project.url());
    alembic(project, "upgrade head");
    CHECK(project.rows() == "c3");
    project.query("DROP TABLE crew; UPDATE alembic_version SET version_num = 'b2'");
    CHECK(says(alembic(project, "upgrade head", 1), "within the squash c3"));
    CHECK(schema_of(project).empty());
    project.query("UPDATE alembic_version SET version_num = 'a1'");
    CHECK(says(alembic(project, "upgrade head", 1), "within the squash c3"));
    CHECK(project.rows() == "a1");
}
