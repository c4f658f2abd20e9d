#include "import/settings_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "config/dotenv.hpp"
#include "rev/error.hpp"

namespace rev::foreign {
namespace {

/// Lines without their ends.
std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        auto line = text.substr(at, end - at);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
        at = end + 1;
    }
    return lines;
}

/// Takes a value of TOML off the front of `text`: nullopt if there is none.
class TomlValue {
public:
    explicit TomlValue(std::string_view text) : rest_(text) {}

    /// nullopt: no value of the kinds that are known.
    std::optional<std::string> read() {
        skip_blanks();
        auto value = rest_.starts_with('[') ? array() : scalar();
        skip_blanks();
        // A date with a blank in it is not read: better no value than the first half of one.
        const bool at_end = rest_.empty() || rest_.front() == '#';
        return value && at_end ? value : std::nullopt;
    }

private:
    void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size())); }

    std::optional<std::string> scalar() {
        if (rest_.empty()) return std::nullopt;
        if (rest_.front() == '"' || rest_.front() == '\'') return string();
        const auto end = std::min(rest_.find_first_of(" \t\n,]#"), rest_.size());
        std::string word(rest_.substr(0, end));
        rest_.remove_prefix(end);
        const bool is_plain = !word.empty() && std::ranges::all_of(word, [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   std::string_view("+-._:").find(c) != std::string_view::npos;
        });
        return is_plain ? std::optional(word) : std::nullopt;
    }

    std::optional<std::string> string() {
        const char quote = rest_.front();
        std::string value;
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            if (rest_[at] == quote) {
                rest_.remove_prefix(at + 1);
                return value;
            }
            // Only strings in three quotes go over several lines, and no setting that is wanted is written so.
            if (rest_[at] == '\n') return std::nullopt;
            // In single quotes TOML has no escapes. Of those by a number only the letter stays, which no wanted setting
            // has.
            const bool is_escaped = quote == '"' && rest_[at] == '\\' && at + 1 < rest_.size();
            value += is_escaped ? unescaped(rest_[++at]) : rest_[at];
        }
        return std::nullopt;
    }

    static char unescaped(char letter) noexcept {
        constexpr std::string_view letters = "btnfr";
        constexpr std::string_view characters = "\b\t\n\f\r";
        const auto at = letters.find(letter);
        return at == std::string_view::npos ? letter : characters[at];
    }

    std::optional<std::string> array() {
        rest_.remove_prefix(1);
        std::vector<std::string> items;
        for (;;) {
            skip_blanks();
            if (rest_.starts_with(']')) break;
            auto item = scalar();
            if (!item) return std::nullopt;
            items.push_back(std::move(*item));
            skip_blanks();
            if (rest_.starts_with(',')) rest_.remove_prefix(1);
        }
        rest_.remove_prefix(1);
        // By line feeds: no item can hold one, and a comma many.
        return base::join(items, "\n");
    }

    std::string_view rest_;
};

/// `a."b c".d` without its quotes and blanks.
std::string plain_key(std::string_view key) {
    std::string plain;
    for (const char c : base::trim(key))
        if (c != '"' && c != '\'' && c != ' ') plain += c;
    return plain;
}

/// Whether an array that begins in `value` goes on in the next line.
bool is_open_array(std::string_view value) {
    // A `]` within a string seems to close it: what is cut off so is no value, instead of a wrong one.
    const auto text = base::trim(value);
    return text.starts_with('[') && text.find(']') == std::string_view::npos;
}

class TomlReader {
public:
    SettingValues read(std::string_view text) {
        const auto lines = lines_of(text);
        for (std::size_t at = 0; at < lines.size(); ++at) {
            std::string line(base::trim(lines[at]));
            if (line.empty() || line.front() == '#') continue;
            const auto equals = line.find('=');
            // Whether or not there is a `=`: the name of a table may hold one, in quotes.
            if (line.front() == '[') {
                begin_table(line);
                continue;
            }
            if (equals == std::string::npos) {
                is_sound = false;
                continue;
            }
            auto value = line.substr(equals + 1);
            while (is_open_array(value) && at + 1 < lines.size()) {
                value += '\n';
                value += lines[++at];
            }
            add(line.substr(0, equals), value);
        }
        return std::move(values_);
    }

    bool is_sound = true;

private:
    void begin_table(std::string_view line) {
        const bool of_array = line.starts_with("[[");
        const auto end = line.find(']');
        if (end == std::string_view::npos) {
            is_sound = false;
            return;
        }
        table_ = plain_key(line.substr(of_array ? 2 : 1, end - (of_array ? 2 : 1)));
        // By number: under one name, the values of each would overwrite those of the one before.
        if (of_array) table_ += fmt::format(".{}", counts_[table_]++);
    }

