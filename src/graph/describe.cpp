// Words the facts of a GraphError for people: what was wrong, and commands that would work.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "rev/graph.hpp"

namespace rev {

using Kind = GraphError::Kind;

namespace {

constexpr std::size_t most_listed = 12;

std::string one_line(const Revision& revision) {
    return revision.message.empty() ? revision.id : fmt::format("{}, {}", revision.id, revision.message);
}

/// The revisions, a line each, indented.
std::string listed(const std::vector<Revision>& revisions) {
    std::string text;
    for (std::size_t i = 0; i < revisions.size() && i < most_listed; ++i) {
        text += fmt::format("\n  {}", printable(one_line(revisions[i])));
    }
    if (revisions.size() > most_listed) text += fmt::format("\n  ... and {} more", revisions.size() - most_listed);
    return text;
}

std::string ids_of(const std::vector<Revision>& revisions) {
    std::vector<std::string> ids;
    for (const auto& revision : revisions) ids.push_back(revision.id);
    return join(ids, " ");
}

std::string did_you_mean(const GraphError& error) {
    return error.candidates.empty() ? std::string{} : fmt::format("did you mean {}?", join(error.candidates, " or "));
}

std::string files_of(const std::vector<Revision>& revisions) {
    std::string text;
    for (const auto& revision : revisions) {
        text += fmt::format("\n  {}{}", revision.id, revision.path.empty() ? "" : " (" + revision.path + ")");
    }
    return text;
}

std::string cycle_path(const std::vector<Revision>& revisions) {
    std::vector<std::string> ids;
    for (const auto& revision : revisions) ids.push_back(revision.id);
    return join(ids, " -> ");
}

Error worded(const GraphError& error, std::string code, std::string message, std::string hint) {
    Error result(ExitCode::graph, std::move(code), message);
    result.with_hint(std::move(hint));
    if (!error.revisions.empty() && !error.revisions.front().path.empty() &&
        (error.kind == Kind::missing_parent || error.kind == Kind::missing_dependency ||
         error.kind == Kind::invalid_id)) {
        result.with_location({error.revisions.front().path, 0, 0, {}});
    }
    return result;
}

Error several_heads(const GraphError& error) {
    const auto branch = error.branch.empty() ? std::string{} : error.branch + "@";
    const auto merged = error.revisions.size() > most_listed ? branch + "heads" : ids_of(error.revisions);
    return worded(
        error, "multiple_heads", fmt::format("{}:{}", error.what(), listed(error.revisions)),
        fmt::format("merge them with `rev merge -m \"merge heads\" {}`, upgrade all with `rev upgrade {}heads`, "
                    "or name one",
                    merged, branch));
}

Error several_rows(const GraphError& error) {
    const auto first = error.revisions.empty() ? std::string("ID") : error.revisions.front().id;
    const auto steps = error.symbol.substr(error.symbol.find_last_of("+-@") == std::string::npos
                                               ? 0
                                               : std::min(error.symbol.size(), error.symbol.find_last_of("+-")));
    return worded(error, "several_current_revisions", fmt::format("{}:{}", error.what(), listed(error.revisions)),
                  fmt::format("say from which one: `LABEL@{}` or `{}{}`", steps, first, steps));
}

Error ambiguous_walk(const GraphError& error) {
    const auto origin = error.origin.empty() ? std::string{} : fmt::format(" at {}", error.origin);
    std::string forms;
    for (std::size_t i = 0; i < error.revisions.size() && i < 2; ++i) {
        forms += fmt::format("{}`{}`", forms.empty() ? "" : " or ", error.revisions[i].id);
    }
    return worded(error, "ambiguous_walk", fmt::format("{}{}:{}", error.what(), origin, listed(error.revisions)),
                  fmt::format("name the revision to go to, such as {}, or a branch, such as `LABEL@+1`", forms));
}

Error unknown(const GraphError& error) {
    auto message = std::string(error.what());
    if (!error.branch.empty()) message += fmt::format(" on branch '{}'", error.branch);
    auto hint = did_you_mean(error);
    if (hint.empty()) hint = "`rev history` lists all revisions, `rev heads` the heads";
    return worded(error, "unknown_revision", message, hint);
}

Error missing_reference(const GraphError& error, std::string_view key) {
    const auto& owner = error.revisions.front();
    auto hint = did_you_mean(error);
    if (hint.empty()) hint = "is its file missing, or not committed?";
    return worded(error, "missing_revision",
                  fmt::format("revision {} {} '{}', which no revision file has", owner.id, key, error.symbol), hint);
}

}  // namespace

Error to_error(const GraphError& error) {
    switch (error.kind) {
        case Kind::invalid_id:
            return worded(error, "bad_revision_id", error.what(), "rename it: letters, digits, `_` and `.`");
        case Kind::duplicate_id:
            return worded(error, "duplicate_revision", fmt::format("{}:{}", error.what(), files_of(error.revisions)),
                          "remove one of the files, or give it a new id");
        case Kind::missing_parent:
            return missing_reference(error, "revises");
        case Kind::missing_dependency:
            return missing_reference(error, "depends on");
        case Kind::cycle:
            return worded(error, "cycle",
                          fmt::format("{}: {}{}", error.what(), cycle_path(error.revisions), files_of(error.revisions)),
                          "change `revises` or `depends_on` in one of these files");
        case Kind::duplicate_label:
            return worded(error, "duplicate_label", fmt::format("{}:{}", error.what(), files_of(error.revisions)),
                          "a branch label belongs to one revision, and may not be a revision's id");
        case Kind::unknown_revision:
            return unknown(error);
        case Kind::ambiguous_prefix:
            return worded(error, "ambiguous_revision",
                          fmt::format("{}: {}{}", error.what(), join(error.candidates, ", "), listed(error.revisions)),
                          "give more characters");
        case Kind::not_in_branch:
            return worded(
                error, "not_in_branch", error.what(),
                fmt::format("`rev history -r {}@base:{}@heads` lists that branch", error.branch, error.branch));
        case Kind::multiple_heads:
        case Kind::several_revisions:
            return several_heads(error);
        case Kind::ambiguous_walk:
            return ambiguous_walk(error);
        case Kind::walk_too_far:
            return worded(error, "too_far", error.what(), "`rev history -i` shows where you are");
        case Kind::bad_target:
            return worded(
                error, "bad_target", error.what(),
                "targets are ids, `head`, `heads`, `base`, `+1`, `-1`, `label@head`, `id+1`; see docs/targets.md");
        case Kind::not_in_range:
            return worded(error, "not_in_range", error.what(),
                          "a range goes from the older revision to the newer: `OLD:NEW`");
        case Kind::not_a_downgrade_target:
            return worded(error, "not_a_downgrade_target", error.what(),
                          "`rev current` shows the current revisions; a downgrade goes to one below them");
        case Kind::unknown_row: {
            Error result(ExitCode::database, "unknown_row", error.what());
            result.with_hint("check out the code that has this revision, or set the rows with `rev stamp --purge REV`");
            return result;
        }
        case Kind::overlapping_rows: {
            const bool targets = error.symbol.starts_with("the targets") || error.symbol.starts_with("the ends");
            Error result(targets ? ExitCode::graph : ExitCode::database, "overlapping_revisions", error.what());
            result.with_hint(targets ? "name only the newest of them" : "`rev stamp --purge REV` sets the rows anew");
            return result;
        }
        case Kind::several_rows:
            return several_rows(error);
        case Kind::not_a_head:
            return worded(error, "not_a_head", error.what(), "add `--splice` to start a new branch from it");
        case Kind::bad_new_revision:
            return worded(error, "bad_new_revision", error.what(), "");
    }
    return worded(error, "graph_error", error.what(), "");
}

}  // namespace rev
