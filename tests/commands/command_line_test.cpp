#include <doctest/doctest.h>

#include <sstream>

#include "commands/command_line.hpp"

using rev::Error;
using rev::ExitCode;
using rev::commands::Arguments;
using rev::commands::Context;
using rev::commands::GlobalOptions;
using rev::commands::Subcommand;

namespace {

struct Options {
    std::vector<std::string> targets;
    std::optional<std::string> range;
    std::vector<std::string> labels;
    std::optional<std::string> mode;
    std::size_t limit = 0;
    bool verbose = false;
};

/// What the command was run with.
Options seen;

void declare(Arguments& arguments, Options& options) {
    arguments.positionals("TARGET", options.targets, "where to");
    arguments.option("-r,--rev-range", options.range, "A:B", "a range");
    arguments.options("--branch-label", options.labels, "LABEL", "labels");
    arguments.choice("--mode", options.mode, {"one", "all"}, "a mode");
    arguments.number("--limit", options.limit, "a number");
    arguments.flag("-v,--verbose", options.verbose, "more");
}

ExitCode run(Context& /*context*/, const Options& options) {
    seen = options;
    return ExitCode::done;
}

std::vector<Subcommand> commands() {
    return {rev::commands::make_subcommand<Options>("walk-up", "walk", "  rev walk-up head", declare, run),
            rev::commands::make_subcommand<Options>("heads", "list", "  rev heads x", declare, run)};
}

struct Parsed {
    GlobalOptions globals;
    std::string text;
};

Parsed parse(const std::vector<std::string>& arguments) {
    Parsed parsed;
    std::ostringstream out;
    Context context(parsed.globals, {}, out, out);
    const auto line = rev::commands::parse_command_line(arguments, commands(), parsed.globals);
    parsed.text = line.text;
    seen = {};
    if (line.run) line.run(context);
    return parsed;
}

Error refusal(const std::vector<std::string>& arguments) {
    try {
        parse(arguments);
    } catch (const Error& error) {
        return error;
    }
    FAIL("was not refused");
    return Error(ExitCode::done, "", "");
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a target that starts with a minus and a digit is no option") {
    parse({"walk-up", "-1"});
    CHECK(seen.targets == Texts{"-1"});
    parse({"walk-up", "-12", "+2", "-v"});
    CHECK(seen.targets == Texts{"-12", "+2"});
    CHECK(seen.verbose);
}

TEST_CASE("an option's value may start with a minus and a digit") {
    parse({"walk-up", "x", "-r", "-3:current"});
    CHECK(seen.range == "-3:current");
    parse({"walk-up", "x", "--rev-range=-3:"});
    CHECK(seen.range == "-3:");
}

TEST_CASE("a command's name may be written with underscores") {
    parse({"walk_up", "head"});
    CHECK(seen.targets == Texts{"head"});
}

TEST_CASE("a target may have the name of a command") {
    parse({"walk-up", "heads", "x"});
    CHECK(seen.targets == Texts{"heads", "x"});
}

TEST_CASE("global options stand before or after the command") {
    CHECK(parse({"--json", "walk-up", "x"}).globals.json);
    CHECK(parse({"walk-up", "x", "--json"}).globals.json);
    CHECK(parse({"walk-up", "-n", "production", "x"}).globals.environment == "production");
    const auto both = parse({"-x", "a=1", "walk-up", "-x", "b=2", "x"});
    CHECK(both.globals.variables == Texts{"a=1", "b=2"});
    CHECK(seen.targets == Texts{"x"});
}

TEST_CASE("an option that may be repeated takes one value each time") {
    parse({"walk-up", "--branch-label", "a", "x", "--branch-label", "b"});
    CHECK(seen.labels == Texts{"a", "b"});
    CHECK(seen.targets == Texts{"x"});
}

TEST_CASE("nothing at all is answered with the help") {
    const auto text = parse({}).text;
    CHECK(text.find("walk-up") != std::string::npos);
    CHECK(text.find("walk_up") == std::string::npos);
    CHECK(parse({"--help"}).text == text);
}

TEST_CASE("the help of a command shows its example and the global options") {
    const auto text = parse({"walk-up", "--help"}).text;
    CHECK(text.find("rev walk-up head") != std::string::npos);
    CHECK(text.find("--json") != std::string::npos);
}

TEST_CASE("a misspelt command suggests the nearest") {
    const auto error = refusal({"walkup", "head"});
    CHECK(error.exit_code() == ExitCode::usage);
    CHECK(std::string(error.what()) == "there is no command \"walkup\"");
    CHECK(error.hint() == "did you mean `walk-up`?");
}

TEST_CASE("a misspelt option suggests the nearest, also when an argument is missing") {
    CHECK(refusal({"walk-up", "x", "--verbos"}).hint() == "did you mean `--verbose`?");
    CHECK(refusal({"walk-up", "--verbos"}).hint() == "did you mean `--verbose`?");
    CHECK(refusal({"--jsn", "walk-up", "x"}).hint() == "did you mean `--json`?");
}

TEST_CASE("a missing argument, a word that is no choice and a number that is none are refused") {
    const auto missing = refusal({"walk-up"});
    CHECK(std::string(missing.what()) == "rev walk-up: TARGET is required");
    CHECK(missing.hint() == "such as `rev walk-up head`; see `rev walk-up --help`");
    CHECK(std::string(refusal({"walk-up", "x", "--mode", "two"}).what()).find("not one of one, all") !=
          std::string::npos);
    CHECK(std::string(refusal({"walk-up", "x", "--limit", "-1"}).what()).find("is no number") != std::string::npos);
    parse({"walk-up", "x", "--limit", "12", "--mode", "all"});
    CHECK(seen.limit == 12);
    CHECK(seen.mode == "all");
}
