#include "report/import_json.hpp"
#include "report/json_value.hpp"

namespace rev::json {
namespace {

Object imported_object(const ImportSummary::Item& item) {
    return {{"revision", item.revision}, {"version", item.version}, {"source", item.source},
            {"path", item.path},         {"new", item.is_new},      {"todo", item.is_todo}};
}

Object imported_repeatable(const ImportSummary::Item& item) {
    auto object = imported_object(item);
    object["repeatable"] = item.revision;
    object.erase("revision");
    return object;
}

Object verification_object(const ImportSummary::Verification& verified) {
    if (!verified.done) return {{"done", false}, {"why_not", verified.why_not}};
    return {{"done", true}, {"same", verified.same}, {"of", verified.of}, {"differences", verified.differences}};
}

Object taken_over_object(const ImportSummary::Database& database) {
    return {{"url", database.url},
            {"has_table", database.has_table},
            {"before", database.before},
            {"after", database.after},
            {"edited", database.edited},
            {"repeatables", database.repeatables},
            {"differences", database.differences},
            {"not_compared", database.not_compared}};
}

}  // namespace

void write_import(std::ostream& out, const ImportSummary& summary) {
    Object database;
    if (summary.database) database = taken_over_object(*summary.database);
    write(out, {{"tool", summary.tool},
                {"folder", summary.folder},
                {"dry_run", summary.dry_run},
                {"revisions", array_of(summary.revisions, imported_object)},
                {"repeatables", array_of(summary.repeatables, imported_repeatable)},
                {"created", summary.created},
                {"remarks", summary.remarks},
                {"todo", summary.todo},
                {"verified", verification_object(summary.verified)},
                {"database", std::move(database)}});
}

}  // namespace rev::json
