#include "commands/completion_point.hpp"

#include <doctest/doctest.h>

#include <set>

#include "commands/registry.hpp"

using rev::commands::CompletionPoint;
using rev::commands::find_completion_point;
using rev::commands::subcommands;
using Kind = rev::commands::CompletionPoint::Kind;
using Words = std::vector<std::string>;

namespace {

CompletionPoint at(const Words& words) {
    return rev::commands::find_completion_point(words, rev::commands::subcommands());
}

std::string argument_at(const Words& words) {
    const auto point = at(words);
    return point.argument ? point.argument->names.back() : "nothing";
}

}  // namespace

TEST_CASE("the first plain word is a command") {
    CHECK(at({}).kind == Kind::command);
    CHECK(at({""}).kind == Kind::command);
    CHECK(at({"-q", "up"}).kind == Kind::command);
    CHECK(at({"-c", "file", "up"}).kind == Kind::command);
    CHECK(at({"-cfile", "up"}).config_file == "file");
    CHECK(at({"--config=file", "up"}).config_file == "file");
    CHECK(at({"--name", "production", "up"}).environment == "production");
}

TEST_CASE("a value follows its option, in the next word or behind =") {
    CHECK(argument_at({"-c", "fi"}) == "--config");
    CHECK(at({"-c", "fi"}).kind == Kind::value);
    CHECK(argument_at({"upgrade", "-q", "--tag", ""}) == "--tag");
    const auto point = at({"upgrade", "--tag=no"});
    CHECK(point.kind == Kind::value);
    CHECK(point.prefix == "--tag=");
    CHECK(point.word == "no");
    CHECK(at({"upgrade", "--sql=no"}).kind == Kind::option);
}

TEST_CASE("a minus begins an option, with a digit behind it a target") {
    CHECK(at({"upgrade", "-"}).kind == Kind::option);
    CHECK(at({"upgrade", "--s"}).kind == Kind::option);
    CHECK(at({"downgrade", "-1"}).kind == Kind::positional);
    CHECK(at({"upgrade", "--", "--s"}).kind == Kind::positional);
    CHECK(at({"upgrade", "--tag", "-"}).kind == Kind::value);
    CHECK(at({"upgrade", "--backup", "-"}).kind == Kind::option);
}

TEST_CASE("positionals are counted; one that may be repeated takes all that follow") {
    CHECK(argument_at({"upgrade", ""}) == "TARGET");
    CHECK(argument_at({"upgrade", "head", ""}) == "nothing");
    CHECK(argument_at({"merge", "a1", "--rev-id", "x", "b1", ""}) == "REV");
    CHECK(argument_at({"heads", ""}) == "nothing");
    CHECK(argument_at({"ensure_version", "x"}) == "nothing");
    CHECK(argument_at({"nosuchcommand", "x"}) == "nothing");
}

TEST_CASE("what completion offers for each value's name was decided") {
    const std::set<std::string> completed{"REV",    "TARGET",  "A:B",   "FILE",    "PATH",    "DIR",    "ENV",
                                          "NAME",   "DIALECT", "SHELL", "COMMAND", "FROM:TO", "GITREF", "HAZARD",
                                          "SOURCE", "FROM",    "TO",    "ACTION",  "RING",    "MEMBER", "TOOL"};
    const std::set<std::string> free_text{"MSG",        "LABEL", "TAG", "ID",  "N",       "TIME",  "URL",
                                          "NAME=VALUE", "A=B",   "CMD", "ARG", "PATTERN", "OBJECT"};
    for (const auto& command : rev::commands::subcommands()) {
        for (const auto& argument : rev::commands::describe(command).arguments) {
            const auto& value = argument.is_positional ? argument.names.front() : argument.value;
            const bool known = value.empty() || value.find('|') != std::string::npos || completed.contains(value) ||
                               free_text.contains(value);
            CHECK_MESSAGE(known, command.name, " ", argument.names.back(), " ", value,
                          ": add it here, and to completion.cpp if it can be completed");
        }
    }
}
