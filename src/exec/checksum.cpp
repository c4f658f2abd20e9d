#include <array>
#include <unordered_map>

#include "exec/checksum.hpp"
#include "exec/log.hpp"
#include "exec/sha256.hpp"
#include "exec/tables.hpp"
#include "rev/executor.hpp"

namespace rev {
namespace {

/// Latest checksum of each revision that the log has applied.
std::unordered_map<RevisionId, SectionChecksum> applied_checksums(Database& database, const Tables& tables) {
    std::unordered_map<RevisionId, SectionChecksum> found;
    const std::array<SqlValue, 2> parameters{tables.key, tables.key};
    for (auto& row : database.query("SELECT revision, checksum, raw_checksum FROM " + tables.log +
                                        " WHERE event IN ('upgrade', 'accept', 'stamp') AND revision IS NOT NULL"
                                        " AND coalesce(version_table, ?) = ? ORDER BY id",
                                    parameters))
        found[row[0].value_or("")] = {row[1].value_or(""), row[2].value_or("")};
    return found;
}

SectionChecksum current_checksum(const Revision& revision, const ScriptDirectory& scripts, Dialect dialect) {
    const auto file = scripts.read(revision);
    const auto* section = file.find_section(SectionKind::upgrade, dialect);
    return section == nullptr ? SectionChecksum{} : section_checksum(file.text_of(*section), dialect);
}

}  // namespace

SectionChecksum section_checksum(std::string_view section, Dialect dialect) {
    return {.checksum = sha256(normalized_sql(section, dialect)), .raw_checksum = sha256(section)};
}

std::string statement_checksum(const Statement& statement, Dialect dialect) {
    auto text = normalized_sql(statement.text, dialect);
    text.append(statement.copy_data);
    return sha256(text);
}

std::vector<ChangedRevision> find_changed(Database& database, const VersionTable& table, const Revisions& revisions,
                                          const ScriptDirectory& scripts) {
    const auto tables = resolve_tables(database, table);
    if (table_columns(database, tables, log_name).size() < log_columns().size()) return {};
    const auto logged = applied_checksums(database, tables);
    std::vector<ChangedRevision> changed;
    for (const auto* revision : revisions) {
        const auto found = logged.find(revision->id);
        if (found == logged.end() || found->second.checksum.empty()) continue;
        const auto now = current_checksum(*revision, scripts, database.dialect());
        if (now.raw_checksum == found->second.raw_checksum) continue;
        changed.push_back({revision, now.checksum == found->second.checksum});
    }
    return changed;
}

void accept_changed(Database& database, const VersionTable& table, const Revision& revision,
                    const ScriptDirectory& scripts, const std::string& tag) {
    ensure_version_table(database, table);
    const auto tables = resolve_tables(database, table);
    const LogWriter log(database, tables, tag);
    const auto sums = current_checksum(revision, scripts, database.dialect());
    LogRecord record{.event = "accept", .revision = revision.id, .message = revision.message};
    record.checksum = sums.checksum;
    record.raw_checksum = sums.raw_checksum;
    record.source = revision.path;
    record.duration = std::chrono::milliseconds(0);
    record.heads_after = heads_text(RowSet(read_rows(database, table)));
    const std::array<Command, 3> commands{
        Command{.kind = Command::Kind::begin},
        Command{.kind = Command::Kind::change, .sql = log.insert_sql(false), .parameters = log.parameters(record)},
        Command{.kind = Command::Kind::commit}};
    database.run(commands);
}

}  // namespace rev
