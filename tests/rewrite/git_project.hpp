#pragma once

#include <stdexcept>
#include <string>

#include "cli/cli_support.hpp"
#include "cli/database_project.hpp"

namespace rev::test {

/// A project in a Git repository of its own, whose branch is `main`.
class GitProject : public DatabaseProject {
public:
    explicit GitProject(std::string_view settings = "") : GitProject(Kind::sqlite, settings) {}
    explicit GitProject(Kind kind, std::string_view settings = "") : DatabaseProject(kind, settings) {
        git("init -q -b main");
        write(".gitignore", "*.db*\n");
    }

    /// Runs git in the project; throws if it fails.
    std::string git(std::string_view line) const {
        auto command = words(line);
        command.insert(command.begin(), {"git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c",
                                         "commit.gpgsign=false"});
        ProgramOptions options{path(), {{"GIT_CONFIG_GLOBAL", "/dev/null"}}, {}};
        auto result = run_program(command, options);
        if (result.exit_code != 0) throw std::runtime_error(std::string(line) + ": " + result.out + result.err);
        return result.out;
    }

    void commit(const std::string& message) const {
        git("add -A");
        git("commit -q -m '" + message + "'");
    }
};

/// A revision that makes a table of its own name.
[[nodiscard]] inline RevisionSpec table_revision(const std::string& id, const std::string& revises) {
    return {.id = id,
            .revises = revises,
            .upgrade = "CREATE TABLE table_" + id + " (id integer);",
            .downgrade = "DROP TABLE table_" + id + ";"};
}

/// On main a1 <- b1; on the branch `mine`, which is checked out, a1 <- c1 <- d1, merged with main.
inline void write_two_branches(const GitProject& project) {
    project.revision(table_revision("a1", ""));
    project.commit("first");
    project.git("checkout -q -b mine");
    project.revision(table_revision("c1", "a1"));
    project.revision(table_revision("d1", "c1"));
    project.commit("mine");
    project.git("checkout -q main");
    project.revision(table_revision("b1", "a1"));
    project.commit("theirs");
    project.git("checkout -q mine");
}

}  // namespace rev::test
