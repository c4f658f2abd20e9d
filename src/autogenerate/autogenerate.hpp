#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "autogenerate/proof.hpp"
#include "autogenerate/workplace.hpp"
#include "schema/migration.hpp"
#include "script/script_directory.hpp"

namespace rev::autogenerate {

/// What a person is asked; empty functions: nobody is there, the answer is no.
struct Questions {
    /// "was x renamed to y?"
    std::function<bool(const schema::Rename& rename)> is_rename = {};
    /// Throws Error unless the answer is yes.
    std::function<void(const std::string& question)> confirm = {};
};

/// What `rev revision --autogenerate` is asked for.
struct AutogenerateRequest {
    rev::ScriptRequest script;        ///< message, heads, id, labels: of the first revision
    std::optional<std::string> from;  ///< --from; absent: the revisions, with the database held against them
    bool online = false;
    std::vector<std::string> renames = {};  ///< --rename
    std::set<schema::HazardKind> fail_on = {};
    bool unproven = false;     ///< writes also what does not prove
    bool allow_empty = false;  ///< an empty desired schema is meant
    bool drops_confirmed = false;
    std::optional<std::string> replace = {};  ///< a head whose sections are written anew, instead of a new revision
    Questions questions = {};
};

/// What lacks between a base and the desired schema.
struct Lack {
    Dialect dialect = Dialect::sqlite;
    schema::Model base;
    Desired desired;
    schema::Migration migration;
    schema::MigrationOptions options;
    std::vector<schema::Change> drift;      ///< from what the revisions make to the live database
    std::string base_reason;                ///< why the base is the live database and not the revisions; may be empty
    std::optional<ScratchModel> base_kept;  ///< the replay
    Revisions base_revisions;               ///< those that were replayed
};

/// Reads both and plans; writes nothing. Throws Error, as every part does.
[[nodiscard]] Lack find_lack(Workplace& place, const AutogenerateRequest& request);

/// For each place; where one dialect of several has no scratch, the Error says how to do without it.
[[nodiscard]] std::vector<Lack> find_lacks(const std::vector<Workplace*>& places, const AutogenerateRequest& request);

/// What was written, or was not written and why. Refers to the graph of the places.
struct AutogenerateResult {
    std::vector<CreatedScript> created;   ///< in the order in which they run; empty: see `met` and `proven`
    const Revision* rewritten = nullptr;  ///< of the graph: the one whose file was written anew
    std::vector<Lack> lacks;              ///< one for each dialect
    std::map<Dialect, Proof> proofs;
    std::set<schema::HazardKind> met;           ///< of fail_on: then nothing was written
    std::vector<Dialect> unproven_places = {};  ///< where nothing can be proven: --scratch transaction
    bool proven = true;                         ///< false: nothing was written unless `unproven`
};

/// Whether there is anything to write.
[[nodiscard]] bool has_changes(const AutogenerateResult& result);

/// Finds what lacks for each place, proves it and writes the revision. Nothing is written where anything fails.
[[nodiscard]] AutogenerateResult autogenerate(const std::vector<Workplace*>& places,
                                              const AutogenerateRequest& request);

/// All hazards of the upgrade's statements, in their order.
[[nodiscard]] std::vector<schema::Hazard> hazards_of(const schema::Migration& migration);

}  // namespace rev::autogenerate
