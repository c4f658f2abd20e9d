#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/finding.hpp"
#include "lint/tree.hpp"
#include "run/as_written.hpp"
#include "script/revision_file.hpp"
#include "sql/statement_markers.hpp"
#include "sql/statements.hpp"

namespace rev::lint {

/// What the parser, which is PostgreSQL 15's, says against a statement.
struct SyntaxProblem {
    std::string message = {};   ///< empty: nothing
    bool may_be_newer = false;  ///< a newer server may take it
    int since = 0;              ///< the first major version that takes it; 0: not known

    /// server_version: PostgreSQL's major one. Whether a server of it refuses the statement, as far as is known.
    [[nodiscard]] bool is_refused_by(int server_version) const {
        constexpr int of_parser = 15;
        if (message.empty()) return false;
        return since != 0 ? server_version < since : !may_be_newer || server_version <= of_parser;
    }
};

/// One section as it is to run, cut and parsed.
struct SectionText {
    std::string revision;  ///< its id; empty: the file is no revision
    std::string path;
    std::string_view text = {};  ///< see keep()
    std::size_t first_line = 1;  ///< of `text` in the file
    Dialect dialect = Dialect::postgresql;
    bool in_transaction = true;                       ///< the header's `transaction:`
    bool bounds_lock_waits = false;                   ///< a limit holds that rev sets
    bool enforces_foreign_keys = false;               ///< SQLite
    std::vector<Statement> statements = {};           ///< point into `text`
    std::vector<sql::StatementMarker> markers = {};   ///< guards and repetitions, in their order; views into `text`
    std::vector<std::optional<Node>> trees = {};      ///< PostgreSQL: of each statement; absent: not to be parsed
    std::vector<SyntaxProblem> syntax_problems = {};  ///< PostgreSQL: of each statement

    /// What `text` was made of.
    struct Source {
        FilledText filled;
        std::string written;  ///< as the file has it, where variables were filled in; else empty
    };
    std::shared_ptr<const Source> owner = {};  ///< so that views stay good wherever the section goes

    /// Sets `text`. written: see Source.
    void keep(FilledText filled, std::string written = {}) {
        owner = std::make_shared<const Source>(Source{std::move(filled), std::move(written)});
        text = owner->filled.text;
    }
    /// `text` and where its bytes are written. A view.
    [[nodiscard]] run::SqlInFile source() const;
};

/// Cuts `text` and parses what was cut.
void read_statements(SectionText& section);

/// The finding of a rule at a statement, with the rule's level and hint.
[[nodiscard]] Finding finding_at(const SectionText& section, std::size_t statement, Rule rule, std::string message);

/// `-- rev:ignore RULE reason` above a statement.
struct Ignore {
    std::string rule;
    std::string reason;
    std::size_t statement = 0;  ///< number of the one below
    std::size_t line = 0;       ///< of the comment, 1-based
    std::size_t column = 0;     ///< 1-based, characters
    std::string line_text = {};
};
/// In the order of the text. `statement` is the number of statements for one that has none below it. Whether there is
/// such a rule is not looked at.
[[nodiscard]] std::vector<Ignore> ignores_in(const SectionText& section);

/// Adds facts to the findings of a section, drops those about locks, reads and rewrites that they contradict and those
/// about failures that did not happen, and adds what no rule foresaw. statements: what each was seen to do.
void apply_facts(const SectionText& section, const std::vector<ObservedStatement>& statements,
                 const std::set<std::string>& small_tables, std::vector<Finding>& findings);

/// Takes out what is accepted; adds what is wrong with the comments themselves.
void apply_ignores(const SectionText& section, std::vector<Finding>& findings);

}  // namespace rev::lint
