#include "report/json_value.hpp"
#include "report/schema_json.hpp"
#include "report/trail_text.hpp"

namespace rev::json {
namespace {

Object error_or_null(const std::optional<Error>& error) { return error ? error_object(*error) : Object(); }

Object proven_object(const trail::ProvenRevision& proven) {
    return {{"revision", proven.revision->id},
            {"message", proven.revision->message},
            {"path", proven.revision->path},
            {"verdict", verdict_name(proven.verdict)},
            {"left", change_objects(proven.left)},
            {"again", change_objects(proven.again)},
            {"failure", error_or_null(proven.failure)},
            {"failed_again", proven.failed_again},
            {"only_with_rows", proven.only_with_rows},
            {"lost_rows", proven.lost_rows},
            {"upgrade_failure_on_rows", error_or_null(proven.upgrade_failure)}};
}

Object changes_object(const trail::RevisionChanges& changes) {
    return {{"revision", changes.revision->id},
            {"message", changes.revision->message},
            {"created", changes.revision->created},
            {"path", changes.revision->path},
            {"changes", change_objects(changes.changes)}};
}

}  // namespace

void write_proof(std::ostream& out, const trail::ProvenHistory& proof) {
    const auto table_object = [](const scratch::TableWithoutRows& table) {
        return Object{{"table", table.name}, {"reason", table.reason}};
    };
    const auto unused_object = [](const trail::DataFile::Unused& unused) {
        return Object{{"place", unused.place}, {"reason", unused.reason}};
    };
    write(out, {{"holds", proof.holds()},
                {"revisions", array_of(proof.revisions, proven_object)},
                {"tables_without_rows", array_of(proof.tables_without_rows, table_object)},
                {"unused_data", array_of(proof.unused_data, unused_object)}});
}

void write_blame(std::ostream& out, const trail::Blame& blame) {
    write(
        out,
        {{"objects", blame.objects}, {"names", blame.names}, {"revisions", array_of(blame.revisions, changes_object)}});
}

void write_revision_changes(std::ostream& out, const std::vector<trail::RevisionChanges>& revisions) {
    write(out, array_of(revisions, changes_object));
}

}  // namespace rev::json
