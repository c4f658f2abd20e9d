#include "diagram/typescript_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace rev::diagram {
namespace {

/// Names that stand for something else in the text that is written, or that TypeScript does not let anybody declare.
bool is_reserved(const std::string& name) {
    static const std::set<std::string> reserved = {
        "Any",       "Array",      "BigInt",    "Boolean",   "Database", "Date",   "Decimal",  "Error",      "Function",
        "Infinity",  "Int8",       "Json",      "JsonValue", "Map",      "Money",  "NaN",      "Never",      "Null",
        "Number",    "Object",     "Partial",   "Promise",   "Readonly", "Record", "Set",      "String",     "Symbol",
        "Timestamp", "Uint8Array", "Undefined", "Unknown",   "Void",     "Bytes",  "DateOnly", "SqliteValue"};
    return reserved.contains(name);
}

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// "order_items" as "OrderItems"; what is no ASCII letter or digit separates words.
std::string pascal_case(std::string_view text) {
    std::string out;
    bool begins = true;
    for (const char c : text) {
        if (!is_letter(c)) {
            begins = true;
            continue;
        }
        out += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        begins = false;
    }
    return out;
}

}  // namespace

std::string js_string(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const auto point = base::decode_utf8(text, at);
        const auto part = text.substr(at, point.length);
        at += point.length;
        // SQLite keeps names that are no UTF-8; a file of TypeScript has to be.
        if (!point.valid)
            out += "\\ufffd";
        else if (part == "\"" || part == "\\")
            out += "\\" + std::string(part);
        else if (part == "\n")
            out += "\\n";
        // U+2028 and U+2029 end a line within quotes for whoever reads by ECMAScript before 2019. What turns text round
        // would show a reviewer another name than the compiler reads.
        else if (point.value < 0x20 || point.value == 0x7F || point.value == 0x2028 || point.value == 0x2029 ||
                 base::steers_terminal(point.value))
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(point.value));
        else
            out += part;
    }
    return out + '"';
}

std::string property_name(std::string_view name) {
    // An identifier may have letters of any alphabet, but which ones depends on the compiler's Unicode; in quotes the
    // name is the same.
    const bool is_plain = !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
                          std::ranges::all_of(name, [](char c) { return is_letter(c) || c == '_' || c == '$'; });
    return is_plain ? std::string(name) : js_string(name);
}

std::string comment_text(std::string_view text) {
    auto out = base::printable_word(text);
    for (auto at = out.find("*/"); at != std::string::npos; at = out.find("*/", at)) out.replace(at, 2, "* /");
    return out;
}

std::string TypeNames::claim(const std::string& name) {
    auto base = name.empty() ? std::string("Unnamed") : name;
    if (std::isdigit(static_cast<unsigned char>(base.front())) != 0) base = "_" + base;
    if (is_reserved(base)) base += "Row";
    // order_items and "order-items" come to one name. pascal_case() gives no `_`, so that the number makes no name of
    // another table.
    auto unique = base;
    for (int number = 2; !taken_.insert(unique).second; ++number) unique = fmt::format("{}_{}", base, number);
    return unique;
}

std::string TypeNames::name_for(const std::vector<std::string>& parts) {
    const auto known = names_.find(parts);
    if (known != names_.end()) return known->second;
    const bool has_schema = parts.size() > 1 && parts.front() != "public";
    auto name = claim((has_schema ? pascal_case(parts.front()) : std::string()) + pascal_case(parts.back()));
    return names_[parts] = std::move(name);
}

}  // namespace rev::diagram
