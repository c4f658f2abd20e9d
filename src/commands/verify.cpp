#include "app/verify.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "report/error_text.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"
#include "state/reporter.hpp"

namespace rev::commands {
namespace {

struct VerifyOptions {
    std::vector<std::string> symbols;
};

void declare_verify(Arguments& arguments, VerifyOptions& options) {
    arguments.optional_positionals("REV", options.symbols, "applied revisions; without one: all that are applied");
}

std::string indented(std::string_view text) {
    std::string result;
    for (bool at_start = true; const char c : text) {
        if (at_start) result += "    ";
        result += c;
        at_start = c == '\n';
    }
    return result;
}

std::string line_of(const app::Verified& verified, report::Style style) {
    const auto& section = *verified.section;
    auto text = fmt::format("{}  {} ({}:{})", verified.failure ? style.bad("failed") : style.good("ok    "),
                            style.id(section.revision->id), base::printable(section.revision->path), section.line());
    if (!section.revision->message.empty()) text += ", " + base::printable(section.revision->message);
    text += fmt::format(" ({})\n", report::duration_text(verified.took));
    return verified.failure ? text + indented(report::error_text(*verified.failure, style)) : text;
}

std::string summary(const app::Verification& done) {
    return fmt::format("{} ok, {} failed; {} without one",
                       base::counted(done.results.size() - done.failed, "verify section"), done.failed,
                       base::counted(done.plan.without, "applied revision"));
}

ExitCode run_verify(Context& context, const VerifyOptions& options) {
    const auto scripts = context.scripts();
    const auto graph = scripts.load_graph();
    state::Reporter silent;  // a connection that changes nothing tells of its waits itself
    const auto connector = context.connector(silent);
    const auto tell = [&](const app::Verified& verified) {
        // Each as it is done: the next one may take minutes.
        if (!context.json()) context.out() << line_of(verified, context.out_style()) << std::flush;
    };
    const auto done = app::verify({scripts, graph, connector, silent}, options.symbols, tell);
    if (context.json()) json::write_verified(context.out(), done);
    context.out().flush();
    if (!context.quiet()) context.err() << summary(done) << '\n';
    return done.failed == 0 ? ExitCode::done : ExitCode::negative;
}

}  // namespace

Subcommand verify_command() {
    return make_subcommand<VerifyOptions>("verify", "Run the verify sections of what is applied, read-only",
                                          "  rev verify        of all applied revisions; exit code 1 if one fails\n"
                                          "  rev verify ae10   of one",
                                          declare_verify, run_verify);
}

}  // namespace rev::commands
