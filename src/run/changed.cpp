// Applied revisions whose file is another one than when they were run.

#include <algorithm>

#include "run/changed.hpp"
#include "run/execute.hpp"
#include "run/step_text.hpp"
#include "state/checksum.hpp"
#include "state/log.hpp"
#include "state/sha256.hpp"
#include "state/state.hpp"

namespace rev::run {

std::string FileChecksums::of(const Revision& revision, Dialect dialect, const ScriptDirectory& scripts) {
    const std::pair key(revision.id, dialect);
    const std::lock_guard lock(mutex_);
    if (const auto known = sums_.find(key); known != sums_.end()) return known->second;
    const auto file = scripts.read(revision);
    const auto* section = file.find_section(SectionKind::upgrade, dialect);
    return sums_[key] = section == nullptr ? "" : state::sha256(file.text_of(*section));
}

std::vector<ChangedRevision> ChangedFinder::find(const state::AppliedChecksums& logged, Dialect dialect,
                                                 const Revisions& revisions) {
    std::vector<ChangedRevision> changed;
    for (const auto* revision : revisions) {
        const auto found = logged.find(revision->id);
        // Logged before there were checksums, or by a stamp: there is nothing to compare with.
        if (found == logged.end() || found->second.checksum.empty()) continue;
        // Bytes first: tokens cost a parser, and nearly every file is as it was.
        if (files_->of(*revision, dialect, scripts_) == found->second.raw_checksum) continue;
        const auto file = scripts_.read(*revision);
        // What was run before others were squashed into it is no change.
        if (std::ranges::count(file.header.squashed_checksums, found->second.checksum) > 0) continue;
        const auto now = state::upgrade_checksum(file, dialect);
        changed.push_back({.revision = revision,
                           .comments_only = now.checksum == found->second.checksum,
                           .ran_nothing = state::is_of_nothing(found->second)});
    }
    return changed;
}

std::vector<ChangedRevision> find_changed(Database& database, const state::FoundTables& tables,
                                          const Revisions& revisions, const ScriptDirectory& scripts) {
    return ChangedFinder(scripts).find(state::read_checksums(database, tables), database.dialect(), revisions);
}

void accept_changed(Database& database, const Graph& graph, const Revision& revision, const ScriptDirectory& scripts,
                    const PrepareOptions& prepare_options, const ExecuteOptions& options) {
    const auto prepared = prepare_upgrade_of(revision, graph, scripts, prepare_options);
    auto record = record_of(*prepared.steps.front());
    record.event = "accept";
    // Nothing was run: the record is of the file, so that the next comparison is with what it is now.
    record.statements = 0;
    record.sql_from.clear();
    record.duration = std::chrono::milliseconds(0);
    state::log_alone(database, options.table, std::move(record), options.tag);
}

}  // namespace rev::run
