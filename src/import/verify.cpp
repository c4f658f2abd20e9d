// Both ways on two new databases. What is compared is what the databases themselves say, so that nothing that rev
// thinks of the SQL can hide a difference. To read two whole models after each migration would cost the square of a
// long history: first each database tells what the step has changed in its catalogs.
#include "import/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <future>
#include <optional>
#include <set>
#include <span>

#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "catalog/read_model.hpp"
#include "db/sqlite/errors.hpp"
#include "import/differences.hpp"
#include "import/scratch.hpp"
#include "import/trial.hpp"
#include "rev/stop.hpp"
#include "run/prepared.hpp"
#include "scratch/beyond.hpp"
#include "sql/statements.hpp"
#include "trail/fingerprint.hpp"

namespace rev::foreign {
namespace {

Verified not_done(std::string why) {
    Verified verified;
    std::ranges::replace(why, '\n', ' ');
    verified.why_not = std::move(why);
    return verified;
}

/// Whether the SQL itself is to blame, and not what a scratch database lacks (an extension, a role, rows).
bool is_fault_of_sql(const Error& error) {
    static constexpr std::array<std::string_view, 5> states{sqlstate::syntax_error, sqlstate::active_sql_transaction,
                                                            sqlstate::unsafe_new_enum_value_usage,
                                                            sqlstate::duplicate_table, sqlstate::duplicate_column};
    if (std::ranges::find(states, error.sqlstate()) != states.end()) return true;
    if (error.code() == error_codes::returned_rows || error.code() == error_codes::foreign_file) return true;
    if (!error.sqlstate().starts_with("SQLITE_ERROR")) return false;
    const std::string_view message = error.what();
    // SQLite has one code for all of these.
    return db::is_syntax_error(message) || message.find("already exists") != std::string_view::npos ||
           message.find("duplicate column") != std::string_view::npos ||
           // A table that is made anew under a trigger or view of the files' own, which names it.
           message.find("error in trigger") != std::string_view::npos ||
           message.find("error in view") != std::string_view::npos;
}

/// Whether a newer server than the scratch one may know the syntax.
bool may_be_newer(std::string_view sql, Dialect dialect) {
    if (dialect == Dialect::sqlite) return false;
    return std::ranges::any_of(split_statements(sql, dialect), [](const Statement& statement) {
        const auto error = find_syntax_error(statement);
        return error && error->may_be_newer;
    });
}

/// Why something did not run.
struct Failure {
    std::string why = {};  ///< empty: it ran
    bool is_of_sql = false;
};

/// What the server or the file's reader said; interruptions go on.
template <typename Way>
Failure failure_of(Way way) {
    try {
        way();
        return {};
    } catch (const Error& error) {
        if (stop_requested()) throw;
        return {words_of(error), is_fault_of_sql(error)};
    }
}

/// Where the databases are. What reaches beyond its database (a role) would be there twice on one server.
struct Places {
    std::unique_ptr<scratch::Place> theirs;
    std::unique_ptr<scratch::Place> another;

    [[nodiscard]] scratch::Place& ours() const { return another ? *another : *theirs; }
};

/// What was recorded for that dialect, or is for all.
const History& history_for(const History& history, Dialect dialect) {
    const auto other = std::ranges::find(history.others, std::optional(dialect), &History::dialect);
    return other == history.others.end() ? history : *other;
}

/// When whole models are read.
enum class Care {
    by_traces,  ///< where the databases tell of different changes, and at the end
    each_step,
};

/// One of the two databases, and what it tells of a step.
class Side {
public:
    Side(scratch::Place& place, const Config& config)
        : trial_(place, config), traces_(trail::open_fingerprints(trial_.url(), own_names(config))) {}

    [[nodiscard]] Database& database() { return trial_.database(); }
    [[nodiscard]] schema::Model model() { return trial_.model(); }

    struct Ran {
        Failure failed = {};
        std::string trace = {};  ///< of what it has changed
    };

