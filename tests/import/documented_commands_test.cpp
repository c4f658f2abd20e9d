// The commands that the documents give to whoever moves in, each in a project that it is for.
#include <set>

#include "base/files.hpp"
#include "import/alembic_project.hpp"

namespace {

using rev::test::ForeignProject;

std::string document(const std::string& name) {
    return rev::base::read_text_file(std::filesystem::path(REV_SOURCE_DIR) / name);
}

/// What stands between backquotes, or alone in a line of a block, and begins with `rev import`.
std::set<std::string> commands_in(const std::string& text) {
    std::set<std::string> found;
    const std::string start = "rev import";
    for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
        const bool is_quoted = at > 0 && text[at - 1] == '`';
        const bool is_block = at >= 5 && text.compare(at - 5, 5, "\n    ") == 0;
        if (!is_quoted && !is_block) continue;
        auto command = text.substr(at, text.find(is_quoted ? '`' : '\n', at) - at);
        command = command.substr(0, command.find("  #"));
        while (command.ends_with(' ')) command.pop_back();
        // A synopsis, or a word alone.
        if (command.find('[') == std::string::npos && command.find('\n') == std::string::npos) found.insert(command);
    }
    return found;
}

void replace(std::string& text, const std::string& part, const std::string& by) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + by.size()))
        text.replace(at, part.size(), by);
}

/// The files of the tool that the command names; of dbmate where it names none.
void write_project_for(const ForeignProject& project, const std::string& command) {
    if (command.find("alembic") != std::string::npos) {
        rev::test::write_alembic(project, "sqlite:///live.db");
        rev::test::write_two_revisions(project);
    } else if (command.find("goose") != std::string::npos) {
        project.write("db/migrations/00001_a.sql", "-- +goose Up\nCREATE TABLE a (i INTEGER);\n");
    } else if (command.find("django") != std::string::npos) {
        project.write("manage.py", "# DJANGO_SETTINGS_MODULE 'site_settings'\n");
        project.write("site_settings.py",
                      "SECRET_KEY = 'x'\nINSTALLED_APPS = ['store']\n"
                      "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'live.db'}}\n");
        project.write("store/__init__.py", "");
        project.write("store/migrations/__init__.py", "");
        project.write("store/migrations/0001_initial.py",
                      "from django.db import migrations\nclass Migration(migrations.Migration):\n"
                      "    operations = [migrations.RunSQL('CREATE TABLE a (i integer)')]\n");
    } else if (command.find(" sql ") != std::string::npos) {
        project.write("DIR/001_a.sql", "CREATE TABLE a (i INTEGER);\n");
    } else {
        project.write("db/migrations/1_a.sql", "-- migrate:up\nCREATE TABLE a (i INTEGER);\n-- migrate:down\n");
    }
}

}  // namespace

TEST_CASE("the commands for moving in work as README.md and the documents give them") {
    std::set<std::string> commands;
    for (const auto* name : {"README.md", "docs/import.md", "docs/adopting.md"})
        commands.merge(commands_in(document(name)));
    REQUIRE(commands.size() > 8);
    for (auto command : commands) {
        CAPTURE(command);
        const ForeignProject project;
        write_project_for(project, command);
        // An empty database: there is nothing to take over, and no file of it yet.
        project.query("VACUUM");
        replace(command, "\"$DATABASE_URL\"", project.url());
        replace(command, "=URL", "=" + project.url());
        replace(command, " URL", " " + project.url());
        // As a shell reads the line.
        auto line = command.substr(std::string("rev ").size());
        if (line.find("python") == std::string::npos &&
            (line.find("alembic") != std::string::npos || line.find("django") != std::string::npos))
            line += std::string(" --python ") + rev::test::python;
        rev::test::ProgramOptions options;
        options.directory = project.path();
        const auto result = rev::test::run_rev(rev::test::words(line), options);
        // No server has the documents' name, and a machine may have none of its own: then the command was read all the
        // same.
        const bool lacks_server = result.err.find("there is no PostgreSQL server") != std::string::npos &&
                                  line.find("postgresql") != std::string::npos;
        CHECK_MESSAGE((result.exit_code == 0 || lacks_server), result.out, result.err);
    }
}
