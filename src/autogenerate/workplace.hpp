#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "autogenerate/source.hpp"
#include "catalog/read_model.hpp"
#include "db/database.hpp"
#include "rev/config.hpp"
#include "rev/graph.hpp"
#include "run/prepared.hpp"
#include "schema/model.hpp"
#include "scratch/contents.hpp"
#include "scratch/ddl.hpp"
#include "scratch/load.hpp"
#include "scratch/place.hpp"
#include "scratch/replay.hpp"
#include "script/script_directory.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::autogenerate {

/// The version table of revisions that are on trial in scratch, beside the one that a replay has written.
inline constexpr const char* proof_table = "rev_proof";

/// What every use case is given. All that it refers to must outlive it.
struct WorkplaceOptions {
    const Config& config;
    const ScriptDirectory& scripts;
    const Graph& graph;
    state::Reporter& reporter;
    std::optional<scratch::Way> way = {};  ///< --scratch
    std::chrono::milliseconds wait{0};     ///< --wait
    /// See scratch::PlaceRequest::announce. Empty: nobody is told.
    std::function<void(const std::string& text)> announce = {};
    std::function<void(const std::string& text)> tell = {};  ///< for `-v`
};

/// A model, and the scratch database that has it, which can go on from there.
struct ScratchModel {
    std::unique_ptr<scratch::ScratchDatabase> scratch;
    schema::Model model;
};

/// The desired schema of one dialect.
struct Desired {
    schema::Model model;
    std::vector<scratch::DdlText> texts;  ///< what it was loaded from
    bool unchecked_function_bodies = false;
};

/// The live database as the revisions see it.
struct LiveState {
    state::FoundTables tables;
    std::vector<RevisionId> rows;
};

/// Opens databases and scratch databases of one dialect as they are needed, and reads models from them.
class Workplace {
public:
    /// Opens nothing yet.
    Workplace(WorkplaceOptions options, Dialect dialect);
    ~Workplace();
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;

    /// What it was made with.
    [[nodiscard]] Dialect dialect() const noexcept { return dialect_; }
    [[nodiscard]] const WorkplaceOptions& options() const noexcept { return options_; }
    [[nodiscard]] const Config& config() const noexcept { return options_.config; }

    /// Of the same project, for another thread: nothing is open in it, and it tells nobody but `reporter`.
    [[nodiscard]] std::unique_ptr<Workplace> another(state::Reporter& reporter) const;

    /// Whether there is a live database: a URL of this dialect, and not that of an SQLite file that is not there.
    /// Throws Error where the URL cannot be known.
    [[nodiscard]] bool has_live() const;
    /// Works without the live database, also where one is configured.
    void leave_live_alone() { uses_live_ = false; }
    /// Over a connection that changes nothing. Throws Error.
    [[nodiscard]] Database& live();
    /// Throws Error, also "unfinished_run" if a revision stopped half-way.
    [[nodiscard]] LiveState live_state();
    /// schemas: PostgreSQL: those that are managed if alembic.yaml does not say; empty: all.
    [[nodiscard]] schema::Model read_live(const std::vector<std::string>& schemas = {});
    /// The same of another database. Throws Error "other_dialect" if the URL is of another one than this place's.
    [[nodiscard]] schema::Model read_url(const std::string& url, const std::vector<std::string>& schemas = {});

    /// Whether there is nothing but the target database itself, in a transaction: nothing is replayed or proven there.
    [[nodiscard]] bool is_in_transaction() const noexcept {
        return options_.way == scratch::Way::transaction && dialect_ == Dialect::postgresql;
    }
    /// Throws RunError where a revision fails, Error "no_scratch" where there is no place.
    [[nodiscard]] ScratchModel replay(const Revisions& revisions, scratch::Holding holding = scratch::Holding::all);
    /// Adds the repeatable objects that the log of the live database has as made.
    void add_logged_repeatables(Plan& plan);
    /// Learns what the project's repeatable objects make, by making them in `scratch`, which a replay of the heads
    /// without them has filled and `model` is read from. Throws RunError.
    void learn_repeatables(scratch::ScratchDatabase& scratch, const schema::Model& model);
    /// Without what they make, as far as that was learnt: their files say what it is to be, and no desired schema.
    [[nodiscard]] schema::Model without_repeatables(const schema::Model& model) const;
    /// Throws Error: not configured, does not load.
    [[nodiscard]] Desired load_desired();
    /// Texts in a new scratch database, as load_desired() loads them. With --scratch transaction in the target itself:
    /// then `scratch` is null. Throws Error as load_ddl() does.
    [[nodiscard]] ScratchModel load(const std::vector<scratch::DdlText>& texts);
    /// An empty one, but for scratch_setup.
    [[nodiscard]] std::unique_ptr<scratch::ScratchDatabase> make_scratch();
    /// The same for what reaches beyond its database, see PlaceRequest.
    [[nodiscard]] std::unique_ptr<scratch::ScratchDatabase> make_scratch(const std::string& reaches_beyond);

