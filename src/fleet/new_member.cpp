#include "fleet/new_member.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "app/connect.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "state/reporter.hpp"

namespace rev::fleet {
namespace {

namespace fs = std::filesystem;

Error no_new_member(const std::string& why, const std::string& hint) {
    return Error(ExitCode::usage, error_codes::no_new_member, why).with_hint(hint);
}

/// "data/acme.db" of the pattern "data/*.db".
std::string file_of(const std::string& name, const Config& config) {
    auto pattern = config.fleet.patterns.front();
    const auto star = pattern.find('*');
    // What is left to choose is one file's name: a path could lead anywhere.
    if (star == std::string::npos || pattern.find_first_of("*?", star + 1) != std::string::npos)
        throw no_new_member(fmt::format("{} does not say where a new file belongs", base::printable(pattern)),
                            "write the pattern with a single `*`, such as data/*.db; or make the file, and run "
                            "`rev fleet upgrade head --members NAME`");
    if (name.find('/') != std::string::npos || name == "." || name == "..")
        throw no_new_member(fmt::format("{} is no name for a file", base::printable_word(name)),
                            fmt::format("it stands for the `*` of {}", base::printable(pattern)));
    pattern.replace(star, 1, name);
    return (config.directory / pattern).lexically_normal().string();
}

/// Made under that name, it would be in no fleet.
void require_fitting(const std::string& name, const Config& config) {
    const auto& patterns = config.fleet.patterns;
    const auto fits = [&](const auto& pattern) { return base::fits(name, pattern, base::Wildcards::stars_and_marks); };
    if (std::ranges::none_of(patterns, fits))
        throw no_new_member(fmt::format("{} would be no member", base::printable_word(name)),
                            fmt::format("names of members fit {}", base::join(patterns, " or ")));
}

void require_usable(const std::string& name) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (name.empty() || std::ranges::any_of(name, is_control))
        throw no_new_member(fmt::format("{} is no name for a member", base::printable_word(name)),
                            "give it one without control characters");
}

Member described(const std::string& name, const Config& config) {
    require_usable(name);
    Member member{.name = name, .url = {}};
    switch (config.fleet.source) {
        case FleetSource::schema_patterns:
            require_fitting(name, config);
            [[fallthrough]];
        case FleetSource::schema_query:
            member.url = server_url(config);
            member.schema = name;
            return member;
        case FleetSource::databases:
            require_fitting(name, config);
            member.url = other_database(server_url(config), name);
            return member;
        case FleetSource::files:
            member.url = url_of_file(file_of(name, config));
            // As the fleet names it from now on.
            member.name = fs::path(member.url->database).lexically_relative(config.directory).string();
            return member;
        default:
            throw no_new_member("members that a list or a program names are made where that list is kept",
                                "make the database, add it to the list, and run "
                                "`rev fleet upgrade head --members NAME`");
    }
}

/// By the database itself: whoever comes first makes it.
void make_place(const Member& member, const Config& config, state::Reporter& reporter) {
    if (member.url->dialect == Dialect::sqlite) {
        fs::create_directories(fs::path(member.url->database).parent_path());
        return;
    }
    const auto server = server_url(config);
    const auto database = open_database(server, app::writing_options(config, reporter));
    const auto run = [&](const std::string& sql) {
        const std::array<Command, 1> command{Command{.kind = Command::Kind::sql, .sql = sql, .is_own = true}};
        database->run(command);
    };
    if (!member.schema.empty()) {
        run("CREATE SCHEMA IF NOT EXISTS " + database->quote_identifier(member.schema));
        return;
    }
    // CREATE DATABASE knows no IF NOT EXISTS.
    const std::array<SqlValue, 1> name{member.url->database};
    if (database->query("SELECT 1 FROM pg_catalog.pg_database WHERE datname = ?", name).empty())
        run("CREATE DATABASE " + database->quote_identifier(member.url->database));
}

/// The rows that most members have, as targets.
std::vector<RevisionId> usual_rows(std::span<const MemberState> states) {
    std::map<std::vector<RevisionId>, std::size_t> counts;
    // A member without rows is one that nobody has migrated yet, and says nothing about the others.
    for (const auto& state : states) {
        if (state.failure || state.rows.empty()) continue;
        auto rows = state.rows;
        std::ranges::sort(rows);
        ++counts[rows];
    }
    const auto most = std::ranges::max_element(counts, {}, [](const auto& each) { return each.second; });
    // The first member of a fleet goes to the newest revisions.
    return most == counts.end() ? std::vector<RevisionId>{"heads"} : most->first;
}

/// A query may read a table in which the new tenant is not yet.
bool is_unlisted(const Member& member, const Config& config) {
    if (config.fleet.source != FleetSource::schema_query) return false;
    const auto members = find_members(config);
    return std::ranges::find(members, member.name, &Member::name) == members.end();
}

}  // namespace

NewMember create_member(const std::string& name, std::span<const MemberState> states, const FleetContext& context) {
    NewMember made;
    made.member = described(name, context.config);
    state::Reporter silent;
    make_place(made.member, context.config, silent);
    // One target after the other: an upgrade takes one, and several rows are several branches.
    for (const auto& target : usual_rows(states)) {
        RollOut request{.migrate = {.mode = app::MigrateMode::upgrade, .targets = {target}}, .ring = {}, .jobs = 1};
        const std::span<const Member> only(&made.member, 1);
        // The new member is in no ring yet, and is not to wait for one.
        auto without_rings = context.config;
        without_rings.fleet.rings.clear();
        const auto own = context.with(without_rings);
        const auto steps = made.result.steps;
        made.result = roll_out(request, only, read_states(only, without_rings, context.stop), own).front();
        made.result.steps += steps;
        made.result.member = &made.member;
        if (made.result.outcome == Outcome::failed) break;
    }
    if (is_unlisted(made.member, context.config))
        made.result.remarks.push_back(
            fmt::format("the query of fleet.schemas does not name {}: until it does, it is no "
                        "member",
                        base::printable_word(name)));
    if (made.result.steps > 0 && made.result.outcome == Outcome::up_to_date) made.result.outcome = Outcome::done;
    return made;
}

}  // namespace rev::fleet
