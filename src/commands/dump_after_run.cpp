#include "commands/dump_after_run.hpp"

#include <fmt/format.h>

#include <system_error>

#include "autogenerate/hints.hpp"
#include "autogenerate/workplace.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "state/reporter.hpp"

namespace rev::commands {

/// The run has succeeded by now: whatever is wrong with the dump is a warning, and no failure of the run.
void write_configured_dump(Context& context, const ScriptDirectory& scripts, const Graph& graph,
                           state::Reporter& reporter) {
    const auto& file = context.config().dump;
    if (file.empty()) return;
    const auto not_written = [&](const char* why) {
        reporter.warning(
            fmt::format("the dump {} was not written: {}", base::printable(file.string()), base::printable(why)));
    };
    try {
        autogenerate::Workplace place(
            {.config = context.config(), .scripts = scripts, .graph = graph, .reporter = reporter},
            context.database_url().dialect);
        if (place.has_live()) base::replace_text_file(file, autogenerate::dump_text(place.read_live()));
    } catch (const std::system_error& error) {
        not_written(error.code().message().c_str());
    } catch (const Error& error) {
        not_written(error.what());
    }
}

}  // namespace rev::commands
