#include "fleet/member.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/sql_quotes.hpp"
#include "base/text.hpp"

namespace rev::fleet {
namespace {

bool takes(const FleetRing& ring, const Member& member) {
    return std::ranges::any_of(ring.members, [&](const auto& pattern) {
        return base::fits(member.name, pattern, base::Wildcards::stars_and_marks);
    });
}

/// How many members a share is; a part of one counts as one, so that a canary ring is never empty.
std::size_t members_of(int percent, std::size_t all) { return (all * static_cast<std::size_t>(percent) + 99) / 100; }

Error no_such_member(const std::string& pattern, std::span<const Member> members) {
    std::vector<std::string> names;
    for (const auto& member : members) names.push_back(member.name);
    const auto near = base::closest(pattern, names);
    return Error(ExitCode::usage, error_codes::no_such_member,
                 fmt::format("no member is named {}", base::printable_word(pattern)))
        .with_hint(near.empty() ? std::string("`rev fleet status --list` lists them") : base::did_you_mean(near));
}

}  // namespace

std::vector<Member> select_members(std::vector<Member> members, std::span<const std::string> patterns) {
    if (patterns.empty()) return members;
    // A name that fits nothing is a mistake: the roll-out would otherwise pass over the one member that was meant.
    for (const auto& pattern : patterns)
        if (std::ranges::none_of(members, [&](const auto& member) {
                return base::fits(member.name, pattern, base::Wildcards::stars_and_marks);
            }))
            throw no_such_member(pattern, members);
    std::erase_if(members, [&](const Member& member) {
        return std::ranges::none_of(patterns, [&](const auto& pattern) {
            return base::fits(member.name, pattern, base::Wildcards::stars_and_marks);
        });
    });
    return members;
}

std::vector<Wave> divide(std::span<const Member> members, std::span<const FleetRing> rings) {
    std::vector<const Member*> left;
    for (const auto& member : members) left.push_back(&member);
    if (rings.empty()) return {{{}, std::move(left)}};
    std::vector<Wave> waves;
    for (const auto& ring : rings) {
        Wave wave{ring.name, {}};
        const auto most = ring.share ? members_of(*ring.share, members.size()) : members.size();
        const bool takes_any = ring.members.empty();
        // A member belongs to the first ring that takes it. Members keep their order, so that a share is the same ones
        // each time.
        std::erase_if(left, [&](const Member* member) {
            if (wave.members.size() >= most || !(takes_any || takes(ring, *member))) return false;
            wave.members.push_back(member);
            return true;
        });
        if (!wave.members.empty()) waves.push_back(std::move(wave));
    }
    return waves;
}

DatabaseUrl server_url(const Config& config) {
    if (const auto found = config.unresolved.find("fleet.url"); found != config.unresolved.end())
        throw Error(found->second);
    auto url = parse_database_url(config.fleet.url.empty() ? require_url(config) : config.fleet.url);
    if (url.dialect == Dialect::postgresql) return url;
    throw Error(ExitCode::usage, error_codes::bad_fleet,
                fmt::format("{} is no PostgreSQL server, which alone has schemas and databases to list", url.display()))
        .with_hint("for SQLite write files: [\"data/*.db\"] in fleet");
}

Config config_of(const Member& member, const Config& config, const std::map<std::string, std::string>& given) {
    Config own = config;
    // Its version table is in its own schema: that is what makes it a member.
    if (!member.schema.empty()) own.version_table_schema = member.schema;
    // A tenant that is gone is no tenant to be made.
    own.create_version_table_schema = own.create_version_table_schema && member.schema.empty();
    for (const auto& [name, value] : member.variables)
        // What -x says goes for all members.
        if (!given.contains(name)) own.variables.insert_or_assign(name, value);
    return own;
}

Error in_fleet(const Error& error, const Member& member) {
    constexpr std::array<std::string_view, 8> commands = {"upgrade", "downgrade", "stamp",  "resume",
                                                          "repair",  "verify",    "status", "current"};
    constexpr std::string_view start = "`rev ";
    auto hint = error.hint();
    for (auto at = hint.find(start); at != std::string::npos; at = hint.find(start, at + 1)) {
        const auto word = at + start.size();
        const auto end = hint.find('`', word);
        if (end == std::string::npos) break;
        const auto command = std::string_view(hint).substr(word, hint.find_first_of(" `", word) - word);
        if (std::ranges::find(commands, command) == commands.end()) continue;
        hint.insert(end, " --members " + base::in_quotes(base::printable_word(member.name), '\''));
        hint.insert(word, "fleet ");
    }
    return Error(error).with_hint(hint);
}

std::string search_path_of(const Member& member, const Config& config) {
    constexpr std::string_view placeholder = "{schema}";
    std::string path = config.fleet.search_path;
    const auto name = base::in_quotes(member.schema, '"');
    // Behind the name, which might hold {schema} itself.
    for (auto at = path.find(placeholder); at != std::string::npos; at = path.find(placeholder, at + name.size()))
        path.replace(at, placeholder.size(), name);
    return path;
}

}  // namespace rev::fleet
