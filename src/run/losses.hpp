#pragma once

#include <string>
#include <vector>

#include "run/execute.hpp"
#include "state/reporter.hpp"

namespace rev::run {

/// Rows, or values of rows, that the database has now and that a plan takes from it.
struct LostRows {
    enum class Kind {
        dropped,   ///< the table is gone, and its rows with it
        column,    ///< the column is gone, or values that it had
        deleted,   ///< rows were deleted from a table that is still there, or is there again
        replaced,  ///< the table has rows, but not those that it had
        changed,   ///< the column is there and has values, but other ones
    };
    /// How well `rows` is known.
    enum class Certainty {
        exact,
        at_least,  ///< counting stopped there
        estimate,  ///< the server's own
        unknown,   ///< the table is not empty, but its rows may not be read
    };
    Kind kind = Kind::dropped;
    std::string table =
        {};  ///< as it is named before the plan runs; quoted where needed, `schema.table` outside `public`
    std::string column = {};  ///< Kind::column, Kind::changed; else empty
    long long rows = 0;       ///< column, changed: rows with a value in it
    Certainty certainty = Certainty::exact;
    /// Counting stops here: on a large table it takes as long as reading it.
    static constexpr long long most_counted = 1'000'000;
};

/// What a plan loses.
struct Losses {
    std::vector<LostRows> rows;  ///< in the order of the steps
    std::string untried;         ///< why some of the plan could not be tried, so that more may be lost; else empty
    std::vector<std::string> remarks;  ///< what the trial left out, in sentences without a final full stop

    /// Whether it is known that nothing is lost; remarks alone are no loss.
    [[nodiscard]] bool empty() const noexcept { return rows.empty() && untried.empty(); }
};

/// Runs the plan in one transaction, compares the database with what it was, rolls all of it back as rehearse() does,
/// and asks the database, which is then as it was, how many rows are concerned. The text of statements decides nothing.
///
/// - A table that is gone, or from which rows were deleted, counts if it has rows now; a column if it has values.
/// - A table that was built anew under its old name counts only if its rows are not there again. Their number and, by
///   column, the number of values and a sum of hashes over them are compared; both tables are read once for that, which
///   costs less than the plan that wrote one of them. A column that got another name is found by its values.
/// - Rows that an UPDATE changes, and those of tables that the plan itself makes, do not count.
///
/// The caller holds the RunLock. reporter: is told when the trial got no lock and is made again. Throws as rehearse()
/// does if the plan fails: nothing was changed then.
[[nodiscard]] Losses find_losses(Database& database, const PreparedPlan& plan, const ExecuteOptions& options,
                                 state::Reporter& reporter);

}  // namespace rev::run
