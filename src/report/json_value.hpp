#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "rev/error.hpp"
#include "rev/graph.hpp"

/// What the writers of JSON documents share.
namespace rev::json {

using Object = nlohmann::ordered_json;

/// Text from databases and files may hold bytes that are no UTF-8; JSON may not. Nothing in it steers a terminal.
[[nodiscard]] std::string dump(const Object& object, int indent = -1);

/// Writes the document with a line end.
void write(std::ostream& out, const Object& object);

[[nodiscard]] Object revision_objects(const Graph& graph, const Revisions& revisions);

}  // namespace rev::json
