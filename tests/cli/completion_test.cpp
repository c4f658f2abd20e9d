// Completion in the real shells, at a terminal, and the words that rev gives them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "cli/cli_support.hpp"
#include "support/terminal.hpp"

using rev::test::Arguments;
using rev::test::Environment;
using rev::test::expect;
using rev::test::has;
using rev::test::rev_program;
using rev::test::run_program;
using rev::test::run_rev;
using rev::test::TemporaryFolder;
using rev::test::TemporaryProject;
using rev::test::TerminalSession;

namespace {

constexpr const char* to_line_start = "\x01";
constexpr const char* to_line_end = "\x05";
constexpr const char* kill_line = "\x15";

Environment with_rev_in_path() { return {{"PATH", rev_program().parent_path().string() + ":" + std::getenv("PATH")}}; }

/// a1 <- b1 (label bee, two environments in alembic.yaml).
void write_project(const TemporaryProject& project) {
    project.revision({.id = "a1", .message = "make accounts"});
    project.revision(
        {.id = "b1", .revises = "a1", .message = "it's \"quoted\"\tand $(odd)", .header = "branch_labels: bee"});
    project.revision({.id = "b2.x", .revises = "b1", .message = "last"});
    project.write("some folder/other.yaml", "");
}

constexpr const char* environments =
    "environments:\n  production: {url: 'sqlite:///p.db'}\n  staging: {url: 'sqlite:///s.db'}\n";

/// An interactive bash or zsh that has read what `rev completion` prints for it.
class Shell {
public:
    Shell(const TemporaryProject& project, const std::string& name)
        : project_(project), session_(prepare(project, name), {project.path(), environment_in(project), {}}) {
        session_.wait_for(prompt);
    }

    /// What the shell makes of these keys, as the words of a command.
    Arguments words_after(const std::string& keys) {
        session_.type(keys + to_line_start + "printf '%s\\n' " + to_line_end + " >typed\n");
        session_.wait_for(prompt);
        // Editing draws the prompt again in some shells.
        while (!project_.exists("typed") || project_.read("typed").empty()) session_.wait_for(prompt);
        Arguments words;
        std::istringstream lines(project_.read("typed"));
        for (std::string line; std::getline(lines, line);) words.push_back(line);
        std::filesystem::remove(project_.path() / "typed");
        return words;
    }

    void list(const std::string& keys, const std::string& expected) {
        session_.type(keys);
        session_.wait_for(expected);
        session_.type(kill_line);
    }

private:
    static constexpr const char* prompt = "ready> ";

    static Environment environment_in(const TemporaryProject& project) {
        auto environment = with_rev_in_path();
        environment["ZDOTDIR"] = project.path().string();
        environment["HOME"] = project.path().string();
        return environment;
    }

    static Arguments prepare(const TemporaryProject& project, const std::string& name) {
        if (name == "bash") {
            project.write(".bashrc",
                          "PS1='ready> '\nbind 'set enable-bracketed-paste off'\neval \"$(rev completion bash)\"\n");
            return {"bash", "--noprofile", "-i"};
        }
        project.write(
            ".zshrc",
            "PS1='ready> '\nbindkey -e\nautoload -Uz compinit\ncompinit -u -D\neval \"$(rev completion zsh)\"\n");
        return {"zsh", "-d", "-i"};
    }

    const TemporaryProject& project_;
    TerminalSession session_;
};

/// The lines of `rev __complete` for these words.
std::string answer(const TemporaryProject& project, const std::string& line) {
    return expect(project, "__complete " + line).out;
}

std::string fish(const TemporaryProject& project, const std::string& line) {
    const auto result =
        run_program({"fish", "--no-config", "-c", "rev completion fish | source; complete -C '" + line + "'"},
                    {project.path(), with_rev_in_path(), {}});
    REQUIRE_MESSAGE(result.exit_code == 0, result.err);
    return result.out;
}

}  // namespace

