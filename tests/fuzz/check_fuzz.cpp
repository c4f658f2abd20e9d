#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "app/soundness.hpp"
#include "fuzz_project.hpp"
#include "report/error_text.hpp"
#include "rev/config.hpp"
#include "rev/error.hpp"
#include "rev/graph.hpp"
#include "rev/plan.hpp"
#include "script/script_directory.hpp"

// The input is a project: alembic.yaml and its revision files, each behind a line "==== NAME". What `rev check` runs
// over it is run, and where it finds nothing wrong, the graph must load, plan and list.

namespace fs = std::filesystem;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

/// The names are the fuzzer's, but no file is written elsewhere.
fs::path place_of(std::string_view name, std::size_t number) {
    if (name == "alembic.yaml" || name == ".env") return name;
    const bool is_plain = !name.empty() && name.size() < 100 && name.find('/') == std::string_view::npos &&
                          name.find('\0') == std::string_view::npos && name.ends_with(".sql");
    return fs::path("versions") / (is_plain ? std::string(name) : std::to_string(number) + ".sql");
}

/// Only the folder of the project is read: a configuration may name any other.
bool stays_inside(const rev::Config& config, const fs::path& project) {
    for (const auto& location : config.version_locations) {
        if (location.lexically_normal() != project / "versions") return false;
    }
    return true;
}

void require_plans(const rev::Config& config) {
    const auto graph = rev::ScriptDirectory(config).load_graph();
    require(rev::history(graph, "").size() == graph.size());
    const auto up = rev::plan_upgrade(graph, {}, "heads");
    const auto down = rev::plan_downgrade(graph, up.to, "base");
    require(up.steps.size() == graph.size() && down.steps.size() == graph.size() && down.to.empty());
}

void check(const rev::Config& config, const rev::app::SoundnessRequest& request) {
    const auto soundness = rev::app::check_soundness(config, request);
    for (const auto& problem : soundness.problems) {
        require(!std::string_view(problem.what()).empty() && !problem.code().empty());
        (void)rev::report::error_text(problem, rev::report::Style());
    }
    if (soundness.problems.empty()) require_plans(config);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const rev::fuzz::Project project;
    project.fill({reinterpret_cast<const char*>(data), size}, place_of);
    fs::create_directory(project.path() / "versions");
    rev::ConfigRequest request;
    request.working_directory = project.path();
    request.file = project.path() / "alembic.yaml";
    try {
        const auto config = rev::load_config(request);
        if (!stays_inside(config, project.path())) return 0;
        check(config, {});
        check(config, {{rev::Dialect::postgresql, rev::Dialect::sqlite}, true});
    } catch (const rev::Error& error) {
        require(error.exit_code() == rev::ExitCode::usage || error.exit_code() == rev::ExitCode::graph);
    }
    return 0;
}
