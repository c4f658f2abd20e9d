// Words the facts of a GraphError for people: what was wrong, and commands that would work.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "rev/graph.hpp"

namespace rev::graph {

using Kind = GraphError::Kind;

namespace {

constexpr std::size_t most_listed = 12;
constexpr std::size_t most_suggested = 3;

/// "ae10 (accounts), add account table"
std::string one_line(const Revision& revision) {
    auto line = revision.id;
    if (!revision.branch_labels.empty()) line += fmt::format(" ({})", base::join(revision.branch_labels, ", "));
    if (!revision.message.empty()) line += ", " + revision.message;
    return base::printable(line);
}

/// Some lists have thousands of entries, in histories that are broken; the first dozen says what is the matter.
std::string indented(const std::vector<std::string>& lines) {
    std::string text;
    for (std::size_t i = 0; i < lines.size() && i < most_listed; ++i) text += "\n  " + lines[i];
    if (lines.size() > most_listed) text += fmt::format("\n  ... and {} more", lines.size() - most_listed);
    return text;
}

/// What was wrong, then the revisions, a line each.
std::string listed(const GraphError& error) {
    std::vector<std::string> lines;
    for (const auto& revision : error.revisions) lines.push_back(one_line(revision));
    return fmt::format("{}:{}", error.what(), indented(lines));
}

/// The same with the revisions' files.
std::string listed_with_files(const std::string& message, const std::vector<Revision>& revisions) {
    std::vector<std::string> lines;
    for (const auto& revision : revisions) {
        lines.push_back(revision.path.empty() ? revision.id : fmt::format("{} ({})", revision.id, revision.path));
    }
    return fmt::format("{}:{}", message, indented(lines));
}

/// The candidates of an ambiguous prefix, a line each: an id, or a label and whose it is.
std::string listed_candidates(const GraphError& error) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < error.candidates.size(); ++i) {
        const auto& revision = error.revisions[i];
        const auto& name = error.candidates[i];
        lines.push_back(name == revision.id ? one_line(revision)
                                            : fmt::format("{}, the branch label of {}", name, one_line(revision)));
    }
    return fmt::format("{}:{}", error.what(), indented(lines));
}

std::vector<std::string> ids_of(const std::vector<Revision>& revisions) {
    std::vector<std::string> ids;
    for (const auto& revision : revisions) ids.push_back(revision.id);
    return ids;
}

/// "`a`, `b` or `c`": the first few forms.
std::string one_of(std::vector<std::string> forms) {
    if (forms.size() > most_suggested) forms.resize(most_suggested);
    for (auto& form : forms) form = fmt::format("`{}`", form);
    if (forms.size() < 2) return base::join(forms, "");
    const auto last = forms.back();
    forms.pop_back();
    return fmt::format("{} or {}", base::join(forms, ", "), last);
}

std::string nearest_names_of(const GraphError& error) {
    const std::span<const std::string> nearest = error.candidates;
    return base::did_you_mean(nearest.first(std::min(nearest.size(), most_suggested)));
}

/// The `+2` of `core@ae10+2`.
std::string steps_of(const std::string& target) {
    // The last sign: `-` may stand in a label.
    const auto sign = target.find_last_of("+-");
    return sign == std::string::npos ? std::string{} : target.substr(sign);
}

/// What stands after the first `@`, or all of it.
std::string without_label(const std::string& target) {
    const auto at = target.find('@');
    return at == std::string::npos ? target : target.substr(at + 1);
}

Error worded(std::string code, const std::string& message, std::string hint) {
    Error result(ExitCode::graph, std::move(code), message);
    result.with_hint(std::move(hint));
    return result;
}

Error in_file(Error error, const std::vector<Revision>& revisions) {
    if (!revisions.empty() && !revisions.front().path.empty()) {
        error.with_location({revisions.front().path, 0, 0, {}});
    }
    return error;
}

Error missing_reference(const GraphError& error, std::string code, std::string_view key) {
    auto hint = nearest_names_of(error);
    if (!error.squash.empty())
        hint = fmt::format("{} was squashed into {}: write `{}: {}` in its place, so that it follows all of that one",
                           error.symbol, error.squash, key == "revises" ? "revises" : "depends_on", error.squash);
    else if (hint.empty())
        hint = "is its file missing, or not committed?";
    const auto message =
        fmt::format("revision {} {} '{}', which no revision file has", error.revisions.front().id, key, error.symbol);
    return in_file(worded(std::move(code), message, std::move(hint)), error.revisions);
}

/// "b revises a (versions/b.sql)"
std::string edge(const Revision& upper, const Revision& lower) {
    const bool revises = std::find(upper.revises.begin(), upper.revises.end(), lower.id) != upper.revises.end();
    return fmt::format("{} {} {}{}", upper.id, revises ? "revises" : "depends on", lower.id,
                       upper.path.empty() ? "" : fmt::format(" ({})", upper.path));
}

