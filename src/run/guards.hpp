#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "rev/run_result.hpp"
#include "run/batch.hpp"
#include "run/prepared.hpp"

namespace rev::run {

// Statements below `-- rev:unless` and `-- rev:if`: whether they run is asked of the database when their turn comes.

/// The markers above a statement, in their order.
[[nodiscard]] std::span<const sql::StatementMarker> markers_above(const PreparedStep& step, std::size_t statement);
[[nodiscard]] bool is_guarded(const PreparedStep& step, std::size_t statement);
/// Null: the statement runs once.
[[nodiscard]] const sql::StatementMarker* repetition_of(const PreparedStep& step, std::size_t statement);
/// Its line is that of the marker in the file.
[[nodiscard]] StatementNote note_of(const PreparedStep& step, const sql::StatementMarker& marker);
/// What the markers of a step say, in the order of the file: for those who only look at it.
[[nodiscard]] std::vector<StatementNote> conditions_of(const PreparedStep& step);

/// A SELECT that returns a row where what the guard names is there. Names mean what the statement below makes of them:
/// where it creates an object, the place where it would be; else what the session finds. Every name and operator of
/// rev's own is qualified.
[[nodiscard]] std::string guard_sql(Database& database, const PreparedStep& step, const sql::StatementMarker& marker);

/// Adds a section to a batch in parts, between which something else may be sent or added.
class SectionCutter {
public:
    /// step, batch: must outlive it. without: see Batch::section.
    SectionCutter(const PreparedStep& step, Batch& batch, Batch::Span span, std::span<const std::size_t> without)
        : step_(step), batch_(batch), span_(span), left_out_(without.begin(), without.end()) {}

    /// From where the last part ended up to this statement, and without it.
    void add_up_to(std::size_t last);
    /// statement: not added yet.
    void leave_out(std::size_t statement);

private:
    const PreparedStep& step_;
    Batch& batch_;
    Batch::Span span_;
    std::vector<std::size_t> left_out_;  ///< sorted
    std::size_t first_ = 0;
};

/// Asks what the guards above a statement ask.
class GuardKeeper {
public:
    using Send = std::function<BatchResult(const Batch& batch)>;
    /// Says that a statement is left out, and that a column which is there is of another type.
    using Tell = std::function<void(const StatementNote& note, const std::string& warning)>;

    /// All must outlive it.
    GuardKeeper(Database& database, Send send, Tell tell)
        : database_(database), send_(std::move(send)), tell_(std::move(tell)) {}

    /// Absent: the statement runs. is_inside: a transaction is open. Throws what `send` throws.
    [[nodiscard]] std::optional<StatementNote> find_refusal(const PreparedStep& step, std::size_t statement,
                                                            bool is_inside) const;

    /// Adds a section to `batch`; what stands before a guarded statement is sent before its guards are asked. without:
    /// see Batch::section. Returns what was left out for its guards.
    [[nodiscard]] std::vector<StatementNote> add_section(const PreparedStep& step, Batch& batch, Batch::Span span,
                                                         std::span<const std::size_t> without) const;

private:
    Database& database_;
    Send send_;
    Tell tell_;
};

}  // namespace rev::run