    template <typename Way>
    Ran run(Way way) {
        traces_->begin_step();
        (void)traces_->look();
        auto failed = failure_of(way);
        if (!failed.why.empty()) return {std::move(failed), {}};
        return {{}, traces_->look().touched};
    }

private:
    static std::vector<std::string> own_names(const Config& config) {
        std::vector<std::string> names;
        for (const auto& table : own_tables(config, Dialect::sqlite)) names.push_back(base::lower_case(table.front()));
        return names;
    }

    TrialDatabase trial_;
    std::unique_ptr<trail::Fingerprints> traces_;
};

class Verifier {
public:
    Verifier(const Import& import, const DraftProject& project, const Places& places, Dialect dialect, Session session,
             Care care)
        : import_(import),
          project_(project),
          dialect_(dialect),
          session_(session),
          care_(care),
          theirs_(*places.theirs, import.draft.config),
          ours_(places.ours(), import.draft.config),
          history_(history_for(import.history, dialect)),
          recorded_(history_.trail) {
        if (session != Session::anew && dialect == Dialect::postgresql) watch_.emplace(theirs_.database());
    }

    Verified verify() {
        Verified verified;
        verified.done = true;
        verified.of = import_.draft.revisions.size() + import_.draft.repeatables.size();
        if (!(import_.draft.is_out_of_order ? run_each_in_its_order(verified) : run_side_by_side(verified)))
            return verified;
        for (std::size_t at = 0; at < import_.draft.repeatables.size(); ++at) {
            const auto& repeatable = import_.draft.repeatables[at];
            if (!settle(verified, repeatable.source, repeatable.name, run_repeatable(at))) return verified;
        }
        compare_with_tool(verified);
        return verified;
    }

    /// Where the comparison ended early: what stops the tool's own way through the other files, as verify() has it.
    std::optional<Verified> go_on_as_tool() {
        for (auto at = left_.size(); watch_ && at < import_.draft.revisions.size(); ++at) {
            const auto failed = judged(failure_of([&] { run_tool(at); }), at);
            Verified verified;
            if (!settle(verified, import_.draft.revisions[at].source, import_.draft.revisions[at].id, {failed, {}}))
                return verified;
        }
        return std::nullopt;
    }

    /// What the tool's files have left to the session behind each migration, as far as they have run.
    [[nodiscard]] const std::vector<SessionSettings>& left() const { return left_; }

    /// What the traces did not tell of.
    [[nodiscard]] bool has_missed_something() {
        return is_by_traces_ && !differences(theirs_.model(), ours_.model()).empty();
    }

private:
    /// What stopped the tool's way, and what rev does otherwise.
    struct Outcome {
        Failure failed = {};
        std::string differs = {};
    };

    /// False: it ends here.
    static bool settle(Verified& verified, const std::string& source, const std::string& name, const Outcome& outcome) {
        if (!outcome.failed.why.empty()) {
            verified = not_done(fmt::format("{} does not run: {}", source, outcome.failed.why));
            verified.is_broken = outcome.failed.is_of_sql;
            return false;
        }
        if (!outcome.differs.empty()) {
            verified.differences.push_back(fmt::format("{} ({}): rev {}", source, name, outcome.differs));
            return false;
        }
        ++verified.same;
        return true;
    }

    /// False: it ends here.
    bool run_side_by_side(Verified& verified) {
        for (std::size_t at = 0; at < import_.draft.revisions.size(); ++at) {
            const auto& revision = import_.draft.revisions[at];
            if (!settle(verified, revision.source, revision.id, run(at))) return false;
        }
        return true;
    }

