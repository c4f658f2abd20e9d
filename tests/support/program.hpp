#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/temporary_folder.hpp"

namespace rev::test {

using Arguments = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

/// What a program said and how it ended. exit_code: 128 + signal number if a signal ended it.
struct ProgramResult {
    int exit_code = 0;
    std::string out;
    std::string err;
};

/// Where and with what a program runs. Of this process's environment only PATH, HOME, TMPDIR and what sanitizers read
/// are passed on, so that DATABASE_URL, PG* and REV_* of the person who runs the tests change nothing.
struct ProgramOptions {
    std::filesystem::path directory = ".";
    Environment environment;
    std::string standard_input;
    int standard_error = -1;  ///< a descriptor in place of its file
    bool traced = false;      ///< it asks its parent to trace it (ptrace) and stops at its start
};

/// What a program started with `given` finds in its environment.
[[nodiscard]] Environment child_environment(const Environment& given);

/// A program that runs. Its standard input is a file, its outputs go to files, so nothing can block on a full pipe.
class RunningProgram {
public:
    /// command: the program (searched in PATH) and its arguments.
    RunningProgram(const Arguments& command, const ProgramOptions& options);
    ~RunningProgram();
    RunningProgram(const RunningProgram&) = delete;
    RunningProgram& operator=(const RunningProgram&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    void signal(int number) const;
    /// What it has written so far.
    [[nodiscard]] std::string out_so_far() const;
    [[nodiscard]] std::string err_so_far() const;
    [[nodiscard]] bool has_ended();
    /// Waits for its end; kills it after two minutes (exit code 137 then).
    [[nodiscard]] ProgramResult wait();

private:
    void reap(bool block);

    pid_t pid_ = -1;
    bool ended_ = false;
    int status_ = 0;
    std::filesystem::path files_;
};

/// wait_until() of support/wait_until.hpp while `program` runs: throws, with what it said, also if it ends and
/// `condition` does not hold.
void wait_until(std::string_view what, RunningProgram& program, const std::function<bool()>& condition);

/// Runs a program to its end.
[[nodiscard]] ProgramResult run_program(const Arguments& command, const ProgramOptions& options = {});

/// The path of the `rev` that this build made.
[[nodiscard]] std::filesystem::path rev_program();

/// Runs it to its end.
[[nodiscard]] ProgramResult run_rev(const Arguments& arguments, const ProgramOptions& options = {});

/// "a b  c" as {"a", "b", "c"}; 'quoted parts' stay together.
[[nodiscard]] Arguments words(std::string_view line);

/// The command line that runs rev with these words.
[[nodiscard]] Arguments rev_command(std::string_view line);

/// One revision file, tersely. What is left out is empty.
struct RevisionSpec {
    std::string id = {};
    std::string revises = {};    ///< as in the header, such as "a1, b1"; empty: a base
    std::string upgrade = {};    ///< the section's text
    std::string downgrade = {};  ///< the section's text; "-" leaves the section out
    std::string message = {};    ///< empty: "make ID"
    std::string header = {};     ///< more header lines, such as "depends_on: a1"; several by '\n'
    std::string sections = {};   ///< appended to the file as it is
};

/// The text of such a file.
[[nodiscard]] std::string revision_text(const RevisionSpec& spec);

/// A project in a temporary folder: alembic.yaml, versions/. Its database is the SQLite file test.db unless `url` is
/// set before a command runs.
class TemporaryProject {
public:
    /// settings: lines added to alembic.yaml.
    explicit TemporaryProject(std::string_view settings = "");

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_.path(); }

    /// Writes versions/ID.sql.
    void revision(const RevisionSpec& spec) const;
    /// Writes a file, making its folders. relative: to the project.
    void write(const std::filesystem::path& relative, std::string_view text) const;
    [[nodiscard]] std::string read(const std::filesystem::path& relative) const;
    [[nodiscard]] bool exists(const std::filesystem::path& relative) const;

    /// With what rev runs in the project: in its folder, on its database.
    [[nodiscard]] ProgramOptions options() const;

    /// Runs rev in the project; one text is split into words.
    [[nodiscard]] ProgramResult rev(const Arguments& arguments) const;
    [[nodiscard]] ProgramResult rev(std::string_view line) const { return rev(words(line)); }

    std::string url = "sqlite:///test.db";  ///< passed as DATABASE_URL, which alembic.yaml reads
    Environment environment;                ///< what else to pass

private:
    TemporaryFolder folder_;
};

}  // namespace rev::test
