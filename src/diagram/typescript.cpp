#include <fmt/format.h>

#include <string_view>

#include "base/text.hpp"
#include "diagram/drawing.hpp"
#include "diagram/typescript_types.hpp"

namespace rev::diagram {
namespace {

struct NamedTable {
    const Table* table;
    std::string row;
    std::string insert;  ///< empty: nothing is written into it
};

std::string doc_comment(const std::string& text, std::string_view indent) {
    return text.empty() ? std::string() : fmt::format("{}/** {} */\n", indent, comment_text(text));
}

bool is_null(const Column& column, const TypeWriter& types) {
    return !column.is_not_null && !types.is_never_null(column.type);
}

std::string value_type(const Column& column, const TypeWriter& types) {
    auto type = types.type_of(column.type);
    // These two have null in them already.
    if (is_null(column, types) && type != "SqliteValue" && type != "unknown") type += " | null";
    return type;
}

std::string row_text(const NamedTable& named, const TypeWriter& types) {
    auto text = doc_comment(named.table->comment, "") + fmt::format("export interface {} {{\n", named.row);
    for (const auto& column : named.table->columns)
        text += doc_comment(column.comment, "  ") +
                fmt::format("  {}: {};\n", property_name(column.name), value_type(column, types));
    return text + "}\n";
}

/// What is filled by the database may be left out; what only it may fill has to be.
std::string insert_text(const NamedTable& named, const TypeWriter& types) {
    auto text = fmt::format("export interface {} {{\n", named.insert);
    for (const auto& column : named.table->columns) {
        const bool is_closed =
            column.source == ColumnSource::generated || column.source == ColumnSource::always_identity;
        const bool is_optional = is_closed || column.source != ColumnSource::none || is_null(column, types);
        // `never`, and not no property at all: TypeScript looks for properties too many in literals only, so a row that
        // was read could be handed over with it.
        text += fmt::format("  {}{}: {};\n", property_name(column.name), is_optional ? "?" : "",
                            is_closed ? "never" : value_type(column, types));
    }
    return text + "}\n";
}

std::string overview(const std::vector<NamedTable>& tables) {
    std::string text = "/** Every table and view by its name. */\nexport interface Database {\n";
    for (const auto& named : tables) {
        const auto name = property_name(name_of(*named.table));
        if (named.insert.empty())
            text += fmt::format("  {}: {{ row: {} }};\n", name, named.row);
        else
            text += fmt::format("  {}: {{ row: {}; insert: {}; update: Partial<{}> }};\n", name, named.row,
                                named.insert, named.insert);
    }
    return text + "}\n";
}

}  // namespace

std::string typescript_text(const Drawing& drawing, const schema::Model& model) {
    TypeNames names;
    const TypeWriter types(model, names);
    std::vector<NamedTable> tables;
    for (const auto& table : drawing.tables) {
        NamedTable named{&table, {}, {}};
        named.row =
            names.name_for(table.schema.empty() ? std::vector{table.name} : std::vector{table.schema, table.name});
        // A virtual table is written to like any other.
        const bool is_view = table.kind == Table::Kind::view || table.kind == Table::Kind::materialized_view;
        // claim() and not name_for(): a table new_crew is NewCrew as well.
        if (!is_view) named.insert = names.claim("New" + named.row);
        tables.push_back(std::move(named));
    }
    std::string text = "// Made by `rev dump --format typescript`; do not edit.\n\n" + types.declarations();
    for (const auto& named : tables) {
        text += "\n" + row_text(named, types);
        if (!named.insert.empty()) text += insert_text(named, types);
    }
    return text + "\n" + overview(tables);
}

}  // namespace rev::diagram