    /// On the way there the two are not alike. False: it ends here.
    bool run_each_in_its_order(Verified& verified) {
        const auto& revisions = import_.draft.revisions;
        for (std::size_t at = 0; at < revisions.size(); ++at) {
            const auto failed = failure_of([&] { run_tool(at); });
            if (!settle(verified, revisions[at].source, revisions[at].id, {judged(failed, at), {}})) return false;
        }
        for (const bool is_new : {false, true})
            for (std::size_t at = 0; at < revisions.size(); ++at) {
                if (revisions[at].is_new != is_new) continue;
                const auto why = failure_of([&] { run_by_rev(at); }).why;
                if (why.empty()) continue;
                verified.differences.push_back(
                    fmt::format("{} ({}): rev runs it behind what was imported already, and there it fails: {}",
                                revisions[at].source, revisions[at].id, why));
                return false;
            }
        if (const auto facts = compared(); !facts.empty())
            verified.differences.push_back(
                fmt::format("at the end, in the order that the files have here: rev {}", facts));
        return verified.differences.empty();
    }

    /// What the scratch server does not know may be a newer one's, and says nothing against the file.
    [[nodiscard]] Failure judged(Failure failed, std::size_t at) const {
        failed.is_of_sql = failed.is_of_sql && !may_be_newer(history_.migrations[at].up, dialect_);
        return failed;
    }

    Outcome run(std::size_t at) {
        const bool ran_itself = history_.schema && history_.schema->dialect() == dialect_;
        if (ran_itself) return run_recorded(at);
        auto outcome = run_both([&] { run_tool(at); }, [&] { run_by_rev(at); });
        outcome.failed = judged(std::move(outcome.failed), at);
        return outcome;
    }

    Outcome run_repeatable(std::size_t at) {
        return run_both([&] { run_as_tool(theirs_.database(), history_.repeatables[at], tool_run()); },
                        [&] { apply(ours_.database(), import_.draft.repeatables[at].file); });
    }

    /// Both run at the same time where the databases are a server's.
    template <typename Theirs, typename Ours>
    Outcome run_both(Theirs as_tool, Ours by_rev) {
        auto theirs = std::async(policy(), [&] { return theirs_.run(as_tool); });
        const auto here = ours_.run(by_rev);
        // SQLite's launch is deferred: there the tool's way runs only now.
        const auto there = theirs.get();
        // First: files that the tool itself cannot run say nothing of rev.
        if (!there.failed.why.empty()) return {there.failed, {}};
        if (!here.failed.why.empty())
            return {{}, fmt::format("does not run it, and {} does: {}", import_.tool->runs_by(), here.failed.why)};
        if (care_ == Care::by_traces && there.trace == here.trace) {
            is_by_traces_ = true;
            return {};
        }
        return {{}, compared()};
    }

    /// The tool has run it: its own database is the judge of what was recorded.
    Outcome run_recorded(std::size_t at) {
        const auto failed = failure_of([&] { run_by_rev(at); }).why;
        if (!failed.empty()) return {{}, fmt::format("does not run it, and {} did: {}", import_.tool->title, failed)};
        const auto expected = recorded_.model_behind(history_.migrations[at].version);
        return expected ? Outcome{{}, base::join(against_tool(*expected), "; ")} : Outcome{};
    }

    [[nodiscard]] ToolRun tool_run() const { return {*import_.tool, history_.table, session_}; }

    void run_tool(std::size_t at) {
        const auto& migration = history_.migrations[at];
        run_as_tool(theirs_.database(), migration, tool_run());
        if (!watch_) return;
        left_.push_back(watch_->behind(migration.up));
        // What the tool is told to set anew before the next one is not left to it.
        if (at + 1 < history_.migrations.size() &&
            history_.migrations[at + 1].before.find("search_path") != std::string::npos)
            left_.back().erase("search_path");
    }

    void run_by_rev(std::size_t at) {
        project_.run(ours_.database(), project_.plan(rows_, import_.draft.revisions[at].id, dialect_));
    }

    std::vector<std::string> against_tool(const schema::Model& model) {
        return differences(without_table(model, import_.draft.config), ours_.model());
    }

    std::string compared() {
        auto expected = std::async(policy(), [&] { return theirs_.model(); });
        const auto there = ours_.model();
        return base::join(differences(expected.get(), there), "; ");
    }

