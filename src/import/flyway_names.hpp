#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/settings_text.hpp"

namespace rev::foreign {

/// What files' names begin and end with. Source: Flyway's configuration.
struct FlywayNaming {
    std::string versioned = "V";
    std::string repeatable = "R";
    std::string undo = "U";
    std::string baseline = "B";
    std::string separator = "__";
    std::vector<std::string> suffixes{".sql"};
};

/// What Flyway takes a file for by its name. callback: SQL that is run at an event, such as afterMigrate.
enum class FlywayKind { versioned, repeatable, undo, baseline, callback };

/// A file's name, taken apart.
struct FlywayName {
    FlywayKind kind = FlywayKind::versioned;
    std::string version;  ///< "1.2" for `V1_2__x.sql`; empty for R and callbacks
    std::string description;
};

/// Whether the name ends as one of Flyway's does and is no callback's: it should be a migration's.
[[nodiscard]] bool is_flyway_script(std::string_view name, const FlywayNaming& naming);

/// nullopt: no file of Flyway's, which passes over it.
[[nodiscard]] std::optional<FlywayName> parse_flyway_name(std::string_view name, const FlywayNaming& naming);

/// Numbers part by part; missing parts are 0: 1.0 is 1. Negative: left is lower; 0: the same.
[[nodiscard]] int compare_flyway_versions(std::string_view left, std::string_view right);

/// The checksum that Flyway's table has: CRC32 over the lines without their ends, as a signed number.
[[nodiscard]] std::string flyway_checksum(std::string_view text);

/// How placeholders are written, and their values by lower-case name.
struct FlywayPlaceholders {
    std::string prefix = "${";
    std::string suffix = "}";
    SettingValues values;
    bool replaces = true;  ///< placeholderReplacement; false: texts stay as they are
};

/// The text with its placeholders filled in. used: names that were, in order, each once.
/// missing: offset of the first one without a value; npos: none.
struct FilledIn {
    std::string text;
    std::vector<std::string> used;
    std::size_t missing = std::string_view::npos;
};
/// Stops at the first placeholder without a value, also one that is never closed: `text` then ends before it. Whether
/// to replace at all is the caller's.
[[nodiscard]] FilledIn fill_in_flyway(std::string_view text, const FlywayPlaceholders& placeholders);

}  // namespace rev::foreign
