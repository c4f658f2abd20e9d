#include "run/limits.hpp"

#include <algorithm>

namespace rev::run {
namespace {

/// Statements whose locks on tables conflict with none that a reader or writer takes, or that do not wait for any.
bool locks_rows_at_most(const Statement& statement) {
    using sql::Verb;
    const auto& facts = statement.facts;
    return facts.transaction != sql::TransactionAction::none ||
           facts.verb_in({Verb::select, Verb::insert, Verb::update, Verb::delete_rows, Verb::merge, Verb::with,
                          Verb::values, Verb::table, Verb::copy, Verb::set, Verb::reset, Verb::explain});
}

/// Its waits for old transactions come under lock_timeout too, and are no obstacle to others: it would only fail and
/// leave an INVALID index.
bool is_concurrent(const Statement& statement) { return statement.facts.concurrently; }

}  // namespace

std::optional<std::chrono::milliseconds> usual_lock_timeout(std::span<const Statement> statements) {
    constexpr std::chrono::seconds usual{5};
    if (std::ranges::all_of(statements, locks_rows_at_most) || std::ranges::any_of(statements, is_concurrent))
        return std::nullopt;
    return usual;
}

}  // namespace rev::run
