#include "script/file_name.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/text.hpp"
#include "rev/error.hpp"
#include "script/source.hpp"

namespace rev::script {

namespace {

constexpr std::string_view suffix = ".sql";
constexpr std::size_t longest_component = 255;  // bytes, in every common file system
constexpr std::array<std::string_view, 10> placeholders{"rev", "slug", "number", "year",   "month",
                                                        "day", "hour", "minute", "second", "epoch"};

Error bad_template(const Config& config, const std::string& message) {
    return Error(ExitCode::usage, error_codes::bad_file_template, fmt::format("file_template: {}", message))
        .with_location({config.file.string(), 0, 0, {}});
}

std::string two_digits(int number) { return fmt::format("{:02}", number); }

std::string value_of(std::string_view name, const Config& config, const FileNameParts& parts) {
    const auto& clock = parts.created.clock;
    if (name == "rev") return parts.id;
    if (name == "slug") return base::slugify(parts.message, config.truncate_slug_length);
    if (name == "number") return parts.number;
    if (name == "year") return fmt::format("{:04}", clock.tm_year + 1900);
    if (name == "month") return two_digits(clock.tm_mon + 1);
    if (name == "day") return two_digits(clock.tm_mday);
    if (name == "hour") return two_digits(clock.tm_hour);
    if (name == "minute") return two_digits(clock.tm_min);
    if (name == "second") return two_digits(clock.tm_sec);
    if (name == "epoch") return std::to_string(parts.created.epoch);
    auto hint = suggestion(name, placeholders);
    if (hint.empty())
        hint = "the placeholders are {rev} {slug} {number} {year} {month} {day} {hour} {minute} {second} {epoch}";
    throw bad_template(config, fmt::format("unknown placeholder \"{{{}}}\"", name)).with_hint(hint);
}

std::string fill(const Config& config, const FileNameParts& parts) {
    const std::string_view text = config.file_template;
    if (text.find("%(") != npos) {
        throw bad_template(config, "\"%(...)s\" is Alembic's notation").with_hint("write {rev} for %(rev)s");
    }
    std::string filled;
    for (std::size_t at = 0; at < text.size();) {
        const auto brace = std::min(text.find_first_of("{}", at), text.size());
        filled += text.substr(at, brace - at);
        if (brace == text.size()) break;
        const auto end = text.find('}', brace);
        if (text[brace] == '}' || end == npos) throw bad_template(config, "a brace without its partner");
        filled += value_of(text.substr(brace + 1, end - brace - 1), config, parts);
        at = end + 1;
    }
    return filled;
}

/// A component that listings see and that stays where it is: not hidden, not `..`, not too long.
std::string safe_component(std::string component) {
    if (component.starts_with('.')) component.front() = '_';
    if (component.size() > longest_component) {
        component.resize(longest_component - suffix.size());
        component += suffix;
    }
    return component;
}

/// What an empty slug leaves at the end of `{rev}_{slug}`.
void remove_dangling_separators(std::string& name) { name.erase(name.find_last_not_of("_- ") + 1); }

}  // namespace

std::filesystem::path revision_file_name(const Config& config, const FileNameParts& parts) {
    auto name = fill(config, parts);
    // Whether the template has it or not.
    if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
    remove_dangling_separators(name);
    if (name.empty() || name.ends_with('/')) throw bad_template(config, "it gives an empty file name");
    name += suffix;

    std::filesystem::path path;
    for (auto& component : base::split_list(name, '/')) {
        if (!component.empty()) path /= safe_component(std::move(component));
    }
    // A file in a subfolder would not be found again.
    if (path.has_parent_path() && !config.recursive_version_locations) {
        throw bad_template(config, "a \"/\" needs recursive_version_locations: true");
    }
    return path;
}

}  // namespace rev::script