/// The path upwards, as `history` writes arrows; its last revision is its first again.
Error cycle(const GraphError& error) {
    const std::vector<Revision> path(error.revisions.rbegin(), error.revisions.rend());
    std::vector<std::string> edges;
    for (std::size_t i = 1; i < path.size(); ++i) edges.push_back(edge(path[i], path[i - 1]));
    auto ids = ids_of(path);
    if (ids.size() > most_listed + 1) {
        ids.resize(most_listed);
        ids.push_back(fmt::format("... ({} in all)", path.size() - 1));
    }
    return worded(error_codes::cycle, fmt::format("{}: {}:{}", error.what(), base::join(ids, " -> "), indented(edges)),
                  "change `revises` or `depends_on` in one of these files");
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `+2` for the `2` of `rev upgrade 2`; empty: no steps were meant.
std::string meant_steps(const GraphError& error) {
    constexpr std::size_t longest = 3;  // digits; more are an id
    if (!is_number(error.symbol) || error.symbol.size() > longest) return {};
    if (error.command == "upgrade") return "+" + error.symbol;
    return error.command == "downgrade" ? "-" + error.symbol : std::string();
}

Error unknown(const GraphError& error) {
    auto message = std::string(error.what());
    if (!error.branch.empty()) message += fmt::format(" on branch '{}'", error.branch);
    if (!error.squash.empty())
        return worded(error_codes::unknown_revision, fmt::format("{}: it was squashed into {}", message, error.squash),
                      fmt::format("name {}, which stands for all that was squashed, or what it revises; `rev show {}` "
                                  "tells more",
                                  error.squash, error.squash));
    auto meant = error.candidates;
    if (const auto steps = meant_steps(error); !steps.empty()) meant.insert(meant.begin(), steps);
    auto hint = base::did_you_mean(std::span(meant).first(std::min(meant.size(), most_suggested)));
    if (hint.empty()) hint = "`rev history` lists all revisions, `rev heads` the heads";
    return worded(error_codes::unknown_revision, message, std::move(hint));
}

/// What to do about several heads, by the command that stands before them. Commands that can be copied and run: each is
/// one that the command line takes.
std::string hint_for_heads(const GraphError& error, const std::string& branch, const std::string& merge) {
    const auto first = error.revisions.empty() ? std::string("ID") : error.revisions.front().id;
    if (error.command == "stamp")
        return fmt::format(
            "record all with `rev stamp {}heads` if the schema is that of all of them, or name the one that it is at, "
            "such as `rev stamp {}`",
            branch, first);
    if (error.command == "revision")
        return fmt::format("say what the new revision follows, such as `--head {}`, or join the heads first: `{}`",
                           first, merge);
    if (error.command == "merge") return fmt::format("merge them with `{}`", merge);
    if (error.command == "downgrade") return fmt::format("name the revision to go down to, such as `{}-1`", first);
    if (error.command == "upgrade")
        return fmt::format("merge them with `{}`, upgrade all with `rev upgrade {}heads`, or name one", merge, branch);
    return fmt::format("name one of them, such as `{}`; `{}heads` stands for all, `{}` joins them", first, branch,
                       merge);
}

Error several_heads(const GraphError& error) {
    const auto branch = error.branch.empty() ? std::string{} : error.branch + "@";
    const auto merged =
        error.revisions.size() > most_listed ? branch + "heads" : base::join(ids_of(error.revisions), " ");
    const auto merge = fmt::format("rev merge -m \"merge heads\" {}", merged);
    return worded(error_codes::multiple_heads, listed(error), hint_for_heads(error, branch, merge));
}

/// What the command takes; a command that has no list of its own gets that of all.
std::string hint_for_target(const GraphError& error) {
    if (error.command == "upgrade")
        return "upgrade takes `head`, `heads`, `+1`, an id or a label, `LABEL@head`, `ID+1` or `ID-1`; `rev downgrade "
               "-1` goes down; see `man rev-targets`";
    if (error.command == "downgrade")
        return "downgrade takes `-1`, `base`, an id or a label, `LABEL@base`, `ID-1` or `ID+1`; `rev upgrade +1` goes "
               "up; see `man rev-targets`";
    if (error.command == "stamp") return "stamp takes ids, labels, `head`, `heads` and `base`; see `man rev-targets`";
    return "targets are ids, labels, `head`, `heads`, `base`, `+1`, `-1`, `LABEL@head`, `ID+1`; see `man rev-targets`";
}

Error not_a_head(const GraphError& error) {
    return worded(error_codes::not_a_head, error.what(),
                  error.command == "merge" ? "a merge joins heads; `rev heads` lists them"
                                           : "add `--splice` to start a new branch from it");
}

/// Forms that say from which row to count: downwards `ID-1`, upwards `ID@+1`.
Error several_rows(const GraphError& error) {
    const auto steps = steps_of(error.symbol);
    std::vector<std::string> forms;
    for (const auto& revision : error.revisions) {
        const auto name = revision.branch_labels.empty() ? revision.id : revision.branch_labels.front();
        forms.push_back(steps.starts_with('-') ? revision.id + steps : name + "@" + steps);
    }
    return worded(error_codes::several_rows, listed(error),
                  fmt::format("say from which one: {}{}", one_of(forms),
                              error.branch.empty() ? fmt::format("; or by a branch: `LABEL@{}`", steps) : ""));
}

/// Upwards a branch chooses the way; downwards only an id does.
Error ambiguous_walk(const GraphError& error) {
    std::vector<std::string> forms;
    for (const auto& revision : error.revisions) {
        const auto name = revision.branch_labels.empty() ? revision.id : revision.branch_labels.front();
        forms.push_back(name + "@" + without_label(error.symbol));
    }
    const bool down = steps_of(error.symbol).starts_with('-');
    return worded(error_codes::ambiguous_walk, listed(error),
                  down ? fmt::format("name the revision to go to, such as {}, or count on from one, such as `{}-1`",
                                     one_of(ids_of(error.revisions)), error.revisions.front().id)
                       : fmt::format("say which way: {}; or name the revision to go to", one_of(forms)));
}

/// What the database holds does not fit the files.
Error in_database(const GraphError& error, std::string code, std::string hint) {
    Error result(ExitCode::database, std::move(code), error.what());
    result.with_hint(std::move(hint));
    return result;
}

}  // namespace

