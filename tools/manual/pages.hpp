#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rev::manual {

struct Page {
    std::string file;  ///< such as rev-upgrade.1
    std::string text;  ///< in man(7) macros
};

/// rev(1), a page for each command and one for each reference page: made of the commands' own declarations, which
/// --help shows too, and of the Markdown pages in `docs`. date: YYYY-MM-DD. Throws std::system_error.
[[nodiscard]] std::vector<Page> manual_pages(const std::filesystem::path& docs, std::string_view date);

/// docs/commands.md with the tables of options between `<!-- options -->` and `<!-- end of options -->` made anew.
/// Throws std::runtime_error if it has no such place.
[[nodiscard]] std::string with_option_tables(std::string_view commands_page);

}  // namespace rev::manual
