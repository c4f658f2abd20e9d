#include "import/flyway_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "import/checksums.hpp"
#include "import/folder.hpp"

namespace rev::foreign {
namespace {

/// Events that a file of SQL may be named for. Source: Flyway's callback documentation.
constexpr std::array<std::string_view, 32> callbacks{
    "beforeMigrate",
    "beforeEachMigrate",
    "beforeEachMigrateStatement",
    "afterMigrate",
    "afterEachMigrate",
    "afterEachMigrateStatement",
    "afterMigrateError",
    "afterVersioned",
    "beforeRepeatables",
    "afterMigrateApplied",
    "afterEachMigrateError",
    "afterMigrateOperationFinish",
    "beforeClean",
    "afterClean",
    "afterCleanError",
    "beforeInfo",
    "afterInfo",
    "afterInfoError",
    "beforeValidate",
    "afterValidate",
    "afterValidateError",
    "beforeBaseline",
    "afterBaseline",
    "afterBaselineError",
    "beforeRepair",
    "afterRepair",
    "afterRepairError",
    "beforeConnect",
    "afterConnect",
    "createSchema",
    "beforeCreateSchema",
    "beforeUndo",
};

/// Only those that run while a database is migrated change what it becomes.
bool runs_on_migrate(std::string_view event) {
    // Events of errors come only when a migration has failed: they make no schema.
    for (const std::string_view part :
         {"Migrate", "Versioned", "Repeatables", "Connect", "createSchema", "CreateSchema"})
        if (event.find(part) != std::string_view::npos) return event.find("Error") == std::string_view::npos;
    return false;
}

std::optional<std::string_view> without_suffix(std::string_view name, const FlywayNaming& naming) {
    for (const auto& suffix : naming.suffixes) {
        if (name.size() <= suffix.size()) continue;
        const auto end = name.substr(name.size() - suffix.size());
        if (base::same_name(end, suffix)) return name.substr(0, name.size() - suffix.size());
    }
    return std::nullopt;
}

struct Prefix {
    std::string_view text;
    FlywayKind kind;
};

/// `1_2` as `1.2`; empty: no version.
std::string version_of(std::string_view text) {
    std::string version(text);
    std::ranges::replace(version, '_', '.');
    const bool sound = !version.empty() && is_digit(version.front()) && is_digit(version.back()) &&
                       version.find("..") == std::string::npos &&
                       std::ranges::all_of(version, [](char c) { return is_digit(c) || c == '.'; });
    return sound ? version : std::string();
}

std::vector<std::string> parts_of(std::string_view version) {
    auto parts = base::split_list(version, '.');
    for (auto& part : parts) part = number_of(part);
    while (parts.size() > 1 && parts.back() == "0") parts.pop_back();
    return parts;
}

std::optional<FlywayName> callback_name(std::string_view stem, const FlywayNaming& naming) {
    const auto event = stem.substr(0, stem.find(naming.separator));
    if (std::ranges::find(callbacks, event) == callbacks.end() || !runs_on_migrate(event)) return std::nullopt;
    return FlywayName{FlywayKind::callback, {}, std::string(event)};
}

/// Length of what is read at once where `text` may begin with the prefix: as long as it goes on like it, and one
/// character more. What is not the prefix is text, and nothing of it begins one: `$${name}` is left as it is.
std::size_t read_ahead(std::string_view text, std::string_view prefix) {
    std::size_t size = 1;
    while (size < text.size() && size < prefix.size() && text.substr(0, size) == prefix.substr(0, size)) ++size;
    return size;
}

}  // namespace

bool is_flyway_script(std::string_view name, const FlywayNaming& naming) {
    const auto stem = without_suffix(name, naming);
    return stem && std::ranges::find(callbacks, stem->substr(0, stem->find(naming.separator))) == callbacks.end();
}

std::optional<FlywayName> parse_flyway_name(std::string_view name, const FlywayNaming& naming) {
    const auto stem = without_suffix(name, naming);
    if (!stem) return std::nullopt;
    // Before the prefixes: a project may choose its own, and an event may begin with one.
    if (auto callback = callback_name(*stem, naming)) return callback;
    const std::array<Prefix, 4> prefixes{{{naming.versioned, FlywayKind::versioned},
                                          {naming.repeatable, FlywayKind::repeatable},
                                          {naming.undo, FlywayKind::undo},
                                          {naming.baseline, FlywayKind::baseline}}};
    for (const auto& prefix : prefixes) {
        if (prefix.text.empty() || !stem->starts_with(prefix.text)) continue;
        const auto rest = stem->substr(prefix.text.size());
        const auto separator = rest.find(naming.separator);
        const auto before = rest.substr(0, separator);
        const auto behind =
            separator == std::string_view::npos ? std::string_view() : rest.substr(separator + naming.separator.size());
        std::string description(behind);
        std::ranges::replace(description, '_', ' ');
        if (prefix.kind == FlywayKind::repeatable) {
            // Not the end: a longer prefix of another kind may begin with this one.
            if (!before.empty() || description.empty()) continue;
            return FlywayName{prefix.kind, {}, description};
        }
        auto version = version_of(before);
        if (!version.empty()) return FlywayName{prefix.kind, std::move(version), description};
    }
    return std::nullopt;
}

int compare_flyway_versions(std::string_view left, std::string_view right) {
    const auto one = parts_of(left);
    const auto other = parts_of(right);
    for (std::size_t at = 0; at < std::max(one.size(), other.size()); ++at) {
        const std::string zero = "0";
        const auto& a = at < one.size() ? one[at] : zero;
        const auto& b = at < other.size() ? other[at] : zero;
        if (is_lower_number(a, b)) return -1;
        if (is_lower_number(b, a)) return 1;
    }
    return 0;
}

std::string flyway_checksum(std::string_view text) {
    std::string joined(text);
    // Flyway sums up line by line, without the ends: other line ends are no change.
    std::erase_if(joined, [](char c) { return c == '\r' || c == '\n'; });
    // In Java an int has a sign, so the table has negative sums too.
    return fmt::format("{}", static_cast<std::int32_t>(crc32_of(joined)));
}

FilledIn fill_in_flyway(std::string_view text, const FlywayPlaceholders& placeholders) {
    FilledIn result;
    const auto& prefix = placeholders.prefix;
    for (std::size_t at = 0; at < text.size();) {
        const auto ahead = read_ahead(text.substr(at), prefix);
        if (text.substr(at, ahead) != prefix) {
            result.text += text.substr(at, ahead);
            at += ahead;
            continue;
        }
        const auto name_at = at + ahead;
        const auto end = text.find(placeholders.suffix, name_at);
        const auto name = base::lower_case(text.substr(name_at, std::min(end, text.size()) - name_at));
        const auto found = placeholders.values.find(name);
        // One that is never closed has no value either.
        if (end == std::string_view::npos || found == placeholders.values.end()) {
            result.missing = at;
            return result;
        }
        result.text += found->second;
        if (std::ranges::find(result.used, name) == result.used.end()) result.used.push_back(name);
        at = end + placeholders.suffix.size();
    }
    return result;
}

}  // namespace rev::foreign
