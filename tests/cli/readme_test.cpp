// The tour in README.md, pasted into an empty folder.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"
#include "cli/cli_support.hpp"

namespace rev::test {
namespace {

namespace fs = std::filesystem;

/// What a reader pastes, and whether the README shows it as refused.
struct Pasted {
    std::string commands;
    bool is_refused = false;
};

std::string tour() {
    const auto readme = base::read_text_file(fs::path(REV_SOURCE_DIR) / "README.md");
    const auto begin = readme.find("## A five-minute tour");
    REQUIRE(begin != std::string::npos);
    return readme.substr(begin, readme.find("\n## ", begin + 1) - begin);
}

/// Of a block that shows a session: the lines behind `$ `, each with what is shown below it.
void add_session(std::string_view block, std::vector<Pasted>& found) {
    for (auto at = block.find("$ "); at != std::string_view::npos;) {
        const auto end = block.find('\n', at);
        const auto next = block.find("\n$ ", end - 1);
        found.push_back({.commands = std::string(block.substr(at + 2, end - at - 2)),
                         .is_refused = block.substr(end + 1).starts_with("error:")});
        at = next == std::string_view::npos ? next : next + 1;
    }
}

std::vector<Pasted> pasted_in(std::string_view text) {
    std::vector<Pasted> found;
    for (auto at = text.find("\n```"); at != std::string_view::npos; at = text.find("\n```", at + 1)) {
        const auto begin = text.find('\n', at + 1) + 1;
        const auto language = text.substr(at + 4, begin - at - 5);
        const auto end = text.find("\n```", begin) + 1;
        const auto block = text.substr(begin, end - begin);
        if (language == "sh") found.push_back({.commands = std::string(block)});
        if (language == "console") add_session(block, found);
        at = end;
    }
    return found;
}

TEST_CASE("the README's tour works as pasted") {
    const TemporaryFolder folder;
    const auto home = folder.path() / "home";
    fs::create_directory(home);
    // As where rev is installed, in a shell that stays in the folder that it went to.
    std::string script = "rev() { '" + rev_program().string() + "' \"$@\"; }\n";
    const auto pasted = pasted_in(tour());
    REQUIRE(pasted.size() > 10);
    for (const auto& each : pasted) {
        script += each.is_refused ? "if " + each.commands + "; then echo 'was not refused' >&2; exit 1; fi\n"
                                  : "set -e\n" + each.commands + "\nset +e\n";
    }
    const auto result = run_program({"bash"}, {home, {}, script});
    CHECK_MESSAGE(result.exit_code == 0, result.out << result.err);
    CHECK(has(result.out, "5157f28f8eb5 (head)"));
    CHECK(has(result.err, "the database is at base"));
}

}  // namespace
}  // namespace rev::test
