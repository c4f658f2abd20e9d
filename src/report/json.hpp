#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <ostream>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/status.hpp"
#include "app/verify.hpp"
#include "fleet/queue.hpp"
#include "fleet/roll_out.hpp"
#include "rev/error.hpp"
#include "rev/graph.hpp"
#include "rev/plan.hpp"
#include "run/losses.hpp"
#include "run/prepared.hpp"
#include "run/rehearsal.hpp"
#include "run/verify.hpp"
#include "state/state.hpp"

/// What `--json` prints: each function writes one document with a line end. Source: docs/json.md.
namespace rev::json {

/// Ids of the rows of the version table; absent: no database was read.
using CurrentRows = std::optional<std::set<RevisionId>>;

/// An array, in the order of `revisions`; each with "is_current" if the rows are known.
void write_revisions(std::ostream& out, const Graph& graph, const Revisions& revisions, const CurrentRows& rows);

/// One such object, without "is_current".
void write_revision(std::ostream& out, const Graph& graph, const Revision& revision);

/// durations: of the steps that were run, in their order; empty for a plan that was not run. from_log: revisions whose
/// SQL is the log's. conditional: of a plan that was only looked at.
void write_plan(std::ostream& out, const Plan& plan, std::span<const StepResult> results,
                const std::set<RevisionId>& from_log = {}, const run::ConditionalSteps& conditional = {});

/// A rehearsal of the plan. losses: of a downgrade.
void write_rehearsal(std::ostream& out, const Plan& plan, std::span<const run::RehearsedStep> rehearsed,
                     Dialect dialect, const std::optional<run::Losses>& losses = {});

/// {"error": {...}}, see error_object().
void write_error(std::ostream& out, const Error& error);

/// An array, in the order of the entries.
void write_log(std::ostream& out, std::span<const state::LogEntry> entries);

/// One object, with the revisions of the graph in it.
void write_status(std::ostream& out, const Graph& graph, const app::Status& status);

/// sound: whether `problems` is empty. revisions: how many files were read.
void write_check(std::ostream& out, std::span<const Error> problems, std::size_t revisions);

/// {"ok", "sections", "revisions_without"}. ok: no section has failed.
void write_verified(std::ostream& out, const app::Verification& verification);

/// {"created": [...]}, in their order.
void write_paths(std::ostream& out, std::span<const std::filesystem::path> created);

/// Objects with "name" and "description".
struct Named {
    std::string name;
    std::string description;
};
/// An array of these, in their order.
void write_names(std::ostream& out, std::span<const Named> items);

/// An object with "version".
void write_version(std::ostream& out, std::string_view version);

/// {"created": true}, or false where it was there already.
void write_created(std::ostream& out, bool created);

/// The members of a fleet and what became of each. target: as it was asked for.
void write_fleet(std::ostream& out, std::string_view target, std::span<const fleet::MemberResult> results);
/// One member in one line, for an event stream.
void write_member_event(std::ostream& out, std::string_view event, const fleet::MemberResult& result);

/// One object; members in their order, empty texts as null.
void write_queued_run(std::ostream& out, const fleet::QueuedRun& run, std::span<const fleet::QueuedMember> members);

}  // namespace rev::json
