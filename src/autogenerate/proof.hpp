#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "autogenerate/workplace.hpp"
#include "schema/migration.hpp"

namespace rev::autogenerate {

/// What is to be proven before it is written.
struct ProofRequest {
    const schema::Model& from;
    const schema::Model& to;
    const schema::Migration& migration;
    schema::MigrationOptions options = {};  ///< those that it was planned with
    /// A new scratch database that has `from`.
    std::function<std::unique_ptr<scratch::ScratchDatabase>()> make_from;
    bool unchecked_function_bodies = false;
};

/// A statement that says nothing of rows in its way, and that failed on made-up ones; without them it runs.
struct FailureOnRows {
    std::size_t revision = 0;  ///< index in Migration::revisions
    bool in_upgrade = true;
    std::size_t statement = 0;  ///< index in its section
    std::string reason;         ///< what the database said
};

/// What came of a proof.
struct Proof {
    /// Why it is not proven, in sentences; empty: the upgrade gives `to`, a second difference is empty, the downgrade
    /// gives `from`, and rows of what both share are there after each.
    std::vector<std::string> failures;
    /// Tables that were proven empty, since a statement may fail on rows and failed on made-up ones.
    std::vector<std::string> proven_empty;
    std::vector<FailureOnRows> on_rows;  ///< of a proof that holds

    /// Whether the migration is proven.
    [[nodiscard]] bool holds() const noexcept { return failures.empty(); }
};

/// "table public.crew is missing; column ... (type: text instead of integer)": the first few. changes: from what was
/// made to what was wanted. surplus: what is said of a thing that was not wanted, such as "is left".
[[nodiscard]] std::string difference_text(const std::vector<schema::Change>& changes, std::string_view surplus);

/// Runs the revisions of the migration in scratch, as `rev upgrade` and `rev downgrade` would. Throws Error only for
/// what is not the migration's fault: no scratch, an interrupt.
[[nodiscard]] Proof prove(Workplace& place, const ProofRequest& request);

}  // namespace rev::autogenerate
