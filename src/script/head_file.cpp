// The file HEAD with the ids of the heads. Two branches that each add a head change the same line of it, so that Git
// reports the conflict, which two new revision files would not be.

#include "script/head_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "base/files.hpp"
#include "base/text.hpp"
#include "script/listing.hpp"

namespace rev::script {
namespace {

std::string text_for(const Graph& graph) {
    std::vector<std::string> ids;
    for (const auto* head : graph.heads()) ids.push_back(head->id);
    // Sorted, so that its text depends on the heads alone.
    std::ranges::sort(ids);
    return ids.empty() ? std::string() : base::join(ids, "\n") + "\n";
}

/// nullopt: it cannot be read, as where it is not there.
std::optional<std::string> read_head_file(const Config& config) {
    try {
        return base::read_text_file(head_file(config));
    } catch (const std::system_error&) {
        return std::nullopt;
    }
}

std::string without_carriage_returns(std::string text) {
    std::erase(text, '\r');  // as Git writes them where core.autocrlf is set
    return text;
}

/// The first line that another text has in another way, from 1.
std::size_t first_difference(std::string_view text, std::string_view other) {
    const auto common = std::ranges::mismatch(text, other).in1;
    return 1 + static_cast<std::size_t>(std::count(text.begin(), common, '\n'));
}

Error wrong_head_file(const Config& config, std::size_t line, std::string_view line_text, const std::string& message) {
    return Error(ExitCode::graph, error_codes::head_file, message)
        .with_location({shown_path(head_file(config)), line, line == 0 ? 0U : 1U, std::string(line_text)})
        .with_hint(
            "`rev heads --write` writes it anew; where there are two heads now, first `rev rebase` or `rev merge`");
}

}  // namespace

std::filesystem::path head_file(const Config& config) { return config.version_locations.front() / "HEAD"; }

void update_head_file(const Config& config, const Graph& graph) {
    if (!config.head_file) return;
    const auto text = text_for(graph);
    if (read_head_file(config) == text) return;
    try {
        base::replace_text_file(head_file(config), text);
    } catch (const std::system_error& error) {
        throw Error(ExitCode::graph, error_codes::cannot_write,
                    fmt::format("cannot write {}: {}", shown_path(head_file(config)), error.code().message()));
    }
}

std::optional<Error> check_head_file(const Config& config, const Graph& graph) {
    if (!config.head_file) return std::nullopt;
    const auto found = read_head_file(config);
    if (!found)
        return wrong_head_file(
            config, 0, "",
            fmt::format("there is no readable {}, which `head_file: true` asks for", shown_path(head_file(config))));
    const auto text = without_carriage_returns(*found);
    const auto wanted = text_for(graph);
    if (text == wanted) return std::nullopt;
    // At the beginning of a line, where Git writes it.
    if (const auto at = text.find("<<<<<<<"); at == 0 || (at != std::string::npos && text[at - 1] == '\n')) {
        const auto place = base::position_of(text, at);
        return wrong_head_file(config, place.line, place.line_text,
                               "Git left a conflict: two branches have added a head");
    }
    const auto line = first_difference(text, wanted);
    return wrong_head_file(
        config, line, base::line_of(text, line),
        fmt::format("the head file has other heads than the revision files, which have {}",
                    wanted.empty() ? "none" : base::join(base::split_list(base::trim(wanted), '\n'), ", ")));
}

}  // namespace rev::script
