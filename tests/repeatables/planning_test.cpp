// Which repeatable objects a plan drops and makes, by what the log says.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "app/repeatables.hpp"
#include "script/revision_file.hpp"
#include "state/checksum.hpp"
#include "state/state.hpp"
#include "support/graph_of.hpp"

namespace rev::test {
namespace {

struct Object {
    std::string name;
    std::string needs = {};
    bool drops_first = false;
    bool can_be_dropped = false;
};

script::Repeatables repeatables_of(const std::vector<Object>& objects) {
    std::vector<RevisionFile> files;
    for (const auto& object : objects) {
        auto text = "-- repeatable: " + object.name + "\n";
        if (!object.needs.empty()) text += "-- needs: " + object.needs + "\n";
        if (object.drops_first) text += "-- drop_before_upgrade: true\n";
        text += "\n-- rev:apply\nSELECT '" + object.name + "';\n";
        if (object.drops_first || object.can_be_dropped) text += "-- rev:drop\nSELECT 'drop';\n";
        files.push_back(parse_revision_file(text, object.name + ".sql", FileKind::repeatable));
    }
    auto read = script::read_repeatables(std::move(files));
    REQUIRE(read.problems.empty());
    return std::move(read.repeatables);
}

/// A log from text: "+a +b -a ~c": applied as it is, dropped, applied in another form; one row of the log each.
state::LoggedRepeatables log_of(const script::Repeatables& repeatables, std::string_view text) {
    state::LoggedRepeatables logged;
    long long row = 0;
    for (std::size_t at = 0; at < text.size(); at += 3) {
        const std::string name(1, text[at + 1]);
        auto& entry = logged[name];
        entry.row = ++row;
        entry.is_applied = text[at] != '-';
        entry.source = name + ".sql";
        entry.checksum = {};
        if (const auto* found = text[at] == '+' ? repeatables.find(name) : nullptr) {
            const auto& file = repeatables.file_of(*found);
            entry.checksum = state::section_checksum(
                file.text_of(*file.find_section(SectionKind::apply, Dialect::sqlite)), Dialect::sqlite);
        }
    }
    return logged;
}

/// "drop b, upgrade h1, apply b"
std::string text_of_steps(const Plan& plan) {
    std::string text;
    for (const auto& step : plan.steps) {
        text += (text.empty() ? "" : ", ") + std::string(direction_name(step.direction)) + " ";
        text += step.repeatable != nullptr ? step.repeatable->name : step.revision->id;
    }
    return text;
}

std::string upgrade_text(const std::vector<Object>& objects, std::string_view log, const Ids& rows,
                         std::string_view target = "heads") {
    const auto graph = graph_of("r1 -> r2");
    const auto repeatables = repeatables_of(objects);
    auto plan = plan_upgrade(graph, rows, target);
    app::add_repeatables(plan, graph, Direction::upgrade, {repeatables, log_of(repeatables, log), Dialect::sqlite});
    return text_of_steps(plan);
}

std::string downgrade_text(const std::vector<Object>& objects, std::string_view log) {
    const auto graph = graph_of("r1 -> r2");
    const auto repeatables = repeatables_of(objects);
    auto plan = plan_downgrade(graph, Ids{"r2"}, "r1");
    app::add_repeatables(plan, graph, Direction::downgrade, {repeatables, log_of(repeatables, log), Dialect::sqlite});
    return text_of_steps(plan);
}

std::string states_text(const std::vector<Object>& objects, std::string_view log) {
    const auto repeatables = repeatables_of(objects);
    std::string text;
    for (const auto& each : app::compare_repeatables(repeatables, log_of(repeatables, log), Dialect::sqlite))
        text += (text.empty() ? "" : ", ") + each.name + " " + std::string(app::repeatable_state_name(each.state));
    return text;
}

TEST_CASE("what is made at the heads, and only there") {
    const std::vector<Object> two{{.name = "a", .needs = "b"}, {.name = "b"}};
    CHECK(upgrade_text(two, "", {}) == "upgrade r1, upgrade r2, apply b, apply a");
    CHECK(upgrade_text(two, "", {}, "r1") == "upgrade r1");
    CHECK(upgrade_text(two, "", {"r2"}) == "apply b, apply a");
    CHECK(upgrade_text(two, "+b +a", {"r2"}).empty());
    CHECK(upgrade_text(two, "~b +a", {"r2"}) == "apply b");
    CHECK(upgrade_text(two, "+b ~a", {"r1"}) == "upgrade r2, apply a");
    CHECK(upgrade_text(two, "+b +a", {"r1"}) == "upgrade r2");
    CHECK(upgrade_text(two, "~b ~a", {"r2"}, "r1") == "apply b, apply a");  // nothing to walk: it is at the heads
}

TEST_CASE("what is dropped before a run with steps, and made again with all that needs it") {
    const std::vector<Object> three{{.name = "a", .needs = "b", .can_be_dropped = true},
                                    {.name = "b", .drops_first = true},
                                    {.name = "c", .needs = "a"}};
    CHECK(upgrade_text(three, "+b +a +c", {"r1"}) == "drop a, drop b, upgrade r2, apply b, apply a, apply c");
    CHECK(upgrade_text(three, "+b +a +c", {"r2"}).empty());
    CHECK(upgrade_text(three, "+b +a +c", {}, "r1") == "drop a, drop b, upgrade r1");
    CHECK(downgrade_text(three, "+b +a +c") == "drop a, drop b, downgrade r2");
    CHECK(downgrade_text(three, "") == "downgrade r2");
    // Changed, and no revision to run: what cannot be replaced is dropped all the same.
    CHECK(upgrade_text(three, "~b +a +c", {"r2"}) == "drop a, drop b, apply b, apply a, apply c");
    CHECK(upgrade_text(three, "+b ~a +c", {"r2"}) == "apply a");
}

TEST_CASE("what CASCADE may have taken along is made again, however far the run came") {
    const std::vector<Object> chain{
        {.name = "a", .drops_first = true}, {.name = "b", .needs = "a"}, {.name = "c", .needs = "b"}};
    // The run failed behind the drop; then it was made again, and failed at b.
    CHECK(upgrade_text(chain, "+a +b +c -a", {"r2"}) == "apply a, apply b, apply c");
    CHECK(states_text(chain, "+a +b +c -a") == "a missing, b missing, c missing");
    CHECK(upgrade_text(chain, "+a +b +c -a +a", {"r2"}) == "apply b, apply c");
    CHECK(upgrade_text(chain, "+a +b +c -a +a +b", {"r2"}) == "apply c");
    CHECK(upgrade_text(chain, "+a +b +c -a +a +b +c", {"r2"}).empty());
}

TEST_CASE("states") {
    const std::vector<Object> two{{.name = "a"}, {.name = "b"}};
    CHECK(states_text(two, "") == "a missing, b missing");
    CHECK(states_text(two, "+a ~b +z") == "a current, b changed, z without_file");
    CHECK(states_text(two, "+a -a") == "a missing, b missing");
    const auto repeatables = repeatables_of(two);
    const auto all = app::compare_repeatables(repeatables, log_of(repeatables, "~a +z"), Dialect::sqlite);
    CHECK(app::repeatables_text(all) == "1 repeatable changed, 1 missing, 1 without a file");
    CHECK(app::has_repeatables_to_make(all));
    CHECK(app::repeatables_text({}).empty());
}

}  // namespace
}  // namespace rev::test
