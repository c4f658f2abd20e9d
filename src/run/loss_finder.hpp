#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "run/contents.hpp"
#include "run/losses.hpp"
#include "run/trial.hpp"

namespace rev::run {

/// Watches a trial, and says afterwards what it has lost.
class LossFinder : public TrialWatcher {
public:
    /// To be asked once, after the rollback. In the order in which the losses were seen.
    [[nodiscard]] virtual std::vector<LostRows> lost() = 0;
    /// How many steps the trial has run.
    [[nodiscard]] std::size_t steps_ran() const noexcept { return steps_ran_; }
    [[nodiscard]] bool allows_untried() const final { return true; }
    /// Why not all could be seen; else empty.
    [[nodiscard]] virtual std::string blindness() const { return {}; }
    /// Whether the plan reached beyond what was looked at, so that the trial has to be run with a wider look.
    [[nodiscard]] virtual bool saw_too_little() const { return false; }

protected:
    std::size_t steps_ran_ = 0;
};

/// What is looked at: all tables of the database, or, where other schemas have version tables of their own, the schema
/// of this one. With thousands of tenants a look at all of them for each would take hours.
enum class LossScope { database, schema };

/// Ask nothing before the trial begins. database: the one that it runs on; must outlive what is returned.
[[nodiscard]] std::unique_ptr<LossFinder> postgres_loss_finder(Database& database, LossScope scope);
[[nodiscard]] std::unique_ptr<LossFinder> sqlite_loss_finder(Database& database);

/// `lost` with the number of rows of `source` (SQL behind FROM), counted up to LostRows::most_counted.
/// estimate: the server's own number for a table that has more; 0: none.
[[nodiscard]] LostRows counted_rows(Database& database, LostRows lost, const std::string& source,
                                    long long estimate = 0);
/// Adds it to `all`, unless there are no such rows.
void add_counted(Database& database, LostRows lost, const std::string& source, long long estimate,
                 std::vector<LostRows>& all);

}  // namespace rev::run
