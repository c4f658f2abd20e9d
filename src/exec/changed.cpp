// Applied revisions whose file is another one than when they were run.

#include <algorithm>
#include <array>

#include "exec/checksum.hpp"
#include "exec/log.hpp"
#include "exec/run.hpp"
#include "exec/sha256.hpp"
#include "exec/tables.hpp"
#include "rev/executor.hpp"

namespace rev {
namespace {

/// Newest checksums of each revision that the log has applied. A stamp or a downgrade leaves none: what is applied now
/// was not run by rev.
std::unordered_map<RevisionId, SectionChecksum> applied_checksums(Database& database, const Tables& tables) {
    std::unordered_map<RevisionId, SectionChecksum> found;
    const std::array<SqlValue, 2> parameters{tables.key, tables.key};
    auto rows = database.query("SELECT revision, checksum, raw_checksum, event FROM " + tables.log +
                                   " WHERE (event IN ('upgrade', 'downgrade', 'accept', 'stamp')"
                                   " OR (event = 'repair' AND checksum IS NOT NULL)) AND revision IS NOT NULL"
                                   " AND coalesce(version_table, ?) = ? ORDER BY id",
                               parameters);
    for (auto& row : rows) {
        auto& sums = found[std::move(row[0]).value_or("")];
        sums = row[3] == "downgrade" ? SectionChecksum{}
                                     : SectionChecksum{std::move(row[1]).value_or(""), std::move(row[2]).value_or("")};
    }
    return found;
}

bool has_checksums(Database& database, const Tables& tables) {
    const auto present = table_columns(database, tables, log_name);
    constexpr std::array<std::string_view, 3> needed = {"checksum", "raw_checksum", "version_table"};
    return std::ranges::all_of(needed, [&](auto name) { return std::ranges::find(present, name) != present.end(); });
}

}  // namespace

const std::string& ChangedFinder::raw_checksum(const Revision& revision, Dialect dialect) {
    const auto known = raw_checksums_.find(revision.id);
    if (known != raw_checksums_.end()) return known->second;
    const auto file = scripts_.read(revision);
    const auto* section = file.find_section(SectionKind::upgrade, dialect);
    return raw_checksums_[revision.id] = section == nullptr ? "" : sha256(file.text_of(*section));
}

std::vector<ChangedRevision> ChangedFinder::find(Database& database, const Revisions& revisions) {
    const auto tables = resolve_tables(database, table_);
    if (!has_checksums(database, tables)) return {};
    const auto logged = applied_checksums(database, tables);
    std::vector<ChangedRevision> changed;
    for (const auto* revision : revisions) {
        const auto found = logged.find(revision->id);
        if (found == logged.end() || found->second.checksum.empty()) continue;
        // Bytes first: tokens cost a parser, and nearly every file is as it was.
        if (raw_checksum(*revision, database.dialect()) == found->second.raw_checksum) continue;
        const auto now = upgrade_checksum(scripts_.read(*revision), database.dialect());
        changed.push_back({revision, now.checksum == found->second.checksum});
    }
    return changed;
}

std::vector<ChangedRevision> find_changed(Database& database, const VersionTable& table, const Revisions& revisions,
                                          const ScriptDirectory& scripts) {
    return ChangedFinder(scripts, table).find(database, revisions);
}

void accept_changed(Database& database, const Graph& graph, const Revision& revision, const ScriptDirectory& scripts,
                    const PrepareOptions& prepare_options, const ExecuteOptions& options) {
    const auto prepared = prepare_upgrade_of(revision, graph, scripts, prepare_options);
    auto record = record_of(*prepared.steps.front());
    record.event = "accept";
    record.statements = 0;
    record.sql_from.clear();
    record.duration = std::chrono::milliseconds(0);
    log_alone(database, options.table, std::move(record), options.tag);
}

}  // namespace rev
