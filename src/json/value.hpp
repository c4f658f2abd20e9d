#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "rev/error.hpp"

/// What all writers of JSON documents share: the program's and the library's.
namespace rev::json {

using Object = nlohmann::ordered_json;

/// Text from databases and files may hold bytes that are no UTF-8; JSON may not. Nothing in it steers a terminal.
/// indent: spaces a level; -1: all in one line.
[[nodiscard]] std::string dump(const Object& object, int indent = -1);

/// Writes the document with a line end.
void write(std::ostream& out, const Object& object);

/// An error as docs/json.md has it; absent parts are left out.
[[nodiscard]] Object error_object(const Error& error);

/// An array of what `to_object` makes of each item.
template <typename Items, typename ToObject>
[[nodiscard]] Object array_of(const Items& items, ToObject to_object) {
    auto array = Object::array();
    for (const auto& item : items) array.push_back(to_object(item));
    return array;
}

/// Rows have an order in the table that says nothing: documents have them by bytes.
[[nodiscard]] std::vector<std::string> sorted(std::vector<std::string> ids);

}  // namespace rev::json
