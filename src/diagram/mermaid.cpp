#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/text.hpp"
#include "diagram/drawing.hpp"

namespace rev::diagram {
namespace {

/// Mermaid's limit, which GitHub keeps, less a little.
/// maxTextSize: 50,000 characters. A longer text is drawn as an error, without any table.
constexpr std::size_t longest_text = 48'000;

enum class Detail { columns, keys, names };

/// Text between double quotes; what could mean anything there as Mermaid's entities.
std::string label_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : base::printable_word(text)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain =
            byte >= 0x80 || std::isalnum(byte) != 0 || std::string_view(" ._-,()[]:").find(c) != std::string_view::npos;
        out += is_plain ? std::string(1, c) : fmt::format("#{};", byte);
    }
    return out + '"';
}

/// A type or a name within a table may hold little else than letters.
std::string word(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '(' || c == ')' ||
                              c == '[' || c == ']' || c == '-';
        out += is_plain ? c : '_';
    }
    // A digit or a bracket at the beginning is a syntax error, which takes the whole diagram away.
    if (out.empty() || (std::isalpha(static_cast<unsigned char>(out.front())) == 0 && out.front() != '_'))
        out = "_" + out;
    return out;
}

std::string keys_of(const Column& column) {
    std::vector<std::string> keys;
    if (column.is_primary) keys.emplace_back("PK");
    if (column.is_foreign) keys.emplace_back("FK");
    if (column.is_unique && !column.is_primary) keys.emplace_back("UK");
    return base::join(keys, ", ");
}

std::string column_line(const Column& column) {
    const auto type = column.type.empty() ? std::string("any") : column.type;
    auto line = fmt::format("        {} {}", word(type), word(column.name));
    if (const auto keys = keys_of(column); !keys.empty()) line += " " + keys;
    // What had to be written otherwise is told as it is.
    std::vector<std::string> remarks;
    if (word(column.name) != column.name) remarks.push_back(column.name);
    if (word(type) != type) remarks.push_back(type);
    // Mermaid has no sign for it.
    if (!column.is_not_null && !column.is_primary) remarks.emplace_back("null");
    if (!remarks.empty()) line += " " + label_text(base::join(remarks, ", "));
    return line + "\n";
}

std::string title_of(const Table& table) {
    switch (table.kind) {
        case Table::Kind::view:
            return name_of(table) + " (view)";
        case Table::Kind::materialized_view:
            return name_of(table) + " (materialized view)";
        case Table::Kind::virtual_table:
            return name_of(table) + " (virtual)";
        case Table::Kind::table:
            break;
    }
    return name_of(table);
}

std::string table_text(const Table& table, std::size_t number, Detail detail) {
    // Numbered, and the name a label: a name may be a word of Mermaid's own, or hold what it reads.
    auto text = fmt::format("    t{}[{}]", number, label_text(title_of(table)));
    std::string lines;
    for (const auto& column : table.columns)
        if (detail == Detail::columns || (detail == Detail::keys && !keys_of(column).empty()))
            lines += column_line(column);
    return lines.empty() ? text + "\n" : text + " {\n" + lines + "    }\n";
}

std::string reference_text(const Reference& reference) {
    const auto name = reference.name.empty() ? base::join(reference.columns, ", ") : reference.name;
    // The sign beside a table says how many of its rows belong to one of the other. Never `|{`, at least one: a foreign
    // key does not make anybody refer to a row.
    return fmt::format("    t{} {}--{} t{} : {}\n", reference.to, reference.is_optional ? "|o" : "||",
                       reference.is_unique ? "o|" : "o{", reference.from, label_text(name));
}

std::string text_with(const Drawing& drawing, Detail detail) {
    std::string text = "erDiagram\n";
    if (detail != Detail::columns)
        text += fmt::format("    %% {} left out: with them it is more than Mermaid draws\n",
                            detail == Detail::keys ? "columns that are no keys are" : "columns are");
    for (std::size_t i = 0; i < drawing.tables.size(); ++i) text += table_text(drawing.tables[i], i, detail);
    for (const auto& reference : drawing.references) text += reference_text(reference);
    return text;
}

}  // namespace

std::string mermaid_text(const Drawing& drawing) {
    for (const auto detail : {Detail::columns, Detail::keys})
        if (auto text = text_with(drawing, detail); text.size() <= longest_text) return text;
    return text_with(drawing, Detail::names);
}

}  // namespace rev::diagram
