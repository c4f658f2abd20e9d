#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "report/graph_page/page.hpp"
#include "report/page_parts.hpp"
#include "state/state.hpp"

namespace rev::report {
namespace {

using Object = nlohmann::ordered_json;

/// What the script tells apart by numbers: bit 0: a dependency, bit 1: the target is not in the picture.
int kind_of(const graph::LayoutEdge& edge) { return (edge.dependency ? 1 : 0) + (edge.outside ? 2 : 0); }

std::vector<std::string> printable_all(const std::vector<std::string>& texts) {
    std::vector<std::string> shown;
    shown.reserve(texts.size());
    for (const auto& text : texts) shown.push_back(base::printable(text));
    return shown;
}

Object section_object(const RevisionFile& file, const Section& section) {
    Object object{{"kind", section_name(section.kind)},
                  {"line", section.first_line},
                  {"text", base::printable(base::with_line_feeds(file.text_of(section)))}};
    if (section.dialect) object["dialect"] = dialect_name(*section.dialect);
    if (section.expect_empty) object["empty"] = true;
    return object;
}

std::string settings_text(const RevisionHeader& header) {
    std::vector<std::string> settings;
    const auto add = [&](std::string_view key, std::string_view value) {
        if (!value.empty()) settings.push_back(fmt::format("{}: {}", key, value));
    };
    const auto yes_no = [](const std::optional<bool>& value) { return !value ? "" : *value ? "true" : "false"; };
    add("transaction", yes_no(header.transaction));
    add("sqlite_foreign_keys", yes_no(header.sqlite_foreign_keys));
    add("variables", base::join(header.variables, ", "));
    add("statement_lock_timeout", header.statement_lock_timeout);
    add("statement_timeout", header.statement_timeout);
    if (header.lock_retries) add("lock_retries", std::to_string(*header.lock_retries));
    return base::printable(base::join(settings, "; "));
}

Object event_object(const state::LogEntry& entry) {
    return {{"event", base::printable(entry.event)},
            {"at", base::printable(entry.started_at)},
            {"ms", entry.duration_ms},
            {"statements", entry.statements},
            {"user", base::printable(entry.database_user)},
            {"os_user", base::printable(entry.os_user)},
            {"host", base::printable(entry.host)},
            {"tag", base::printable(entry.tag)},
            {"run", base::printable(entry.run)},
            {"version", base::printable(entry.rev_version)},
            {"error", base::printable(base::trim(entry.error))}};
}

Object events_of(const GraphPicture& picture, const RevisionId& id) {
    auto events = Object::array();
    const auto found = picture.log.find(id);
    if (found == picture.log.end()) return events;
    for (const auto& entry : found->second) events.push_back(event_object(entry));
    return events;
}

void add_file(Object& row, const RevisionFile& file) {
    row["description"] = base::printable(file.header.description);
    row["settings"] = settings_text(file.header);
    for (const auto& section : file.sections) row["sections"].push_back(section_object(file, section));
}

Object row_object(const GraphPicture& picture, std::size_t index) {
    const auto& place = picture.layout.rows[index];
    const auto& revision = *place.revision;
    Object row{{"id", revision.id},
               {"lane", place.lane},
               {"message", base::printable(revision.message)},
               {"state", state_name(picture.state(index))},
               {"own", printable_all(revision.branch_labels)},
               {"labels", printable_all(picture.graph.labels(revision))},
               {"head", picture.graph.is_head(revision)},
               {"branch", picture.graph.is_branch_point(revision)},
               {"merge", picture.graph.is_merge_point(revision)},
               {"created", base::printable(revision.created)},
               {"path", base::printable(revision.path)},
               {"description", ""},
               {"settings", ""},
               {"sections", Object::array()},
               {"log", events_of(picture, revision.id)}};
    if (picture.page.read_file) add_file(row, picture.page.read_file(revision));
    return row;
}

Object repeatable_object(const PicturedRepeatable& pictured) {
    const auto& repeatable = pictured.repeatable;
    return {{"name", repeatable.name},
            {"message", base::printable(repeatable.message)},
            {"path", base::printable(repeatable.path)},
            {"needs", repeatable.needs},
            {"state", pictured.state},
            {"text", base::printable(base::with_line_feeds(pictured.sql))}};
}

Object edge_object(const graph::LayoutEdge& edge) {
    auto object = Object::array({edge.from, edge.to, edge.lane, kind_of(edge)});
    if (edge.outside) object.push_back(edge.target->id);
    return object;
}

/// One item a line; each is written as it is made.
template <typename ToObject>
void append_array(std::string& out, std::size_t count, ToObject to_object) {
    for (std::size_t i = 0; i < count; ++i) {
        out += i == 0 ? "[\n" : ",\n";
        append_safe(out, to_object(i).dump(-1, ' ', false, Object::error_handler_t::replace));
    }
    out += count == 0 ? "[]" : "\n]";
}

void append_text(std::string& out, std::string_view key, std::string_view text) {
    append_safe(out, fmt::format("\"{}\":{},\n", key,
                                 Object(base::printable(text)).dump(-1, ' ', false, Object::error_handler_t::replace)));
}

}  // namespace

std::string graph_page_data(const GraphPicture& picture) {
    std::string out = "{";
    append_text(out, "database", picture.page.database);
    append_text(out, "as_of", picture.page.as_of);
    out += fmt::format("\"lanes\":{},\n\"edges\":", picture.layout.lanes);
    append_array(out, picture.layout.edges.size(), [&](std::size_t i) { return edge_object(picture.layout.edges[i]); });
    out += ",\n\"repeatables\":";
    append_array(out, picture.repeatables.size(),
                 [&](std::size_t i) { return repeatable_object(picture.repeatables[i]); });
    out += ",\n\"rows\":";
    append_array(out, picture.layout.rows.size(), [&](std::size_t i) { return row_object(picture, i); });
    return out + "}\n";
}

}  // namespace rev::report
