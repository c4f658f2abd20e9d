#include "report/json_value.hpp"
#include "report/rewrite_text.hpp"

namespace rev::json {
namespace {

Object rewritten_file(const Revision& revision, const Revision& onto, const report::RebaseReport& report) {
    return {{"revision", revision.id},
            {"path", report::path_after(report, revision)},
            {"was", revision.revises},
            {"revises", Object::array({onto.id})}};
}

Object touch_object(const report::TableTouch& touch) {
    return {{"changed_by", touch.changed_by}, {"used_by", touch.used_by}};
}

Object ids_of(const Revisions& revisions) {
    auto ids = Object::array();
    for (const auto* revision : revisions) ids.push_back(revision->id);
    return ids;
}

}  // namespace

void write_rebase(std::ostream& out, const report::RebaseReport& report) {
    Object document{{"moved", ids_of(report.moved)}};
    document["onto"] = report.onto == nullptr ? Object() : Object(report.onto->id);
    document["base"] = report.base ? Object(*report.base) : Object();
    document["files"] = Object::array();
    if (report.onto != nullptr)
        for (const auto* revision : report.lowest)
            document["files"].push_back(rewritten_file(*revision, *report.onto, report));
    document["renumbered"] = Object::array();
    for (const auto& file : report.renumbered)
        document["renumbered"].push_back(
            {{"from", file.from}, {"to", file.to}, {"path", file.path}, {"new_path", file.new_path}});
    document["tables"] = Object::array();
    for (const auto& table : report.tables)
        document["tables"].push_back(
            {{"table", table.name}, {"mine", touch_object(table.mine)}, {"theirs", touch_object(table.theirs)}});
    document["warnings"] = report.warnings;
    document["dry_run"] = report.is_dry_run;
    write(out, document);
}

void write_squash(std::ostream& out, const report::SquashReport& report) {
    auto left_out = Object::array();
    for (const auto& statement : report.left_out)
        left_out.push_back({{"revision", statement.revision},
                            {"path", statement.path},
                            {"line", statement.line},
                            {"sql", statement.sql}});
    write(out, {{"revision", report.id},
                {"squashes", report.squashes},
                {"path", report.path},
                {"old_files", report.old_files},
                {"unproven", report.unproven},
                {"warnings", report.warnings},
                {"left_out", std::move(left_out)},
                {"dry_run", report.is_dry_run}});
}

}  // namespace rev::json