    [[nodiscard]] std::launch policy() const {
        return dialect_ == Dialect::postgresql ? std::launch::async : std::launch::deferred;
    }

    /// At the end, also where single steps could not be looked at.
    void compare_with_tool(Verified& verified) {
        const auto& schema = history_.schema;
        if (!schema || schema->dialect() != dialect_) return;
        const auto facts = against_tool(*schema);
        if (!facts.empty())
            verified.differences.push_back(fmt::format("at the end {} itself has another schema: rev {}",
                                                       import_.tool->title, base::join(facts, "; ")));
    }

    const Import& import_;
    const DraftProject& project_;
    Dialect dialect_;
    Session session_;
    Care care_;
    Side theirs_;
    Side ours_;
    const History& history_;
    SchemaTrailReader recorded_;
    std::vector<RevisionId> rows_;
    std::optional<SessionWatch> watch_;
    std::vector<SessionSettings> left_;
    bool is_by_traces_ = false;  ///< some step was not looked at closer
};

/// Why there is nothing to run; empty: there is.
std::string obstacle(const Draft& draft) {
    if (draft.count_new() == 0) return "nothing is new";
    if (draft.graph.size() != draft.revisions.size()) return "the project has other revisions beside them";
    for (const auto& revision : draft.revisions) {
        if (revision.is_todo) return "some revisions are still to be written";
        if (revision.is_changed) return fmt::format("{} is not what it was imported from any more", revision.path);
    }
    for (const auto& repeatable : draft.repeatables)
        if (repeatable.is_todo) return "some repeatable objects are still to be written";
    return {};
}

/// What of the revisions reaches beyond its database; empty: nothing.
std::string beyond_in(const DraftProject& project, const Draft& draft, Dialect dialect) {
    if (dialect == Dialect::sqlite) return {};
    std::vector<RevisionId> ids;
    for (const auto& revision : draft.revisions) ids.push_back(revision.id);
    return scratch::find_beyond(project.plan_all(ids, dialect));
}

bool is_carried(const History& history) {
    return std::ranges::any_of(history.migrations, [](const Migration& each) { return !each.carried.empty(); });
}

/// What is left to the session of a tool that runs all files of one call in it, and is none of its settings.
std::string shared_session_text(const Tool& tool) {
    return fmt::format(
        "all files of one call run in one session of {}, and what one of them leaves there (a temporary table, a "
        "setting) the next ones find; rev begins each revision anew: make it in each file that needs it",
        tool.title);
}

/// Whether a migration makes a temporary table or view, which the next ones find.
bool makes_temporary(const History& history, Dialect dialect) {
    return std::ranges::any_of(history.migrations, [&](const Migration& migration) {
        return std::ranges::any_of(split_statements(migration.up, dialect),
                                   [](const Statement& statement) { return statement.facts.temporary; });
    });
}

/// Whether what is left behind files makes a difference to those that follow. is_same: the catalogs are the same
/// without it.
bool depends_on(std::span<const SessionSettings> left, bool is_same) {
    if (left.empty()) return false;
    // Nothing follows the last one.
    left = left.first(left.size() - 1);
    return std::ranges::any_of(left, [&](const auto& each) { return is_same ? may_change_rows(each) : !each.empty(); });
}

/// may_carry: the files are for no other dialect.
Verified verify_for(const Import& import, const DraftProject& project, const std::string& url, Dialect dialect,
                    bool may_carry) {
    const auto beyond = beyond_in(project, import.draft, dialect);
    // A role that one side makes would be there already for the other, and stay on the server.
    if (!beyond.empty() && !url.empty())
        return not_done(fmt::format("it reaches beyond its database, on a server that others use: {}", beyond));
    Places places{open_scratch_place(dialect, url), nullptr};
    if (!beyond.empty()) places.another = open_scratch_place(dialect, url);
    std::vector<SessionSettings> left;
    const auto verify_with = [&](Session session) {
        Verifier quick(import, project, places, dialect, session, Care::by_traces);
        auto verified = quick.verify();
        if (session != Session::anew) {
            // All of them count: what makes a difference here may make one further on, too.
            if (verified.done && !verified.differences.empty())
                if (auto stopped = quick.go_on_as_tool()) verified = std::move(*stopped);
            left = quick.left();
        }
        if (!verified.done || !verified.differences.empty() || !quick.has_missed_something()) return verified;
        // Rare: it is the models that tell which of the steps it was.
        return Verifier(import, project, places, dialect, session, Care::each_step).verify();
    };
    auto verified = verify_with(import.tool->session);
    const bool is_same = verified.done && verified.differences.empty();
    // Recorded where the tool itself ran, in one session.
    const auto& history = history_for(import.history, dialect);
    if (verified.done && !is_same && history.schema && makes_temporary(history, dialect))
        verified.differences.push_back(shared_session_text(*import.tool));
    if (import.tool->session == Session::anew || dialect == Dialect::sqlite) return verified;
    if (may_carry && verified.done && !is_carried(import.history) && depends_on(left, is_same)) {
        verified.to_carry = std::move(left);
        return verified;
    }
    if (is_same) return verified;
    // Run one by one, each in a call of its own, as on a database that has grown with them.
    auto one_by_one = verify_with(Session::anew);
    if (!verified.done && one_by_one.done && one_by_one.differences.empty())
        one_by_one.remark = fmt::format(
            "{} itself cannot run all files in one call, as they share a session: {}; a revision is what comes of a "
            "file that runs in a call of its own",
            import.tool->title, verified.why_not);
    if (!verified.done || (one_by_one.done && !one_by_one.differences.empty())) return one_by_one;
    verified.differences.push_back(shared_session_text(*import.tool));
    return verified;
}

std::vector<Dialect> dialects_of(const Import& import, const Scratch& scratch) {
    if (!scratch.dialects.empty()) return scratch.dialects;
    return import.history.dialect ? std::vector{*import.history.dialect} : std::vector<Dialect>();
}

/// "x.sql does not run: why, in: its line" where the error is in what the draft has made of that file, whose own place
/// nobody has seen.
std::string why_unreadable(const Draft& draft, const Error& error) {
    const auto& location = error.location();
    const auto found = std::ranges::find(draft.revisions, location.file, &DraftRevision::path);
    if (found == draft.revisions.end()) return one_line(error);
    return fmt::format("{} does not run: {}, in: {}", found->source, one_line(error),
                       base::printable(base::trim(location.line_text)));
}

/// One after the other: what is not the same for one of them is not the same.
Verified verify_all(const Import& import, const Scratch& scratch, const std::vector<Dialect>& dialects) {
    const DraftProject project(import.draft);
    Verified all;
    for (const auto dialect : dialects) {
        auto verified = verify_for(import, project, scratch.url, dialect, dialects.size() == 1);
        if (!verified.done) return verified;
        if (!all.done || !verified.differences.empty()) all = std::move(verified);
        if (!all.differences.empty()) break;
    }
    return all;
}

}  // namespace

Verified verify(const Import& import, const Scratch& scratch) {
    if (auto why = obstacle(import.draft); !why.empty()) return not_done(std::move(why));
    const auto dialects = dialects_of(import, scratch);
    if (dialects.empty()) return not_done("nothing says for which database the files are: name it with --dialect");
    try {
        return verify_all(import, scratch, dialects);
    } catch (const Error& error) {
        if (stop_requested()) throw;
        auto verified = not_done(why_unreadable(import.draft, error));
        // Of the drafted files themselves: what cannot be read cannot be run, by nobody.
        verified.is_broken = error.exit_code() == ExitCode::graph;
        return verified;
    }
}

std::string verified_text(const Verified& verified) {
    if (!verified.done) return "NOT verified: " + verified.why_not;
    return fmt::format("{} of {} verified", verified.same, verified.of);
}

}  // namespace rev::foreign
