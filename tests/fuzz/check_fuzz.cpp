#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "app/soundness.hpp"
#include "report/error_text.hpp"
#include "rev/config.hpp"
#include "rev/error.hpp"
#include "rev/graph.hpp"
#include "rev/plan.hpp"
#include "rev/script_directory.hpp"

// The input is a project: alembic.yaml and its revision files, each behind a line "==== NAME". What `rev check` runs
// over it is run, and where it finds nothing wrong, the graph must load, plan and list.

namespace fs = std::filesystem;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

/// A project that holds the input's files and no others.
class Project {
public:
    Project() {
        std::string pattern = (fs::temp_directory_path() / "rev-fuzz-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    Project(const Project&) = delete;
    Project& operator=(const Project&) = delete;
    ~Project() { fs::remove_all(path_); }

    [[nodiscard]] const fs::path& path() const { return path_; }

    void fill(std::string_view input) const {
        for (const auto& entry : fs::directory_iterator(path_)) fs::remove_all(entry);
        fs::create_directory(path_ / "versions");
        constexpr std::string_view mark = "==== ";
        std::size_t files = 0;
        for (auto at = input.find(mark); at != std::string_view::npos && files < most_files; ++files) {
            const auto name_end = std::min(input.find('\n', at), input.size());
            const auto next = input.find(mark, name_end);
            const auto begin = std::min(name_end + 1, input.size());
            write(input.substr(at + mark.size(), name_end - at - mark.size()), input.substr(begin, next - begin),
                  files);
            at = next;
        }
    }

private:
    static constexpr std::size_t most_files = 12;

    /// The names are the fuzzer's, but no file is written elsewhere.
    void write(std::string_view name, std::string_view text, std::size_t number) const {
        if (name == "alembic.yaml" || name == ".env") {
            std::ofstream(path_ / name, std::ios::binary) << text;
            return;
        }
        const bool is_plain = !name.empty() && name.size() < 100 && name.find('/') == std::string_view::npos &&
                              name.find('\0') == std::string_view::npos && name.ends_with(".sql");
        std::ofstream(path_ / "versions" / (is_plain ? std::string(name) : std::to_string(number) + ".sql"),
                      std::ios::binary)
            << text;
    }

    fs::path path_;
};

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
    static const Project project;
    project.fill({reinterpret_cast<const char*>(data), size});
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
