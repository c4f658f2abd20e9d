// Both ways on two new databases. What is compared is what the databases themselves say, read into models after each
// migration, so that nothing that rev thinks of the SQL can hide a difference.
#include "import/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <future>
#include <set>

#include "base/text.hpp"
#include "catalog/read_model.hpp"
#include "import/differences.hpp"
#include "import/scratch.hpp"
#include "import/trial.hpp"
#include "rev/executor.hpp"
#include "rev/stop.hpp"
#include "schema/schemas.hpp"
#include "scratch/beyond.hpp"

namespace rev::foreign {
namespace {

Verified not_done(std::string why) {
    Verified verified;
    std::ranges::replace(why, '\n', ' ');
    verified.why_not = std::move(why);
    return verified;
}

/// What the server or the file's reader said; interruptions go on.
template <typename Way>
std::string failure_of(Way way) {
    try {
        way();
        return {};
    } catch (const Error& error) {
        if (stop_requested()) throw;
        return error.detail().empty() ? error.what() : fmt::format("{} ({})", error.what(), error.detail());
    }
}

/// Where the databases are. What reaches beyond its database (a role) would be there twice on one server.
struct Places {
    std::unique_ptr<scratch::Place> theirs;
    std::unique_ptr<scratch::Place> another;

    [[nodiscard]] scratch::Place& ours() const { return another ? *another : *theirs; }
};

class Verifier {
public:
    Verifier(const Import& import, const DraftProject& project, const Places& places, Dialect dialect)
        : import_(import),
          project_(project),
          dialect_(dialect),
          theirs_(*places.theirs, import.draft.config),
          ours_(places.ours(), import.draft.config),
          recorded_(import.history.trail) {}

    Verified verify() {
        Verified verified;
        verified.done = true;
        verified.of = import_.draft.revisions.size() + import_.draft.repeatables.size();
        for (std::size_t at = 0; at < import_.draft.revisions.size(); ++at) {
            const auto& revision = import_.draft.revisions[at];
            const auto [failed, differs] = run(at);
            if (!failed.empty()) return not_done(fmt::format("{} does not run: {}", revision.source, failed));
            if (!differs.empty()) {
                verified.differences.push_back(fmt::format("{} ({}): rev {}", revision.source, revision.id, differs));
                return verified;
            }
            ++verified.same;
        }
        for (std::size_t at = 0; at < import_.draft.repeatables.size(); ++at) {
            const auto& repeatable = import_.draft.repeatables[at];
            const auto [failed, differs] = run_repeatable(at);
            if (!failed.empty()) return not_done(fmt::format("{} does not run: {}", repeatable.source, failed));
            if (!differs.empty()) {
                verified.differences.push_back(
                    fmt::format("{} ({}): rev {}", repeatable.source, repeatable.name, differs));
                return verified;
            }
            ++verified.same;
        }
        compare_with_tool(verified);
        return verified;
    }

private:
    /// What stopped the tool's way, and what rev does otherwise.
    struct Outcome {
        std::string failed = {};
        std::string differs = {};
    };

    Outcome run(std::size_t at) {
        const bool ran_itself = import_.history.schema && import_.history.schema->dialect() == dialect_;
        return ran_itself ? run_recorded(at) : run_both(at);
    }

    /// Both run at the same time where the databases are a server's.
    Outcome run_both(std::size_t at) {
        const auto policy = dialect_ == Dialect::postgresql ? std::launch::async : std::launch::deferred;
        auto theirs = std::async(policy, [&] { run_as_tool(theirs_.database(), import_.history.migrations[at]); });
        const auto failed_here = failure_of([&] { run_by_rev(at); });
        const auto failed_there = failure_of([&] { theirs.get(); });
        if (!failed_there.empty()) return {failed_there, {}};
        if (!failed_here.empty())
            return {{}, fmt::format("does not run it, and {} does: {}", import_.tool->title, failed_here)};
        return {{}, compared()};
    }

    Outcome run_repeatable(std::size_t at) {
        const auto failed_there = failure_of([&] { run_as_tool(theirs_.database(), import_.history.repeatables[at]); });
        if (!failed_there.empty()) return {failed_there, {}};
        const auto failed_here = failure_of([&] { apply(ours_.database(), import_.draft.repeatables[at].file); });
        if (!failed_here.empty())
            return {{}, fmt::format("does not run it, and {} does: {}", import_.tool->title, failed_here)};
        return {{}, compared()};
    }

    /// The tool has run it: its own database is the judge of what was recorded.
    Outcome run_recorded(std::size_t at) {
        const auto failed = failure_of([&] { run_by_rev(at); });
        if (!failed.empty()) return {{}, fmt::format("does not run it, and {} did: {}", import_.tool->title, failed)};
        const auto expected = recorded_.model_behind(import_.history.migrations[at].version);
        return expected ? Outcome{{}, base::join(against_tool(*expected), "; ")} : Outcome{};
    }

