#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "report/text_reporter.hpp"

namespace rev::commands {

/// Revisions that the connected database knows.
struct Recorded {
    std::map<RevisionId, std::string> revisions;  ///< and where: "the database", "its log"
    std::map<RevisionId, std::string> sources;    ///< the file that was run of them, as the log names it
    std::string database;                         ///< its URL for people
    std::vector<std::string> warnings;            ///< sentences: what could not be asked, and why
};

/// Which of `wanted` are applied, or were the last that the log knows of them, or are unfinished. Changes nothing; a
/// database that cannot be reached, or that nothing names, gives a warning. revisions: of all files.
[[nodiscard]] Recorded find_recorded(Context& context, const std::vector<Revision>& revisions,
                                     const std::set<RevisionId>& wanted);

/// Upgrades the database as `rev upgrade TARGET` does, telling `reporter`. graph: of the files.
RunResult upgrade_database(Context& context, report::TextReporter& reporter, const Graph& graph,
                           std::string_view target);

/// Takes a development database down before files change, and up again after.
class DatabaseMove {
public:
    /// Both must outlive it.
    DatabaseMove(Context& context, report::TextReporter& reporter) : context_(context), reporter_(reporter) {}

    /// Undoes these revisions, what stands on them, and nothing else. graph: of the files as they are now. Asks before
    /// rows are lost unless `yes`. Throws as `rev downgrade` does; the files must not be changed then.
    void down(const Graph& graph, const Revisions& lowest, bool yes);
    /// To the revisions that it was at. graph: of the files as they are then.
    void up_again(const Graph& graph);

private:
    Context& context_;
    report::TextReporter& reporter_;
    std::vector<RevisionId> rows_;  ///< before
};

}  // namespace rev::commands
