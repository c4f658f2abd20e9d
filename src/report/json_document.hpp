#pragma once

#include <nlohmann/json.hpp>
#include <ostream>

#include "rev/error.hpp"

namespace rev::json {

using Document = nlohmann::ordered_json;

/// Writes a document with a line end, indented, with nothing in it that steers a terminal. Bytes that are no UTF-8 are
/// replaced.
void write_document(std::ostream& out, const Document& document);

/// An error as docs/json.md has it; absent parts are left out.
[[nodiscard]] Document error_document(const Error& error);

}  // namespace rev::json
