#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rev::foreign {

/// Settings by their full name: `section.key`. What a reader does not understand it leaves out.
using SettingValues = std::map<std::string, std::string>;

/// The part of TOML that tools' settings need: tables, dotted keys, strings, numbers, booleans, arrays of strings (as
/// their items joined by line feeds), arrays of tables as `name.0`, `name.1`.
/// is_sound: set to false where a line is none of these; may be null.
[[nodiscard]] SettingValues read_toml(std::string_view text, bool* is_sound = nullptr);

/// Git's configuration format, as Sqitch has it: `[section "sub"]`, `key = value`, names in lower case but for the keys
/// of a section whose name ends with `.variables`.
[[nodiscard]] SettingValues read_git_config(std::string_view text);

/// Java's properties, as its own reader has them: `key=value`, `key: value` or `key value`, comments behind `#` and
/// `!`, escapes, a final backslash goes on in the next line; blanks at the end of a value stay.
[[nodiscard]] SettingValues read_properties(std::string_view text);

/// Latin-1 as UTF-8.
[[nodiscard]] std::string from_latin1(std::string_view bytes);

/// YAML's mappings of plain and quoted values and of lists of them (as their items joined by line feeds), in blocks; of
/// several documents the first one.
[[nodiscard]] SettingValues read_yaml(std::string_view text);

/// The string behind `name:` in the object behind `object:` (empty: anywhere) of a settings file in JavaScript,
/// TypeScript or JSON. Empty: it is not there, or a program makes it.
[[nodiscard]] std::string read_javascript_string(std::string_view text, std::string_view object, std::string_view name);

/// The value of a variable in a .env file; empty if it has none or cannot be read.
[[nodiscard]] std::string read_dotenv_value(std::string_view text, std::string_view name);

/// Names of the variables that a .env file sets; none if it cannot be read.
[[nodiscard]] std::vector<std::string> dotenv_names(std::string_view text);

/// The value of `name`; empty if it is not there.
[[nodiscard]] std::string value_of(const SettingValues& values, std::string_view name);

}  // namespace rev::foreign
