#include "base/text.hpp"
#include "report/fleet_text.hpp"
#include "report/json.hpp"
#include "report/json_value.hpp"

namespace rev::json {
namespace {

Object member_object(const fleet::MemberResult& result) {
    const auto& member = *result.member;
    Object object{{"name", member.name}};
    // What is no member has no database.
    if (!member.fault || !member.url.database.empty()) object["url"] = member.url.display();
    if (!member.schema.empty()) object["schema"] = member.schema;
    if (!result.ring.empty()) object["ring"] = result.ring;
    object["state"] = report::outcome_name(result);
    object["rows"] = sorted(result.rows);
    object["steps"] = result.steps;
    object["duration_ms"] = result.took.count();
    if (!result.remarks.empty()) object["remarks"] = result.remarks;
    if (result.error) object["error"] = error_object(*result.error);
    return object;
}

}  // namespace

void write_fleet(std::ostream& out, std::string_view target, std::span<const fleet::MemberResult> results) {
    Object counts = Object::object();
    for (const auto& result : results) {
        auto& count = counts[std::string(report::outcome_name(result))];
        count = count.is_null() ? 1 : count.get<int>() + 1;
    }
    write(out, {{"target", target}, {"counts", std::move(counts)}, {"members", array_of(results, member_object)}});
}

void write_member_event(std::ostream& out, std::string_view event, const fleet::MemberResult& result) {
    Object object{{"event", event}};
    object.update(member_object(result));
    // One event a line, as it happens (NDJSON): whoever reads it need not wait for the end.
    out << dump(object) << '\n';
}

void write_queued_run(std::ostream& out, const fleet::QueuedRun& run, std::span<const fleet::QueuedMember> members) {
    const auto to_object = [](const fleet::QueuedMember& member) {
        Object object{{"name", member.name}, {"state", member.state}, {"attempts", member.attempts}};
        if (!member.ring.empty()) object["ring"] = member.ring;
        if (!member.worker.empty()) object["worker"] = member.worker;
        if (!member.rows.empty()) object["rows"] = base::split_list(member.rows);
        if (!member.error.empty()) object["error"] = member.error;
        return object;
    };
    write(out, {{"run", run.id},
                {"target", run.target},
                {"created_at", run.created_at},
                {"members", array_of(members, to_object)}});
}

}  // namespace rev::json
