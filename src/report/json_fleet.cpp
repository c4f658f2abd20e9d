#include <array>
#include <ostream>
#include <string_view>

#include "base/text.hpp"
#include "report/fleet_text.hpp"
#include "report/json.hpp"
#include "report/json_value.hpp"

namespace rev::json {
namespace {

/// The same keys whatever became of a member: programs look a thousand of them through.
Object text_or_null(const std::string& text) { return text.empty() ? Object(nullptr) : Object(text); }

Object member_object(const fleet::MemberResult& result) {
    const auto& member = *result.member;
    // What is no member has no database.
    const bool has_database = !member.fault || !member.url->database.empty();
    return {{"name", member.name},
            {"url", has_database ? Object(member.url->display()) : Object(nullptr)},
            {"schema", text_or_null(member.schema)},
            {"ring", text_or_null(result.ring)},
            {"state", report::outcome_name(result)},
            {"rows", sorted(result.rows)},
            {"steps", result.steps},
            {"duration_ms", result.took.count()},
            {"remarks", result.remarks},
            {"error", result.error ? error_object(*result.error) : Object(nullptr)}};
}

/// All names of report::outcome_name().
constexpr std::array<std::string_view, 8> state_names = {"up_to_date", "behind", "ahead",       "done",
                                                         "ok",         "failed", "unreachable", "not_begun"};

}  // namespace

void write_fleet(std::ostream& out, std::string_view target, std::span<const fleet::MemberResult> results) {
    Object counts = Object::object();
    // Also what is 0: nobody who reads it has to ask whether a key is there.
    for (const auto name : state_names) counts[std::string(name)] = 0;
    for (const auto& result : results) {
        auto& count = counts[std::string(report::outcome_name(result))];
        count = count.get<int>() + 1;
    }
    write(out, {{"target", target}, {"counts", std::move(counts)}, {"members", array_of(results, member_object)}});
}

void write_member_event(std::ostream& out, std::string_view event, const fleet::MemberResult& result) {
    Object object{{"event", event}};
    object.update(member_object(result));
    // One event a line, as it happens (NDJSON): whoever reads it need not wait for the end.
    out << dump(object) << '\n' << std::flush;
}

void write_queued_run(std::ostream& out, const fleet::QueuedRun& run, std::span<const fleet::QueuedMember> members) {
    const auto to_object = [](const fleet::QueuedMember& member) {
        return Object{{"name", member.name},
                      {"ring", text_or_null(member.ring)},
                      {"state", member.state},
                      {"attempts", member.attempts},
                      {"worker", text_or_null(member.worker)},
                      {"rows", base::split_list(member.rows)},
                      {"error", text_or_null(member.error)}};
    };
    write(out, {{"run", run.id},
                {"target", run.target},
                {"created_at", run.created_at},
                {"members", array_of(members, to_object)}});
}

}  // namespace rev::json