TEST_CASE("bash and zsh complete commands, options, environments, revisions and files") {
    for (const std::string name : {"bash", "zsh"}) {
        CAPTURE(name);
        const TemporaryProject project(environments);
        write_project(project);
        Shell shell(project, name);
        CHECK(shell.words_after("rev upg\t") == Arguments{"rev", "upgrade"});
        CHECK(shell.words_after("rev upgrade --det\t") == Arguments{"rev", "upgrade", "--detailed-exitcode"});
        CHECK(shell.words_after("rev upgrade --transaction=p\t") ==
              Arguments{"rev", "upgrade", "--transaction=per-revision"});
        CHECK(shell.words_after("rev -n prod\t current --ch\t") ==
              Arguments{"rev", "-n", "production", "current", "--check-heads"});
        CHECK(shell.words_after("rev show a\t") == Arguments{"rev", "show", "a1"});
        CHECK(shell.words_after("rev show b2\t") == Arguments{"rev", "show", "b2.x"});
        CHECK(shell.words_after("rev upgrade bee@he\t") == Arguments{"rev", "upgrade", "bee@head"});
        CHECK(shell.words_after("rev history -r a1:b2\t") == Arguments{"rev", "history", "-r", "a1:b2.x"});
        CHECK(shell.words_after("rev history --rev-range=a1:bee@h\t") ==
              Arguments{"rev", "history", "--rev-range=a1:bee@head"});
        CHECK(shell.words_after("rev init -t post\t") == Arguments{"rev", "init", "-t", "postgresql"});
        CHECK(shell.words_after("rev -c some\\ folder/o\t") == Arguments{"rev", "-c", "some folder/other.yaml"});
        CHECK(shell.words_after("rev --config=alem\t") == Arguments{"rev", "--config=alembic.yaml"});
        CHECK(shell.words_after("rev show 'b2\t") == Arguments{"rev", "show", "b2.x"});
    }
}

TEST_CASE("bash and zsh list revisions with their messages, and insert only what they have in common") {
    for (const std::string name : {"bash", "zsh"}) {
        CAPTURE(name);
        const TemporaryProject project;
        write_project(project);
        Shell shell(project, name);
        shell.list("rev show \t\t", "make accounts");
        shell.list("rev show b\t\t", "it's \"quoted\" and $(odd)");
        shell.list("rev \t\t", "Walk the database up to a target");
        CHECK(shell.words_after("rev show hea\t") == Arguments{"rev", "show", "head"});
    }
}

TEST_CASE("fish completes commands, options, environments, revisions and files, with descriptions") {
    const TemporaryProject project(environments);
    write_project(project);
    CHECK(fish(project, "rev upg") == "upgrade\tWalk the database up to a target\n");
    CHECK(fish(project, "rev upgrade --det") == "--detailed-exitcode\texit with 10 if there was something to do\n");
    CHECK(fish(project, "rev upgrade --transaction=p") == "--transaction=per-revision\n");
    CHECK(fish(project, "rev -n ") == "production\nstaging\n");
    CHECK(fish(project, "rev show a1") == "a1\tmake accounts\n");
    CHECK(fish(project, "rev upgrade b") ==
          "bee\tbranch: it's \"quoted\" and $(odd)\nb2.x\tlast\nb1\tit's \"quoted\" and $(odd)\n");
    CHECK(fish(project, "rev upgrade bee@h") == "bee@head\tthe head of bee\n");
    CHECK(fish(project, "rev history -r a1:b2") == "a1:b2.x\tlast\n");
    CHECK(has(fish(project, "rev -c alem"), "alembic.yaml"));
    CHECK(has(fish(project, "rev --config=alem"), "--config=alembic.yaml"));
    CHECK(has(fish(project, "rev revision --version-path ver"), "versions/"));
}

TEST_CASE("words come newest first, the words of the target grammar before labels and ids") {
    const TemporaryProject project;
    write_project(project);
    CHECK(answer(project, "upgrade ''") ==
          "words\nhead\tthe newest revision\nheads\tall heads\n+1\tone step up\n"
          "bee\tbranch: it's \"quoted\" and $(odd)\nb2.x\tlast\nb1\tit's \"quoted\" and $(odd)\na1\tmake accounts\n");
    CHECK(answer(project, "downgrade ba") == "words\nbase\tbefore the first revision\n");
    CHECK(answer(project, "revision --depends-on h") == "words\n");
    CHECK(answer(project, "merge a1 b1") == "words\nb1\tit's \"quoted\" and $(odd)\n");
    CHECK(answer(project, "show a1 b") == "words\n");
    CHECK(answer(project, "check --dialect ''") == "words\npostgresql\nsqlite\n");
    CHECK(answer(project, "--color n") == "words\nnever\n");
}

