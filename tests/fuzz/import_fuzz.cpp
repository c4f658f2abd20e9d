#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz_project.hpp"
#include "import/import.hpp"
#include "report/error_text.hpp"
#include "rev/error.hpp"

// The input is a project of another tool, its files each behind a line "==== PATH", and in its first line the tool's
// name. What `rev import` makes of it is made: revisions, or an error that says something. Tools that are programs of
// another language are left out: what they answer is not in files.

namespace fs = std::filesystem;

namespace {

using namespace rev::foreign;

void require(bool condition) {
    if (!condition) std::abort();
}

/// The names are the fuzzer's, but no file is written elsewhere.
fs::path place_of(std::string_view name, std::size_t number) {
    const bool is_plain = !name.empty() && name.size() < 200 && name.front() != '/' &&
                          name.find('\0') == std::string_view::npos && name.find("..") == std::string_view::npos &&
                          !name.ends_with('/');
    return fs::path("other") / (is_plain ? std::string(name) : std::to_string(number));
}

bool is_program(const Tool& tool) {
    return tool.name == "alembic" || tool.name == "flask-migrate" || tool.name == "django";
}

void import_all(const ImportRequest& request) {
    try {
        const auto import = read_import(request);
        require(!import.draft.revisions.empty() || !import.draft.repeatables.empty());
        for (const auto& file : import.draft.files) require(!file.text.empty());
        (void)left_to_do(import);
    } catch (const rev::Error& error) {
        require(error.exit_code() == rev::ExitCode::usage || error.exit_code() == rev::ExitCode::graph);
        require(!std::string_view(error.what()).empty() && !error.code().empty());
        (void)rev::report::error_text(error, rev::report::Style());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const rev::fuzz::Project project;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto* tool = find_tool(input.substr(0, input.find('\n')));
    if (tool == nullptr || is_program(*tool)) return 0;
    project.fill(input, place_of);
    fs::create_directory(project.path() / "other");

    ImportRequest request;
    request.tool = tool->name;
    request.path = project.path() / "other";
    request.place.directory = project.path() / "ours";
    request.reading.working_directory = project.path();
    request.reading.environment = [](std::string_view) { return std::optional<std::string>(); };
    import_all(request);
    // What one of them refuses, the other one writes as a placeholder.
    request.obstacles = Obstacles::placeholders;
    import_all(request);
    return 0;
}
