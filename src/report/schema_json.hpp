#pragma once

#include <ostream>
#include <span>
#include <string>

#include "report/json_value.hpp"
#include "rev/graph.hpp"
#include "schema/migration.hpp"

/// What `--json` prints of schemas. Source: docs/json.md "Schemas".
namespace rev::json {

/// What lint says of a statement of a new revision. Source: docs/json.md "lint".
struct NewFinding {
    std::string rule;
    std::string level;
    std::string revision;
    std::string path;
    std::size_t line = 0;
    std::size_t column = 0;
    std::string message;
    std::string hint;
};

/// {"revisions": [...], "changes": [...], "hazards": [...]}, with "drift" where there is any. graph: with the new
/// revisions in it.
struct AutogenerateAnswer {
    const Graph& graph;
    Revisions revisions;
    std::vector<schema::Change> changes;
    std::vector<schema::Hazard> hazards;
    std::vector<schema::Change> drift;
    std::vector<std::string> unproven;  ///< sentences
    std::vector<NewFinding> findings = {};
};
/// "unproven" too where there is any; and "findings" always.
void write_autogenerate(std::ostream& out, const AutogenerateAnswer& answer);

/// {"changes": [...], "hazards": [...], "unmodelled": [...]}, and "sql" if it is not empty.
void write_changes(std::ostream& out, std::span<const schema::Change> changes, std::span<const schema::Hazard> hazards,
                   std::span<const schema::Unmodelled> unmodelled, const std::string& sql = {});

/// [{"action", "kind", "name", ...}]
[[nodiscard]] Object change_objects(std::span<const schema::Change> changes);

/// [{"hazard", "kind", "name", "detail"}]
[[nodiscard]] Object hazard_objects(std::span<const schema::Hazard> hazards);

/// {"dialect", "server_version", "facts": [...], "unmodelled": [...]}
void write_model(std::ostream& out, const schema::Model& model);

}  // namespace rev::json