/// Here and nowhere else: the graph states facts and knows no commands, so that the library can be used without them.
Error to_error(const GraphError& error) {
    switch (error.kind) {
        case Kind::invalid_id:
            return in_file(worded(error_codes::invalid_id, error.what(), "rename it: letters, digits, `_` and `.`"),
                           error.revisions);
        case Kind::duplicate_id:
            return worded(error_codes::duplicate_id, listed_with_files(error.what(), error.revisions),
                          "remove one of the files, or give it a new id");
        case Kind::missing_parent:
            return missing_reference(error, error_codes::missing_parent, "revises");
        case Kind::missing_dependency:
            return missing_reference(error, error_codes::missing_dependency, "depends on");
        case Kind::cycle:
            return cycle(error);
        case Kind::duplicate_label:
            return worded(error_codes::duplicate_label, listed_with_files(error.what(), error.revisions),
                          "a branch label belongs to one revision, and may not be a revision's id");
        case Kind::unknown_revision:
            return unknown(error);
        case Kind::ambiguous_prefix:
            return worded(error_codes::ambiguous_prefix, listed_candidates(error),
                          fmt::format("give more characters, or the whole: {}", one_of(error.candidates)));
        case Kind::not_in_branch:
            return worded(
                error_codes::not_in_branch, error.what(),
                fmt::format("`rev history -r {}@base:{}@heads` lists that branch", error.branch, error.branch));
        case Kind::multiple_heads:
        case Kind::several_revisions:
            return several_heads(error);
        case Kind::ambiguous_walk:
            return ambiguous_walk(error);
        case Kind::walk_too_far:
            return worded(error_codes::walk_too_far, error.what(), "`rev history -i` shows where you are");
        case Kind::bad_target:
            return worded(error_codes::bad_target, error.what(), hint_for_target(error));
        case Kind::not_in_range:
            return worded(error_codes::not_in_range, error.what(),
                          "a range goes from the older revision to the newer: `OLD:NEW`");
        case Kind::not_a_downgrade_target:
            return worded(error_codes::not_a_downgrade_target, error.what(),
                          "`rev current` shows the current revisions; a downgrade goes to one below them");
        case Kind::unknown_row:
            if (!error.squash.empty())
                // ExitCode::database, as the files may well be right and the database from another branch.
                return in_database(
                    error, error_codes::unknown_row,
                    fmt::format("{} was squashed into {}: `rev upgrade` goes on from there where the old "
                                "files are in squashed/{}; check them out",
                                error.symbol, error.squash, error.squash));
            return in_database(
                error, error_codes::unknown_row,
                "check out the code that has this revision, or set the rows with `rev stamp --purge REV`");
        case Kind::overlapping_rows:
            return in_database(error, error_codes::overlapping_rows, "`rev stamp --purge REV` sets the rows anew");
        case Kind::overlapping_targets:
            return worded(error_codes::overlapping_targets, error.what(), "name only the newest of them");
        case Kind::several_rows:
            return several_rows(error);
        case Kind::not_a_head:
            return not_a_head(error);
        case Kind::bad_new_revision:
            return worded(error_codes::bad_new_revision, error.what(), "");
    }
    return worded(error_codes::graph_error, error.what(), "");
}

}  // namespace rev::graph
