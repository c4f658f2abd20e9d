#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "app/connect.hpp"
#include "app/run_context.hpp"
#include "app/worded.hpp"
#include "db/database.hpp"
#include "report/error_text.hpp"
#include "report/live_line.hpp"
#include "report/style.hpp"
#include "rev/config.hpp"
#include "rev/graph.hpp"
#include "run/prepared.hpp"
#include "script/script_directory.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::commands {

/// What every command takes.
struct GlobalOptions {
    std::optional<std::string> config_file;
    std::optional<std::string> environment;
    std::optional<std::string> url;
    std::vector<std::string> variables;  ///< KEY=VALUE
    std::optional<std::string> color;    ///< auto, always, never
    std::optional<std::string> wait;     ///< a duration
    bool quiet = false;
    bool json = false;
    bool verbose = false;  ///< lists are not cut
};

/// Which of the standard streams are terminals.
struct Terminals {
    bool in = false;
    bool out = false;
    bool err = false;
};

/// What a command receives. Nothing is read and nothing opened until it is asked for.
class Context {
public:
    /// Both streams must outlive it.
    Context(const GlobalOptions& options, Terminals terminals, std::ostream& out, std::ostream& err)
        : options_(options), terminals_(terminals), out_(out), err_(err) {}

    [[nodiscard]] std::ostream& out() noexcept { return out_; }  ///< answers
    [[nodiscard]] std::ostream& err() noexcept { return err_; }  ///< progress and errors
    /// What the global options say, and which streams are terminals.
    [[nodiscard]] bool json() const noexcept { return options_.json; }
    [[nodiscard]] report::ListLength list_length() const noexcept {
        return options_.verbose ? report::ListLength::all : report::ListLength::one_screen;
    }
    [[nodiscard]] bool verbose() const noexcept { return options_.verbose; }
    [[nodiscard]] bool quiet() const noexcept { return options_.quiet; }
    [[nodiscard]] const Terminals& terminals() const noexcept { return terminals_; }
    /// For standard output and for standard error: --color decides; without it see wants_color().
    [[nodiscard]] report::Style out_style() const;
    [[nodiscard]] report::Style err_style() const;
    /// Of standard output; 0: it is no terminal.
    [[nodiscard]] std::size_t out_columns() const;
    /// Of standard error, for TextReporter.
    [[nodiscard]] report::TerminalWidth err_width() const;

    /// alembic.yaml and what goes over it. Throws Error.
    [[nodiscard]] const Config& config();
    /// Whether -c names a file, or one is in the working directory itself.
    [[nodiscard]] bool has_config_here() const;
    /// --url; nullopt without it.
    [[nodiscard]] const std::optional<std::string>& given_url() const noexcept { return options_.url; }
    [[nodiscard]] ScriptDirectory scripts() { return ScriptDirectory(config()); }
    [[nodiscard]] state::VersionTable version_table() { return app::version_table(config()); }
    /// Throws Error: there is none ("no_url"), or it is malformed ("bad_url").
    [[nodiscard]] DatabaseUrl database_url();
    /// Of the chosen URL and those of all environments, each once; one that does not resolve gives none.
    [[nodiscard]] std::vector<Dialect> configured_dialects();
    /// Refuses a -x whose name neither alembic.yaml nor the header of any revision or repeatable file names: it would
    /// change nothing. What keeps the project from being read is left for the command to say. Throws Error
    /// "unknown_variable".
    void refuse_unknown_variables();

    /// A connection that changes nothing, not even a missing SQLite file. Throws Error.
    [[nodiscard]] std::unique_ptr<Database> open_for_reading();
    /// A connection that may change the database; notices go to `reporter`. Throws Error.
    [[nodiscard]] std::unique_ptr<Database> open_for_writing(state::Reporter& reporter);
    /// Whether the URL names an SQLite file that is not there. Throws Error.
    [[nodiscard]] bool database_file_is_missing();
    /// These as a use case takes them. `reporter` and this context must outlive it.
    [[nodiscard]] app::Connector connector(state::Reporter& reporter);
    /// The database's rows, over a connection that changes nothing. Throws Error.
    [[nodiscard]] std::vector<RevisionId> rows();

    /// --wait; 0 without it. Throws Error.
    [[nodiscard]] std::chrono::milliseconds wait() const;

    /// Of -x, by name. Throws Error.
    [[nodiscard]] std::map<std::string, std::string> given_variables() const;

    /// Values of variables whose names say that they are secret, of -x and, once it was read, of the configuration.
    [[nodiscard]] std::vector<std::string> secrets() const;

    /// Asks a question on the terminal; without one the answer is no.
    [[nodiscard]] bool ask(std::string_view question);
    /// Whether somebody is there to answer.
    [[nodiscard]] bool can_ask() const noexcept { return terminals_.in && terminals_.err; }
    /// Asks a question on the terminal; without one, or unless the answer is yes, throws Error that names `--yes`.
    void confirm(std::string_view question);

private:
    [[nodiscard]] ConfigRequest config_request() const;

    const GlobalOptions& options_;
    Terminals terminals_;
    std::ostream& out_;
    std::ostream& err_;
    std::optional<Config> config_;
};

}  // namespace rev::commands
