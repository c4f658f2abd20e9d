#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "lint/effects.hpp"
#include "lint/finding.hpp"
#include "lint/observation.hpp"
#include "scratch/kept_queries.hpp"

namespace rev::lint {

/// Tables and materialized views of a database, also some that are gone: what has to be known of each to tell from what
/// is seen behind a statement what the statement did. PostgreSQL.
class KnownRelations {
public:
    /// kept: another connection to the database, where the catalogs are asked; null: there is none. Both must outlive
    /// it.
    KnownRelations(Database& database, scratch::KeptQueries* kept) : database_(database), kept_(kept) {}

    /// Asks what has changed since it was asked last: of what take_note() was told, or of all where something else has
    /// run. Returns the oids of those that are new, or have another file.
    std::vector<std::string> look();
    /// What was seen behind a statement whose effects stay. may_rename: relations that were there have other names now.
    void take_note(const Sight& sight, bool may_rename);
    /// Something has run that take_note() was not told of.
    void expect_unseen() noexcept { is_complete_ = false; }
    [[nodiscard]] bool has_looked() const noexcept { return is_complete_; }
    [[nodiscard]] bool empty() const noexcept { return relations_.empty(); }
    /// As of the first look().
    [[nodiscard]] ObservedMessage::Scans scans() const noexcept { return scans_; }

    /// What is there now was there before the plan.
    void begin_plan();
    /// The name of one that was there before the plan, without the schema `public`; nullptr: it was not.
    [[nodiscard]] const std::string* find_name_before(const std::string& oid);
    /// Oids of those whose file was not given away here before: what empties a relation gives it a new file.
    [[nodiscard]] std::vector<std::string> take_unfilled();

    /// scanned: what the session has counted until now, "16384 3": an oid and a number.
    void begin_scans(const std::vector<std::string>& scanned);
    /// Asks the session for it.
    void remember_scans();
    /// What is locked now counts as taken by others, until it is asked again.
    void remember_locks();
    /// What the statement did to those that were there before the plan.
    [[nodiscard]] ObservedStatement facts_of(const Sight& sight);

private:
    struct Known {
        std::string name;
        std::string file;  ///< as the catalogs have it; empty: it has none
        bool is_view = false;
        bool is_before = false;                       ///< it was there before the plan
        std::optional<std::string> filled_file = {};  ///< the one that got rows, as far as it takes any
        std::set<std::string> held = {};              ///< modes that other revisions have taken in the same transaction
        long long scans = 0;                          ///< that the session has counted
    };
    [[nodiscard]] Known* find_before(const std::string& oid);
    std::vector<std::string> look_at_seen();
    std::vector<std::string> take(const std::vector<SqlRow>& rows);

    Database& database_;
    scratch::KeptQueries* kept_;
    std::map<std::string, Known> relations_;  ///< by oid
    /// Oids of what may be a relation that is new, or has another name or file, and whether it was there before the
    /// plan.
    std::map<std::string, bool> seen_;
    bool is_complete_ = false;  ///< all that has changed is in seen_
    std::string since_ = "0";   ///< the first transaction that had not begun at the last look
    ObservedMessage::Scans scans_ = ObservedMessage::Scans::kept_back;
};

}  // namespace rev::lint