TEST_CASE("options that take a value are told from those that take none") {
    const TemporaryProject project(environments);
    write_project(project);
    CHECK(answer(project, "upgrade -qn prod") == "words\nproduction\n");
    CHECK(answer(project, "revision -m prod --depends-on a") == "words\na1\tmake accounts\n");
    CHECK(answer(project, "log -n prod") == "words\n");
    CHECK(answer(project, "log --name prod") == "words\nproduction\n");
    CHECK(answer(project, "upgrade --backup ''") == "files\n");
    CHECK(answer(project, "upgrade --backup --dry") == "words\n--dry-run\tprint the steps and change nothing\n");
    CHECK(answer(project, "upgrade -- --dry") == "words\n");
    CHECK(answer(project, "-c other.yaml upgrade a") == "words\n");
    CHECK(answer(project, "-c alembic.yaml upgrade a") == "words\na1\tmake accounts\n");
}

TEST_CASE("every command and every option of it is offered") {
    const TemporaryProject project;
    const auto commands = answer(project, "''");
    const auto help = expect(project, "--help").out;
    std::istringstream lines(help.substr(help.find("Commands:\n") + 10));
    std::size_t count = 0;
    for (std::string line, name; std::getline(lines, line) && line.starts_with("  "); ++count) {
        std::istringstream(line) >> name;
        CHECK_MESSAGE(has(commands, "\n" + name + "\t"), name);
        const auto options = answer(project, name + " --");
        const auto short_options = answer(project, name + " -");
        std::istringstream help_lines(expect(project, name + " --help").out);
        for (std::string text, option; std::getline(help_lines, text);) {
            if (!text.starts_with("  -")) continue;
            std::replace(text.begin(), text.end(), ',', ' ');
            std::istringstream words(text);
            while (words >> option && option.starts_with("-")) {
                CHECK_MESSAGE(has(option.starts_with("--") ? options : short_options, "\n" + option + "\t"), name, " ",
                              option);
            }
        }
    }
    CHECK(count > 15);
}

TEST_CASE("without a project, or with a broken one, commands and options complete, and nothing is said of errors") {
    const TemporaryFolder empty;
    const auto ask = [&](const Arguments& words) { return run_rev(words, {empty.path(), {}, {}}); };
    CHECK(ask({"__complete", "upg"}).out == "words\nupgrade\tWalk the database up to a target\n");
    for (const Arguments& words : {Arguments{"__complete"}, {"__complete", "show", "a"}, {"__complete", "-n", ""}}) {
        const auto result = ask(words);
        CHECK(result.exit_code == 0);
        CHECK(result.err.empty());
        CHECK(result.out.starts_with("words\n"));
    }
    const TemporaryProject project;
    write_project(project);
    project.write("versions/broken.sql", "no header at all");
    CHECK(answer(project, "show a") == "words\na1\tmake accounts\n");
    project.revision({.id = "c1", .revises = "nowhere"});
    CHECK(answer(project, "show ''") ==
          "words\nhead\tthe newest revision\nheads\tall heads\ncurrent\twhere the database is\n"
          "bee\tbranch: it's \"quoted\" and $(odd)\nc1\tmake c1\nb2.x\tlast\nb1\tit's \"quoted\" and $(odd)\na1\tmake "
          "accounts\n");
    project.write("alembic.yaml", "nonsense: [");
    CHECK(answer(project, "show a") == "words\n");
    CHECK(has(answer(project, "show --js"), "--json"));
}

TEST_CASE("an empty word in a long history offers the newest revisions only, a begun one all that fit") {
    const TemporaryProject project;
    std::string parent;
    for (int number = 100; number < 400; ++number) {
        const auto id = "r" + std::to_string(number);
        project.revision({.id = id, .revises = parent});
        parent = id;
    }
    const auto all = answer(project, "repair ''");
    CHECK(has(all, "words\nr399\t"));
    CHECK(has(all, "\nr200\t"));
    CHECK_FALSE(has(all, "\nr199\t"));
    CHECK(has(answer(project, "repair r1"), "\nr100\t"));
}

TEST_CASE("where repeatable objects can be named, they are offered") {
    const TemporaryProject project("repeatable_locations: [objects]\n");
    write_project(project);
    project.write("objects/accounts.sql",
                  "-- accounts in use\n--\n-- repeatable: accounts_used\n\n-- rev:apply\nSELECT 1;\n");
    for (const std::string command : {"show", "edit"})
        CHECK(answer(project, command + " acc") == "words\naccounts_used\taccounts in use\n");
    CHECK(answer(project, "upgrade acc") == "words\n");
    project.write("objects/broken.sql", "no header at all");
    CHECK(answer(project, "show acc") == "words\naccounts_used\taccounts in use\n");
}

TEST_CASE("an unknown shell is refused") {
    const TemporaryProject project;
    CHECK(rev::test::hint_of(expect(project, "completion tcsh", 2)) == "bash, zsh or fish");
}
