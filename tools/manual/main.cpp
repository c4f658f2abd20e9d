// Makes the manual pages, and the tables of options in docs/commands.md. Runs in the build; it is not installed.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "manual/pages.hpp"

namespace {

namespace fs = std::filesystem;

constexpr const char* usage =
    "usage: rev_manual pages DOCS DATE FOLDER   writes the manual pages into FOLDER\n"
    "       rev_manual tables FILE              makes the tables of options in docs/commands.md anew\n"
    "       rev_manual check FILE               fails if they are not as they would be made\n";

void write_file(const fs::path& file, std::string_view text) {
    std::ofstream out(file, std::ios::binary);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

void write_pages(const fs::path& docs, const std::string& date, const fs::path& folder) {
    fs::create_directories(folder);
    for (const auto& page : rev::manual::manual_pages(docs, date)) write_file(folder / page.file, page.text);
}

int check(const fs::path& file) {
    const auto text = rev::base::read_text_file(file);
    if (rev::manual::with_option_tables(text) == text) return 0;
    fmt::print(stderr, "{0} is older than the commands' options; run: rev_manual tables {0}\n", file.string());
    return 1;
}

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() == 4 && arguments[0] == "pages") {
        write_pages(arguments[1], arguments[2], arguments[3]);
        return 0;
    }
    if (arguments.size() == 2 && arguments[0] == "check") return check(arguments[1]);
    if (arguments.size() == 2 && arguments[0] == "tables") {
        write_file(arguments[1], rev::manual::with_option_tables(rev::base::read_text_file(arguments[1])));
        return 0;
    }
    fmt::print(stderr, "{}", usage);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const std::exception& error) {
        fmt::print(stderr, "rev_manual: {}\n", error.what());
        return 1;
    }
}
