#include "rewrite/repeatable_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/files.hpp"
#include "rewrite/git.hpp"
#include "script/listing.hpp"

namespace rev::rewrite {

namespace fs = std::filesystem;

namespace {

using Texts = std::map<std::string, std::string>;  ///< by the path as it is shown

/// Git may change line ends on checking out.
std::string with_plain_line_ends(std::string text) {
    std::erase(text, '\r');
    return text;
}

Texts texts_of_checkout(const Config& config) {
    Texts texts;
    const auto listing = script::list_repeatable_files(config);
    for (const auto& file : listing.files) {
        const auto path = fs::weakly_canonical(listing.folders[file.folder].path / file.name);
        texts[script::shown_path(path)] = with_plain_line_ends(base::read_text_file(path));
    }
    return texts;
}

bool is_hidden(const std::string& path) {
    return std::ranges::any_of(fs::path(path), [](const fs::path& part) { return part.native().starts_with('.'); });
}

Texts texts_of_commit(const Config& config, const std::string& ref) {
    const Repository repository(config.directory);
    Texts texts;
    for (auto& file : repository.files(repository.commit_of(ref), config.repeatable_locations, ".sql"))
        if (!is_hidden(file.path))
            texts[script::shown_path(repository.root() / file.path)] = with_plain_line_ends(std::move(file.text));
    return texts;
}

}  // namespace

std::vector<std::string> changed_repeatables(const Config& config, const std::string& ref) {
    if (config.repeatable_locations.empty()) return {};
    const auto before = texts_of_commit(config, ref);
    const auto now = texts_of_checkout(config);
    std::map<std::string, std::string_view> words;
    for (const auto& [path, text] : now) {
        const auto found = before.find(path);
        if (found == before.end())
            words[path] = "is new";
        else if (found->second != text)
            words[path] = "is changed";
    }
    for (const auto& [path, text] : before)
        if (!now.contains(path)) words[path] = "is gone: its object stays where it was made";
    std::vector<std::string> changes;
    for (const auto& [path, word] : words) changes.push_back(fmt::format("{} {}", path, word));
    return changes;
}

}  // namespace rev::rewrite
