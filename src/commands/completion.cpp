// What the shells' completion scripts ask for. Whatever fails here must stay silent: a message in the middle of a line
// that somebody types is worse than no word offered.

#include "commands/completion.hpp"

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "base/text.hpp"
#include "commands/fleet_actions.hpp"
#include "fleet/member.hpp"
#include "rewrite/git.hpp"
#include "schema/migration.hpp"
#include "script/script_directory.hpp"

namespace rev::commands {
namespace {

namespace fs = std::filesystem;

/// `~/x` as the shell would have made it; completion sees words before that.
fs::path without_tilde(const std::string& path) {
    const auto environment = process_environment();
    const auto home = environment.find("HOME");
    if (!path.starts_with("~/") || home == environment.end()) return path;
    return fs::path(home->second) / path.substr(2);
}

Config load_config_of(const CompletionPoint& point, bool chosen_environment) {
    ConfigRequest request;
    request.working_directory = fs::current_path();
    if (point.config_file) request.file = without_tilde(*point.config_file);
    // To list the environments none may be chosen: the one that is half typed does not exist.
    if (chosen_environment) request.environment = point.environment;
    request.process_environment = process_environment();
    return load_config(request);
}

std::vector<Candidate> command_names(const std::vector<Subcommand>& commands) {
    std::vector<Candidate> names;
    for (const auto& command : commands) names.push_back({command.name, command.summary});
    return names;
}

std::vector<Candidate> option_names(const CommandDescription& command) {
    std::vector<Candidate> names;
    for (const auto& argument : command.arguments) {
        if (argument.is_positional) continue;
        for (const auto& name : argument.names) names.push_back({name, argument.help});
    }
    return names;
}

std::vector<Candidate> plain_words(const std::vector<std::string>& words) {
    std::vector<Candidate> candidates;
    for (const auto& word : words) candidates.push_back({word, ""});
    return candidates;
}

std::vector<Candidate> template_names() {
    std::vector<Candidate> names;
    for (const auto& item : project_templates()) names.push_back({item.name, item.description});
    return names;
}

/// What a schema may come from: a revision, or what has a name of its own.
std::vector<Candidate> sources(const CompletionPoint& point) {
    auto found = complete_revision(point, load_config_of(point, true));
    found.insert(found.begin(), {{"database", "the live database"}, {"schema", "the desired schema"}});
    return found;
}

/// What Git calls commits here; nothing where there is no Git.
std::vector<Candidate> git_names(const CompletionPoint& point) {
    try {
        return plain_words(rewrite::Repository(load_config_of(point, false).directory).names());
    } catch (const Error&) {
        return {};
    }
}

std::vector<Candidate> ring_names(const CompletionPoint& point) {
    std::vector<Candidate> names;
    for (const auto& ring : load_config_of(point, true).fleet.rings) names.push_back({ring.name, ""});
    return names;
}

/// No database is asked: whoever presses a key waits for no server. Then there are those that alembic.yaml names.
std::vector<Candidate> member_names(const CompletionPoint& point) {
    const auto config = load_config_of(point, true);
    std::vector<Candidate> names;
    if (config.fleet.source == FleetSource::files || config.fleet.source == FleetSource::urls)
        for (const auto& member : fleet::find_members(config)) names.push_back({member.name, ""});
    if (!names.empty()) return names;
    for (const auto& ring : config.fleet.rings)
        for (const auto& member : ring.members) names.push_back({member, "ring " + ring.name});
    return names;
}

/// The value's name, which --help shows, says what it is.
Completion values(const CompletionPoint& point, const std::vector<Subcommand>& commands) {
    const auto& argument = *point.argument;
    const auto& what = argument.is_positional ? argument.names.front() : argument.value;
    if (what.find('|') != std::string::npos) return {plain_words(base::split_list(what, '|')), {}};
    if (what == "FILE" || what == "PATH") return {{}, Completion::Files::files};
    if (what == "DIR") return {{}, Completion::Files::folders};
    if (what == "SHELL") return {plain_words({"bash", "fish", "zsh"}), {}};
    if (what == "TOOL") return {plain_words({"alembic"}), {}};
    if (what == "DIALECT") return {plain_words({"postgresql", "sqlite"}), {}};
    if (what == "ACTION") return {plain_words(fleet_actions()), {}};
    if (what == "RING") return {ring_names(point), {}};
    if (what == "MEMBER") return {member_names(point), {}};
    if (what == "NAME") return {template_names(), {}};
    if (what == "COMMAND") return {command_names(commands), {}};
    if (what == "ENV") return {plain_words(load_config_of(point, false).environments), {}};
    if (what == "HAZARD") return {plain_words(schema::hazard_names()), {}};
    if (what == "SOURCE" || what == "FROM" || what == "TO") return {sources(point), Completion::Files::files};
    if (what == "GITREF") return {git_names(point), {}};
    if (what == "REV" || what == "TARGET" || what == "A:B" || what == "FROM:TO")
        return {complete_revision(point, load_config_of(point, true)), {}};
    return {};
}

Completion candidates_at(const CompletionPoint& point, const std::vector<Subcommand>& commands) {
    switch (point.kind) {
        case CompletionPoint::Kind::command:
            return {command_names(commands), {}};
        case CompletionPoint::Kind::option:
            return {option_names(point.command), {}};
        case CompletionPoint::Kind::value:
            return values(point, commands);
        case CompletionPoint::Kind::positional:
            if (point.argument) return values(point, commands);
            if (point.word.empty()) return {option_names(point.command), {}};
    }
    return {};
}

/// A line is an answer, a tab parts the word from its description.
std::string in_one_line(const std::string& text) {
    auto line = base::printable(text);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
    return line;
}

}  // namespace

Completion complete(const std::vector<std::string>& words, const std::vector<Subcommand>& commands) {
    const auto point = find_completion_point(words, commands);
    Completion completion;
    try {
        completion = candidates_at(point, commands);
    } catch (const std::exception&) {
        // Without a project, or with a broken one, there is nothing to offer.
    }
    std::erase_if(completion.candidates,
                  [&](const Candidate& candidate) { return !candidate.text.starts_with(point.word); });
    // A shell replaces the whole word, also what stands before the part that is completed.
    for (auto& candidate : completion.candidates) candidate.text.insert(0, point.prefix);
    return completion;
}

void answer_completion(const std::vector<std::string>& arguments, const std::vector<Subcommand>& commands,
                       std::ostream& out) {
    // The first is the request itself.
    const auto completion = complete({arguments.begin() + 1, arguments.end()}, commands);
    switch (completion.files) {
        case Completion::Files::none:
            out << "words\n";
            break;
        case Completion::Files::files:
            out << "files\n";
            break;
        case Completion::Files::folders:
            out << "folders\n";
            break;
    }
    for (const auto& candidate : completion.candidates) {
        out << candidate.text;
        if (!candidate.description.empty()) out << '\t' << in_one_line(candidate.description);
        out << '\n';
    }
}

}  // namespace rev::commands
