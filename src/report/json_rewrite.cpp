#include "report/json_document.hpp"
#include "report/rewrite_text.hpp"

namespace rev::json {
namespace {

Document rewritten_file(const Revision& revision, const RebaseReport& report) {
    return {{"revision", revision.id},
            {"path", path_after(report, revision)},
            {"was", revision.revises},
            {"revises", Document::array({report.onto->id})}};
}

Document touch_document(const TableTouch& touch) {
    return {{"changed_by", touch.changed_by}, {"used_by", touch.used_by}};
}

Document ids_document(const Revisions& revisions) {
    auto ids = Document::array();
    for (const auto* revision : revisions) ids.push_back(revision->id);
    return ids;
}

}  // namespace

void write_rebase(std::ostream& out, const RebaseReport& report) {
    Document document{{"moved", ids_document(report.moved)}};
    document["onto"] = report.onto == nullptr ? Document() : Document(report.onto->id);
    document["base"] = report.base ? Document(*report.base) : Document();
    document["files"] = Document::array();
    for (const auto* revision : report.lowest) document["files"].push_back(rewritten_file(*revision, report));
    document["renumbered"] = Document::array();
    for (const auto& file : report.renumbered)
        document["renumbered"].push_back(
            {{"from", file.from}, {"to", file.to}, {"path", file.path}, {"new_path", file.new_path}});
    document["tables"] = Document::array();
    for (const auto& table : report.tables)
        document["tables"].push_back(
            {{"table", table.name}, {"mine", touch_document(table.mine)}, {"theirs", touch_document(table.theirs)}});
    document["warnings"] = report.warnings;
    document["dry_run"] = report.is_dry_run;
    write_document(out, document);
}

void write_squash(std::ostream& out, const SquashReport& report) {
    write_document(out, {{"revision", report.id},
                         {"squashes", report.squashes},
                         {"path", report.path},
                         {"old_files", report.old_files},
                         {"unproven", report.unproven},
                         {"warnings", report.warnings},
                         {"dry_run", report.is_dry_run}});
}

}  // namespace rev::json
