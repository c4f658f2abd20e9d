#include "config/fleet_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace rev::config {
namespace {

/// Several words, or one.
std::vector<std::string> words(const YamlReader& reader, const Entry& entry) {
    std::vector<std::string> list;
    for (const Entry& item : reader.one_or_more(entry)) list.push_back(reader.nonempty_text(item));
    // `databases: []` would be a fleet of nobody, which a roll-out would report as done.
    if (list.empty()) throw reader.error(entry, error_codes::bad_value, fmt::format("{} is empty", entry.key));
    return list;
}

std::optional<int> percent(std::string_view text) {
    if (!text.ends_with('%')) return std::nullopt;
    text.remove_suffix(1);
    int value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = failure == std::errc() && end == text.data() + text.size();
    return is_number && value >= 1 && value <= 100 ? std::optional(value) : std::nullopt;
}

FleetRing read_ring(const YamlReader& reader, const Entry& item) {
    static const std::vector<std::string> known = {"name", "members", "share"};
    const Entries entries = reader.mapping(item.value, "a ring");
    reader.check_keys(entries, known, "a ring");
    const Entry* name = find_entry(entries, "name");
    if (name == nullptr)
        throw reader.error(item, error_codes::bad_value, "a ring has no name")
            .with_hint("write - {name: canary, members: [acme]}");
    FleetRing ring{.name = reader.nonempty_text(*name), .share = std::nullopt};
    if (const Entry* members = find_entry(entries, "members")) ring.members = words(reader, *members);
    if (const Entry* share = find_entry(entries, "share")) {
        if (!ring.members.empty())
            throw reader.error(*share, error_codes::bad_value,
                               fmt::format("ring {} has both members and a share", ring.name));
        ring.share = percent(reader.text(*share));
        if (!ring.share)
            throw reader.error(*share, error_codes::bad_value, "share should be a percentage from 1% to 100%");
    }
    return ring;
}

void read_rings(const YamlReader& reader, const Entry& entry, FleetSettings& fleet) {
    for (const Entry& item : reader.items(entry)) {
        auto ring = read_ring(reader, item);
        const bool is_twice = std::ranges::any_of(fleet.rings, [&](const auto& r) { return r.name == ring.name; });
        if (is_twice)
            throw reader.error(item, error_codes::bad_value, fmt::format("there are two rings {}", ring.name));
        fleet.rings.push_back(std::move(ring));
    }
    // A member that no ring takes would stay at an old revision without a word.
    const bool takes_the_rest =
        fleet.rings.empty() || (fleet.rings.back().members.empty() && !fleet.rings.back().share);
    if (!takes_the_rest)
        throw reader.error(entry, error_codes::bad_value, "the last ring leaves members out")
            .with_hint("add one that takes the rest: - {name: all}");
}

/// `stop`, `continue` or `stop after N`.
void read_on_failure(const YamlReader& reader, const Entry& entry, FleetSettings& fleet) {
    const std::string text = reader.text(entry);
    constexpr std::string_view counted = "stop after ";
    if (text == "stop") {
        fleet.stop_after = 1;
    } else if (text == "continue") {
        fleet.stop_after.reset();
    } else {
        std::size_t number = 0;
        const auto digits = std::string_view(text).substr(std::min(counted.size(), text.size()));
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        const bool is_number = failure == std::errc() && end == digits.data() + digits.size() && number > 0;
        if (!text.starts_with(counted) || !is_number)
            throw reader.error(entry, error_codes::bad_value, "on_failure should be stop, continue or stop after N");
        fleet.stop_after = number;
    }
}

/// One text is either a query or a pattern. No pattern of a schema's name begins with these words and is meant so: it
/// could be written in a list.
bool is_query(std::string_view text) {
    const auto word = base::lower_case(base::trim(text).substr(0, 7));
    return word.starts_with("select") || word.starts_with("with") || word.starts_with("values") ||
           word.starts_with("table");
}

void read_schemas(const YamlReader& reader, const Entry& entry, FleetSettings& fleet) {
    fleet.patterns = words(reader, entry);
    if (entry.value.IsSequence() || !is_query(fleet.patterns.front())) {
        fleet.source = FleetSource::schema_patterns;
        return;
    }
    fleet.source = FleetSource::schema_query;
    fleet.query = fleet.patterns.front();
    fleet.patterns.clear();
}

/// One of the keys that say where members are. Returns false for any other key.
bool read_source(const YamlReader& reader, const Entry& entry, const Config& config, FleetSettings& fleet) {
    if (entry.key == "schemas") {
        read_schemas(reader, entry, fleet);
    } else if (entry.key == "databases" || entry.key == "files") {
        fleet.source = entry.key == "files" ? FleetSource::files : FleetSource::databases;
        fleet.patterns = words(reader, entry);
    } else if (entry.key == "urls") {
        fleet.source = FleetSource::urls;
        fleet.urls = (config.directory / reader.nonempty_text(entry)).lexically_normal();
    } else if (entry.key == "command") {
        fleet.source = FleetSource::command;
        fleet.command = reader.command(entry);
    } else {
        return false;
    }
    return true;
}

void read_search_path(const YamlReader& reader, const Entry& entry, FleetSettings& fleet) {
    fleet.search_path = reader.nonempty_text(entry);
    // Without it all members would be the same schema, and the second would find itself done.
    if (fleet.search_path.find("{schema}") == std::string::npos)
        throw reader.error(entry, error_codes::bad_value, "search_path of a fleet does not hold {schema}")
            .with_hint("write search_path: \"{schema}, public\"");
}

/// A URL whose variables have no value is missed only where the fleet is used.
void read_url(const YamlReader& reader, const Entry& entry, std::string& url, Config& config) {
    try {
        url = reader.text(entry);
    } catch (const Error& error) {
        if (!is_of_environment(error)) throw;
        config.unresolved.emplace("fleet." + entry.key, error);
    }
}

}  // namespace

void read_fleet(const YamlReader& reader, const Entry& entry, Config& config) {
    static const std::vector<std::string> known = {"url",     "schemas",    "databases",   "urls",
                                                   "command", "files",      "search_path", "rings",
                                                   "jobs",    "on_failure", "queue_url"};
    const Entries entries = reader.mapping(entry.value, "fleet");
    reader.check_keys(entries, known, "fleet");
    FleetSettings fleet;
    for (const Entry& each : entries) {
        if (!each.has_value()) continue;
        const auto before = fleet.source;
        if (read_source(reader, each, config, fleet)) {
            if (before != FleetSource::none)
                throw reader.error(each, error_codes::bad_value, "fleet says twice where its members are")
                    .with_hint("keep one of schemas, databases, urls, command and files");
        } else if (each.key == "url") {
            read_url(reader, each, fleet.url, config);
        } else if (each.key == "queue_url") {
            read_url(reader, each, fleet.queue_url, config);
        } else if (each.key == "search_path") {
            read_search_path(reader, each, fleet);
        } else if (each.key == "rings") {
            read_rings(reader, each, fleet);
        } else if (each.key == "jobs") {
            fleet.jobs = static_cast<std::size_t>(reader.integer(each, 1, 256));
        } else if (each.key == "on_failure") {
            read_on_failure(reader, each, fleet);
        }
    }
    if (fleet.source == FleetSource::none)
        throw reader.error(entry, error_codes::bad_value, "fleet does not say where its members are")
            .with_hint("name one of schemas, databases, urls, command and files; see docs/fleet.md");
    config.fleet = std::move(fleet);
}

}  // namespace rev::config
