#include "commands/program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ostream>

#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "base/secrets.hpp"
#include "base/stop_token.hpp"
#include "commands/command_line.hpp"
#include "commands/completion.hpp"
#include "commands/registry.hpp"
#include "db/database_url.hpp"
#include "report/error_text.hpp"
#include "report/json.hpp"
#include "report/output.hpp"
#include "rev/stop.hpp"

namespace rev::commands {
namespace {

/// A reader that goes away shows as EPIPE, a file at its size limit as EFBIG. A handler, unlike SIG_IGN, is not passed
/// on to editors and hooks.
void keep_running_when_writing_fails() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGPIPE, &action, nullptr);
    ::sigaction(SIGXFSZ, &action, nullptr);
}

std::string replace_all(std::string text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

/// Of a URL a message may have the part before an `@` alone, as that parts a branch from a revision.
std::string hide_beginnings(std::string text, const std::string& argument, const std::string& shown) {
    constexpr std::string_view mask = "***";
    const auto masked = shown.find(mask);
    if (masked == std::string::npos) return text;
    // From the longest beginning to the shortest, so that none is left over of a longer one.
    for (auto at = argument.rfind('@'); at != std::string::npos && at > masked; at = argument.rfind('@', at - 1))
        text = replace_all(std::move(text), argument.substr(0, at), shown.substr(0, masked + mask.size()));
    return text;
}

/// The outputs of one process.
class Streams {
public:
    std::ostream& out() { return out_; }
    std::ostream& err() { return err_; }

    /// Throws Error if answers could not be written; a closed pipe is no error.
    void finish() {
        out_.flush();
        if (const int error = out_buffer_.error(); error != 0) {
            throw Error(ExitCode::usage, error_codes::output_failed,
                        "cannot write to standard output: " + base::system_message(error));
        }
    }

private:
    report::OutputBuffer out_buffer_{STDOUT_FILENO};
    report::OutputBuffer err_buffer_{STDERR_FILENO};
    std::ostream out_{&out_buffer_};
    std::ostream err_{&err_buffer_};
};

ExitCode run_command(const std::vector<std::string>& arguments, GlobalOptions& globals, Context& context) {
    if (!arguments.empty() && arguments.front() == completion_request) {
        answer_completion(arguments, subcommands(), context.out());
        return ExitCode::done;
    }
    const auto line = parse_command_line(arguments, subcommands(), globals);
    static_cast<void>(context.wait());  // a wrong one is refused by every command
    if (!line.run) {
        context.out() << line.text;
        return ExitCode::done;
    }
    context.refuse_unknown_variables();
    return line.run(context);
}

/// The same failure, with nothing in it that somebody typed or configured as a password.
Error without_secrets(const Error& error, const std::vector<std::string>& arguments,
                      const std::vector<std::string>& secrets) {
    const auto hide = [&](std::string text) {
        for (const auto& secret : secrets) text = hide_secret(std::move(text), secret);
        for (const auto& argument : arguments) {
            const auto shown = base::hide_secrets_in_argument(argument);
            if (shown == argument) continue;
            text = hide_beginnings(replace_all(std::move(text), argument, shown), argument, shown);
        }
        return base::hide_secrets(text);
    };
    auto location = error.location();
    location.line_text = base::hide_secrets(location.line_text);
    // The text has another length now, so the caret would point at something else.
    if (location.line_text != error.location().line_text) location.column = 0;
    return Error(error.exit_code(), error.code(), hide(error.what()))
        .with_detail(hide(error.detail()))
        .with_hint(hide(error.hint()))
        .with_sqlstate(error.sqlstate())
        .with_location(std::move(location));
}

/// The one place where a failure is said.
ExitCode fail(Context& context, const Error& failure, const std::vector<std::string>& arguments) {
    const auto error = without_secrets(failure, arguments, context.secrets());
    // What was answered before it failed comes first.
    context.out().flush();
    context.err() << report::error_text(error, context.err_style(), context.list_length());
    if (context.json()) json::write_error(context.out(), error);
    return error.exit_code();
}

/// A statement that a stop has cut off, or a server that it kept from starting, where nothing was to be changed: a run
/// that changes something says itself how far it came.
Error as_stop(const Error& error) {
    const bool was_cut_off = error.exit_code() == ExitCode::database &&
                             (error.code() == error_codes::interrupted || error.code() == error_codes::no_scratch);
    return was_cut_off && stop_requested() ? base::stop_error("nothing was changed", base::StopToken()) : error;
}

bool has(const std::vector<std::string>& arguments, std::string_view wanted) {
    return std::find(arguments.begin(), arguments.end(), wanted) != arguments.end();
}

ExitCode run_guarded(const std::vector<std::string>& arguments, Streams& streams) {
    GlobalOptions globals;
    // Also a command line that is not understood is answered in JSON where that was asked for.
    globals.json = has(arguments, "--json");
    // Some commands have a -v of their own, which says the same of errors.
    globals.verbose = has(arguments, "-v") || has(arguments, "--verbose");
    Context context(globals, {::isatty(STDIN_FILENO) == 1, ::isatty(STDOUT_FILENO) == 1, ::isatty(STDERR_FILENO) == 1},
                    streams.out(), streams.err());
    try {
        const auto code = run_command(arguments, globals, context);
        // A failed write is told like any other failure; what cannot be written then is lost.
        streams.finish();
        return code;
    } catch (const Error& error) {
        return fail(context, as_stop(error), arguments);
    } catch (const std::bad_alloc&) {
        return fail(context, Error(ExitCode::usage, error_codes::out_of_memory, "there is not enough memory"),
                    arguments);
    } catch (const std::exception& error) {
        return fail(context,
                    Error(ExitCode::usage, error_codes::internal, fmt::format("unexpected failure: {}", error.what()))
                        .with_hint("this is a defect of rev; please report it with the command that you ran"),
                    arguments);
    }
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) noexcept {
    keep_running_when_writing_fails();
    Streams streams;
    const auto code = run_guarded(arguments, streams);
    streams.out().flush();
    streams.err().flush();
    return static_cast<int>(code);
}

}  // namespace rev::commands