    /// The model of a database at hand, without rev's own tables and what scratch_setup brings.
    [[nodiscard]] schema::Model read(Database& database, const std::vector<std::string>& schemas = {});
    /// The same, of one that is read again and again.
    [[nodiscard]] schema::Model read(catalog::ModelReader& reader);

    /// Extensions of the target that are in each scratch from the start, since nothing of ours makes them.
    [[nodiscard]] const std::vector<scratch::Extension>& platform() const noexcept { return platform_; }

    /// Of any source. rows: of the live database, for the target `current`.
    [[nodiscard]] schema::Model read(const Source& source, const std::vector<std::string>& schemas = {});

private:
    ScratchModel with_platform(const std::string& beyond, const std::function<ScratchModel()>& run);
    scratch::Place& place(const std::string& reaches_beyond);
    [[nodiscard]] std::optional<DatabaseUrl> target_url() const;
    [[nodiscard]] catalog::ReadOptions read_options(const std::vector<std::string>& schemas) const;
    [[nodiscard]] std::unique_ptr<Database> open(const DatabaseUrl& url) const;
    void set_up(scratch::ScratchDatabase& made);
    void learn_default_privileges();
    [[nodiscard]] bool lacks_default_privileges(Database& scratch, const std::string& beyond);
    [[nodiscard]] schema::Model load_in_target(const std::vector<scratch::DdlText>& texts, scratch::LoadedDdl& loaded);
    /// before: gets what the scratch database held before the texts; null: nobody wants to know.
    [[nodiscard]] ScratchModel load_in_scratch(const std::vector<scratch::DdlText>& texts, const std::string& beyond,
                                               scratch::LoadedDdl& loaded, std::set<scratch::Content>* before);
    [[nodiscard]] schema::Model load_definitions(const std::vector<scratch::DdlText>& texts,
                                                 scratch::LoadedDdl& loaded);
    [[nodiscard]] schema::Model without_setup(const schema::Model& model) const;

    WorkplaceOptions options_;
    Dialect dialect_;
    bool uses_live_ = true;
    std::string found_schema_;  ///< where the live database has rev's tables, once it was asked
    std::unique_ptr<Database> live_;
    std::unique_ptr<scratch::Place> place_;
    std::string place_for_;                             ///< what reaches beyond, for which place_ was chosen
    std::vector<scratch::Extension> platform_;          ///< extensions that nothing of ours makes
    bool asked_platform_ = false;                       ///< whether the target was asked for them
    std::vector<std::string> default_privileges_;       ///< of the target, which nothing of ours makes: statements
    bool asked_default_privileges_ = false;             ///< whether the target was asked for them
    std::optional<std::vector<schema::FactId>> setup_;  ///< what scratch_setup makes; sorted
    std::vector<schema::FactId> of_repeatables_;        ///< what repeatable objects make; sorted
};

/// Whether an error may be for want of an object that an extension of the platform brings.
[[nodiscard]] bool may_lack_extension(const Error& error);

/// Whether an error ends the whole work: a stop, a connection that is gone, no place to work in.
[[nodiscard]] bool ends_all(const Error& error);

/// Throws Error with ExitCode::database ("not_up_to_date") unless the database is at the heads.
void require_at_heads(Workplace& place);

/// The same for a database that has all but one revision, which no database at hand may have. Throws Error too if it is
/// applied ("is_applied").
void require_all_but(Workplace& place, const Revision& revision);

/// The dialects that a command works on: `wanted` (--dialect), else that of the URL, else those of `schema`.
[[nodiscard]] Dialect dialect_of(const Config& config, const std::optional<std::string>& wanted);

}  // namespace rev::autogenerate
