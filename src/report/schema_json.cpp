#include "report/schema_json.hpp"

#include "report/json_value.hpp"

namespace rev::json {
namespace {

using schema::Change;

std::string_view action_name(Change::Action action) {
    switch (action) {
        case Change::Action::add:
            return "add";
        case Change::Action::drop:
            return "drop";
        case Change::Action::alter:
            return "alter";
        case Change::Action::rename:
            break;
    }
    return "rename";
}

/// "kind" and "name" of a fact.
Object id_object(const schema::FactId& id) { return {{"kind", to_string(id.kind)}, {"name", id.name}}; }

Object change_object(const Change& change) {
    Object object{{"action", action_name(change.action)}};
    object.update(id_object(change.id));
    if (!change.attribute.empty()) object["attribute"] = change.attribute;
    if (!change.before.empty()) object["before"] = change.before;
    if (!change.after.empty()) object["after"] = change.after;
    return object;
}

Object hazard_object(const schema::Hazard& hazard) {
    Object object{{"hazard", to_string(hazard.kind)}};
    object.update(id_object(hazard.object));
    object["detail"] = hazard.detail;
    return object;
}

Object unmodelled_object(const schema::Unmodelled& unmodelled) {
    return {{"kind", unmodelled.kind}, {"count", unmodelled.count}, {"names", unmodelled.names}};
}

Object fact_object(const schema::Fact& fact) {
    auto object = id_object(fact.id);
    auto attributes = Object::object();
    for (const auto& [name, value] : fact.attributes) attributes[name] = value;
    object["attributes"] = std::move(attributes);
    return object;
}

Object finding_object(const NewFinding& finding) {
    return {{"rule", finding.rule}, {"level", finding.level},   {"revision", finding.revision}, {"path", finding.path},
            {"line", finding.line}, {"column", finding.column}, {"message", finding.message},   {"hint", finding.hint}};
}

}  // namespace

void write_autogenerate(std::ostream& out, const AutogenerateAnswer& answer) {
    Object object{{"revisions", revision_objects(answer.graph, answer.revisions)},
                  {"changes", array_of(answer.changes, change_object)},
                  {"hazards", array_of(answer.hazards, hazard_object)}};
    if (!answer.drift.empty()) object["drift"] = array_of(answer.drift, change_object);
    if (!answer.unproven.empty()) object["unproven"] = answer.unproven;
    object["findings"] = array_of(answer.findings, finding_object);
    write(out, object);
}

void write_changes(std::ostream& out, std::span<const Change> changes, std::span<const schema::Hazard> hazards,
                   std::span<const schema::Unmodelled> unmodelled, const std::string& sql) {
    Object object{{"changes", array_of(changes, change_object)},
                  {"hazards", array_of(hazards, hazard_object)},
                  {"unmodelled", array_of(unmodelled, unmodelled_object)}};
    if (!sql.empty()) object["sql"] = sql;
    write(out, object);
}

Object hazard_objects(std::span<const schema::Hazard> hazards) { return array_of(hazards, hazard_object); }

Object change_objects(std::span<const Change> changes) { return array_of(changes, change_object); }

void write_model(std::ostream& out, const schema::Model& model) {
    write(out, {{"dialect", dialect_name(model.dialect())},
                {"server_version", model.server_version()},
                {"facts", array_of(model.facts(), fact_object)},
                {"unmodelled", array_of(model.unmodelled(), unmodelled_object)}});
}

}  // namespace rev::json