    void add(std::string_view key, std::string_view text) {
        if (base::trim(text).starts_with('{')) return add_table(key, base::trim(text));
        const auto value = TomlValue(text).read();
        if (!value) {
            is_sound = false;
            return;
        }
        values_[table_.empty() ? plain_key(key) : table_ + "." + plain_key(key)] = *value;
    }

    /// `{ a = 1, b.c = "x" }`: as a table of that name.
    void add_table(std::string_view key, std::string_view text) {
        const auto outer = table_;
        table_ = table_.empty() ? plain_key(key) : table_ + "." + plain_key(key);
        const auto end = end_of_table(text);
        const auto rest = end == std::string_view::npos ? text : base::trim(text.substr(end + 1));
        is_sound = is_sound && end != std::string_view::npos && (rest.empty() || rest.front() == '#');
        std::size_t from = 1;
        for (auto at = from; end != std::string_view::npos && at <= end; at = next_sign(text, at + 1)) {
            if (at < end && text[at] != ',') continue;
            const auto pair = base::trim(text.substr(from, at - from));
            from = at + 1;
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos)
                add(pair.substr(0, equals), pair.substr(equals + 1));
            else
                is_sound = is_sound && pair.empty();
        }
        table_ = outer;
    }

    /// The first comma or closing brace from `at` on that no string, list or other table holds; npos: none.
    static std::size_t next_sign(std::string_view text, std::size_t at) {
        int depth = 0;
        for (char quote = 0; at < text.size(); ++at) {
            const char c = text[at];
            if (quote != 0) {
                if (c == '\\' && quote == '"') ++at;
                if (c == quote) quote = 0;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '[' || c == '{') {
                ++depth;
            } else if (depth == 0 && (c == ',' || c == '}')) {
                return at;
            } else if (c == ']' || c == '}') {
                --depth;
            }
        }
        return std::string_view::npos;
    }
    /// Where the table that `text` begins with ends; npos: nowhere.
    static std::size_t end_of_table(std::string_view text) {
        auto at = next_sign(text, 1);
        while (at != std::string_view::npos && text[at] == ',') at = next_sign(text, at + 1);
        return at;
    }

    SettingValues values_;
    std::string table_;
    std::map<std::string, int> counts_;
};

}  // namespace

SettingValues read_toml(std::string_view text, bool* is_sound) {
    TomlReader reader;
    auto values = reader.read(text);
    if (is_sound != nullptr) *is_sound = reader.is_sound;
    return values;
}

namespace {

/// What stands behind the `=`: quotes and a backslash before a sign go, a comment that no quotes hold ends it.
std::string git_value(std::string_view text) {
    std::string value;
    bool in_quotes = false;
    std::size_t kept = 0;  // blanks at the end do not count, but for those in quotes
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"') {
            in_quotes = !in_quotes;
            kept = value.size();
            continue;
        }
        if (!in_quotes && (text[at] == '#' || text[at] == ';')) break;
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        value += text[at];
        if (in_quotes || (text[at] != ' ' && text[at] != '\t')) kept = value.size();
    }
    value.resize(kept);
    return value;
}

}  // namespace

SettingValues read_git_config(std::string_view text) {
    SettingValues values;
    std::string section;
    for (const auto line : lines_of(text)) {
        const auto plain = base::trim(line);
        if (plain.empty() || plain.front() == '#' || plain.front() == ';') continue;
        if (plain.front() == '[') {
            const auto inner = plain.substr(1, plain.find(']') - 1);
            const auto quote = inner.find('"');
            // To Git, sections and keys have no case; what stands in quotes has.
            section = base::lower_case(base::trim(inner.substr(0, quote)));
            if (quote != std::string_view::npos) section += "." + plain_key(inner.substr(quote));
            continue;
        }
        const auto equals = std::min(plain.find('='), plain.size());
        // A key alone is true, as in Git.
        auto value = equals < plain.size() ? git_value(base::trim(plain.substr(equals + 1))) : std::string("true");
        const auto key = base::trim(plain.substr(0, equals));
        // These are names of psql's, which has large and small letters.
        const bool has_case = section.ends_with(".variables");
        values[section + "." + (has_case ? std::string(key) : base::lower_case(key))] = std::move(value);
    }
    return values;
}

