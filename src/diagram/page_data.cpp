#include <string_view>

#include "base/text.hpp"
#include "diagram/page/page.hpp"
#include "report/graph_page/page.hpp"
#include "report/json_value.hpp"
#include "report/page_parts.hpp"

namespace rev::diagram {
namespace {

std::string_view kind_name(Table::Kind kind) {
    switch (kind) {
        case Table::Kind::view:
            return "view";
        case Table::Kind::materialized_view:
            return "materialized view";
        case Table::Kind::virtual_table:
            return "virtual table";
        case Table::Kind::table:
            break;
    }
    return "table";
}

std::string_view source_name(ColumnSource source) {
    switch (source) {
        case ColumnSource::default_value:
            return "default";
        case ColumnSource::identity:
        case ColumnSource::always_identity:
            return "identity";
        case ColumnSource::generated:
            return "generated";
        case ColumnSource::none:
            break;
    }
    return "";
}

/// Names come from a database, where anybody may have put what steers a terminal or turns text round: it is shown as an
/// escape on the page, too.
json::Object column_object(const Column& column) {
    return {{"name", base::printable_word(column.name)},
            {"type", base::printable_word(column.type)},
            {"required", column.is_not_null},
            {"source", source_name(column.source)},
            {"primary", column.is_primary},
            {"unique", column.is_unique},
            {"foreign", column.is_foreign},
            {"comment", base::printable(column.comment)}};
}

json::Object table_object(const Table& table) {
    return {{"name", base::printable_word(name_of(table))},
            {"kind", kind_name(table.kind)},
            {"comment", base::printable(table.comment)},
            {"columns", json::array_of(table.columns, column_object)}};
}

std::vector<std::string> printable_words(const std::vector<std::string>& names) {
    std::vector<std::string> shown;
    for (const auto& name : names) shown.push_back(base::printable_word(name));
    return shown;
}

json::Object reference_object(const Reference& reference) {
    return {{"from", reference.from},
            {"to", reference.to},
            {"columns", printable_words(reference.columns)},
            {"toColumns", printable_words(reference.to_columns)},
            {"name", base::printable_word(reference.name)},
            {"optional", reference.is_optional},
            {"unique", reference.is_unique}};
}

}  // namespace

std::string schema_page_data(const Drawing& drawing) {
    std::string out;
    // The document as a whole, and not value by value: `</script>` ends the element wherever it stands, also in the
    // name of a column.
    report::append_safe(out, json::dump({{"dialect", dialect_name(drawing.dialect)},
                                         {"tables", json::array_of(drawing.tables, table_object)},
                                         {"references", json::array_of(drawing.references, reference_object)}}));
    return out;
}

std::string page_html(const Drawing& drawing, const std::string& title) {
    return report::whole_page({.title = title,
                               .subject = "schema",
                               .body = schema_page_body,
                               .style = std::string(report::graph_page_style) + std::string(schema_page_style),
                               .script = schema_page_script,
                               .data = schema_page_data(drawing)});
}

}  // namespace rev::diagram