    void run_by_rev(std::size_t at) {
        project_.run(ours_.database(), project_.plan(rows_, import_.draft.revisions[at].id, dialect_));
    }

    std::vector<std::string> against_tool(const schema::Model& model) {
        return differences(without_table(model, import_.draft.config), ours_.model());
    }

    /// The same text of SQLite is the same schema; what differs in it may be no more than a comment.
    std::string compared() {
        if (dialect_ == Dialect::sqlite && theirs_.sqlite_schema() == ours_.sqlite_schema()) return {};
        const auto policy = dialect_ == Dialect::postgresql ? std::launch::async : std::launch::deferred;
        auto expected = std::async(policy, [&] { return theirs_.model(); });
        const auto there = ours_.model();
        return base::join(differences(expected.get(), there), "; ");
    }

    /// At the end, also where single steps could not be looked at.
    void compare_with_tool(Verified& verified) {
        const auto& schema = import_.history.schema;
        if (!schema || schema->dialect() != dialect_) return;
        const auto facts = against_tool(*schema);
        if (!facts.empty())
            verified.differences.push_back(fmt::format("at the end {} itself has another schema: rev {}",
                                                       import_.tool->title, base::join(facts, "; ")));
    }

    const Import& import_;
    const DraftProject& project_;
    Dialect dialect_;
    TrialDatabase theirs_;
    TrialDatabase ours_;
    SchemaTrailReader recorded_;
    std::vector<RevisionId> rows_;
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

Verified verify_for(const Import& import, const DraftProject& project, const std::string& url, Dialect dialect) {
    const auto beyond = beyond_in(project, import.draft, dialect);
    if (!beyond.empty() && !url.empty())
        return not_done(fmt::format("it reaches beyond its database, on a server that others use: {}", beyond));
    Places places{open_scratch_place(dialect, url), nullptr};
    if (!beyond.empty()) places.another = open_scratch_place(dialect, url);
    return Verifier(import, project, places, dialect).verify();
}

std::vector<Dialect> dialects_of(const Import& import, const Scratch& scratch) {
    if (!scratch.dialects.empty()) return scratch.dialects;
    return import.history.dialect ? std::vector{*import.history.dialect} : std::vector<Dialect>();
}

/// One after the other: what is not the same for one of them is not the same.
Verified verify_all(const Import& import, const Scratch& scratch, const std::vector<Dialect>& dialects) {
    const DraftProject project(import.draft);
    Verified all;
    for (const auto dialect : dialects) {
        auto verified = verify_for(import, project, scratch.url, dialect);
        if (!verified.done) return verified;
        if (!all.done || !verified.differences.empty()) all = std::move(verified);
        if (!all.differences.empty()) break;
    }
    return all;
}

std::string one_line(const Error& error) {
    auto text =
        error.detail().empty() ? std::string(error.what()) : fmt::format("{} ({})", error.what(), error.detail());
    std::ranges::replace(text, '\n', ' ');
    return text;
}

/// Roles are another server's.
const std::set<schema::Kind> permissions = {schema::Kind::owner, schema::Kind::grant, schema::Kind::default_grant};

/// Of the live database only what is in the schemas that the revisions use.
schema::Model read_live(Database& live, const Import& import, const schema::Model& expected,
                        const std::string& tool_table) {
    catalog::ReadOptions options;
    options.own_tables = own_tables(import.draft.config, live.dialect());
    if (!tool_table.empty()) options.exclude = {tool_table, tool_table + "_id_seq"};
    options.ignore = permissions;
    if (live.dialect() == Dialect::postgresql) options.schemas = schema::schemas_of({&expected});
    return catalog::read_model(live, options);
}

LiveDifferences compare_with(const Import& import, const Scratch& scratch, Database& live,
                             const std::vector<RevisionId>& rows, const std::string& tool_table) {
    const DraftProject project(import.draft);
    const auto place = open_scratch_place(live.dialect(), scratch.url);
    TrialDatabase trial(*place, import.draft.config);
    project.run(trial.database(), project.plan_all(rows, live.dialect()));
    const auto expected = trial.model(permissions);
    const auto there = read_live(live, import, expected, tool_table);
    constexpr int versions_of_a_major = 10'000;
    if (live.dialect() == Dialect::postgresql &&
        expected.server_version() / versions_of_a_major != there.server_version() / versions_of_a_major)
        return {{}, "it is of another version than the scratch server"};
    return {differences(expected, there), {}};
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
        return not_done(one_line(error));
    }
}

std::string verified_text(const Verified& verified) {
    if (!verified.done) return "NOT verified: " + verified.why_not;
    return fmt::format("{} of {} verified", verified.same, verified.of);
}

LiveDifferences compare_live(const Import& import, const Scratch& scratch, Database& live,
                             const std::vector<RevisionId>& rows, const std::string& tool_table) {
    try {
        return compare_with(import, scratch, live, rows, tool_table);
    } catch (const Error& error) {
        if (stop_requested()) throw;
        return {{}, one_line(error)};
    }
}

}  // namespace rev::foreign