namespace {

/// A value without its quotes, or without the comment behind it.
std::string yaml_scalar(std::string_view text) {
    text = base::trim(text);
    if (text.starts_with('"') || text.starts_with('\'')) {
        const auto end = text.find(text.front(), 1);
        return std::string(text.substr(1, end == std::string_view::npos ? end : end - 1));
    }
    return std::string(base::trim(text.substr(0, std::min(text.find(" #"), text.size()))));
}

/// `[a, b]` as `a` and `b` in two lines; else the value itself.
std::string yaml_value(std::string_view text) {
    const auto plain = base::trim(text);
    if (!plain.starts_with('[') || !plain.ends_with(']')) return yaml_scalar(plain);
    std::vector<std::string> items;
    for (const auto& item : base::split_list(plain.substr(1, plain.size() - 2))) items.push_back(yaml_scalar(item));
    return base::join(items, "\n");
}

/// A key that is open: what is indented further belongs to it.
struct YamlKey {
    std::size_t indent = 0;
    std::string name;  ///< the full one
};

}  // namespace

SettingValues read_yaml(std::string_view text) {
    SettingValues values;
    std::vector<YamlKey> open;
    bool has_begun = false;
    for (const auto line : lines_of(text)) {
        auto plain = base::trim(line);
        if (plain.empty() || plain.front() == '#') continue;
        if (line.starts_with("---")) {
            if (has_begun) break;
            continue;
        }
        has_begun = true;
        const auto indent = line.find_first_not_of(" \t");
        const bool is_item = plain.starts_with("- ");
        // The items of a list may stand below their key, as far to the left as it.
        while (!open.empty() && (open.back().indent > indent || (open.back().indent == indent && !is_item)))
            open.pop_back();
        if (is_item) {
            if (open.empty()) continue;
            auto& value = values[open.back().name];
            value += (value.empty() ? "" : "\n") + yaml_scalar(plain.substr(2));
            continue;
        }
        auto colon = plain.find(": ");
        if (colon == std::string_view::npos && plain.ends_with(':')) colon = plain.size() - 1;
        if (colon == std::string_view::npos) continue;
        auto name = yaml_scalar(plain.substr(0, colon));
        if (!open.empty()) name = open.back().name + "." + name;
        if (auto value = yaml_value(plain.substr(colon + 1)); !value.empty()) values[name] = std::move(value);
        open.push_back({indent, std::move(name)});
    }
    return values;
}

namespace {

/// Without the lines that are comments.
std::string without_comment_lines(std::string_view text) {
    std::string rest;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = text.substr(at, end - at);
        if (!base::trim(line).starts_with("//")) rest += std::string(line) + "\n";
        at = end + 1;
    }
    return rest;
}

bool is_of_name(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/// Offset of what stands behind `name:`, as JavaScript and JSON write it; npos: it is nowhere.
std::size_t find_value(std::string_view text, std::string_view name) {
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        auto behind = at + name.size();
        if (at > 0 && is_of_name(text[at - 1])) continue;
        if (behind < text.size() && (text[behind] == '"' || text[behind] == '\'')) ++behind;
        behind = text.find_first_not_of(" \t\r\n", behind);
        if (behind != std::string_view::npos && text[behind] == ':')
            return text.find_first_not_of(" \t\r\n", behind + 1);
    }
    return std::string_view::npos;
}

/// The string behind `name:`; empty: there is none, or it is made by a program.
std::string string_of(std::string_view text, std::string_view name) {
    const auto at = find_value(text, name);
    if (at == std::string_view::npos) return {};
    const auto quote = text[at];
    if (quote != '"' && quote != '\'' && quote != '`') return {};
    const auto end = text.find(quote, at + 1);
    if (end == std::string_view::npos) return {};
    const auto value = text.substr(at + 1, end - at - 1);
    return value.find("${") == std::string_view::npos ? std::string(value) : std::string();
}

/// The object behind `name:`; empty: there is none.
std::string_view object_of(std::string_view text, std::string_view name) {
    const auto at = find_value(text, name);
    if (at == std::string_view::npos || text[at] != '{') return {};
    return text.substr(at, text.find('}', at) - at);
}

}  // namespace

std::string read_javascript_string(std::string_view text, std::string_view object, std::string_view name) {
    const auto code = without_comment_lines(text);
    return string_of(object.empty() ? std::string_view(code) : object_of(code, object), name);
}

std::string read_dotenv_value(std::string_view text, std::string_view name) {
    try {
        const auto dotenv = config::parse_dotenv({".env", std::string(text)});
        const auto found = dotenv.values.find(std::string(name));
        return found == dotenv.values.end() ? std::string() : found->second;
    } catch (const Error&) {  // somebody else's file: what rev cannot read of it says nothing
        return {};
    }
}

std::vector<std::string> dotenv_names(std::string_view text) {
    std::vector<std::string> names;
    try {
        for (const auto& [name, value] : config::parse_dotenv({".env", std::string(text)}).values)
            names.push_back(name);
    } catch (const Error&) {  // as above
    }
    return names;
}

std::string value_of(const SettingValues& values, std::string_view name) {
    const auto found = values.find(std::string(name));
    return found == values.end() ? std::string() : found->second;
}

}  // namespace rev::foreign
