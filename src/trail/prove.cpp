#include "trail/prove.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "base/signals_blocked.hpp"
#include "state/reporter.hpp"
#include "trail/prover.hpp"

namespace rev::trail {

std::string_view verdict_name(ProvenRevision::Verdict verdict) noexcept {
    constexpr std::array<std::string_view, 4> names = {"restores", "leaves", "fails", "irreversible"};
    return names.at(static_cast<std::size_t>(verdict));
}

bool ProvenHistory::holds() const { return std::ranges::all_of(revisions, &ProvenRevision::is_proven); }

std::size_t ProvenHistory::count(ProvenRevision::Verdict verdict) const {
    return static_cast<std::size_t>(std::ranges::count(revisions, verdict, &ProvenRevision::verdict));
}

namespace {

/// Not of unused_data: a proof with a file of rows is never made in two.
void append(ProvenHistory& proof, ProvenHistory more) {
    std::ranges::move(more.revisions, std::back_inserter(proof.revisions));
    for (auto& table : more.tables_without_rows) {
        const auto is_same = [&](const auto& known) { return known.name == table.name; };
        if (std::ranges::none_of(proof.tables_without_rows, is_same))
            proof.tables_without_rows.push_back(std::move(table));
    }
}

/// Two halves at once, each in a scratch database of its own: a server works for each connection on a processor of its
/// own, and next to all of a proof is its work. first: of the whole, which has not run.
ProvenHistory prove_in_two(autogenerate::Workplace& place, const ProveRequest& request, Prover& first,
                           std::size_t split) {
    std::atomic<bool> is_given_up = false;
    state::Reporter silent;
    const auto other = place.another(silent);
    std::optional<ProvenHistory> second;
    const auto prove_second = [&] {
        try {
            second = Prover(*other, request).run({.first = split, .is_given_up = &is_given_up});
        } catch (...) {  // whatever is in its way is met again below, and told by who is asked
            second.reset();
        }
    };
    ProvenHistory proof;
    {
        std::jthread thread;
        {
            const base::SignalsBlocked while_it_starts;
            thread = std::jthread(prove_second);
        }
        try {
            proof = first.run({.end = split});
        } catch (...) {
            is_given_up = true;
            throw;
        }
    }
    append(proof, second ? *std::move(second) : Prover(place, request).run({.first = split}));
    return proof;
}

/// Where the second half begins: whoever takes it has to run up what the other one proves, for about an eighth of the
/// time.
std::size_t split_of(const std::vector<std::size_t>& wanted) { return wanted[wanted.size() * 11 / 20]; }

}  // namespace

ProvenHistory prove(autogenerate::Workplace& place, const ProveRequest& asked) {
    // Another database takes a fifth of a second to make and to drop.
    constexpr std::size_t worth_a_database = 100;
    auto request = asked;
    std::mutex telling;
    if (asked.tell)
        request.tell = [&](const Revision& revision, std::size_t number, std::size_t of) {
            const std::lock_guard lock(telling);
            asked.tell(revision, number, of);
        };
    Prover prover(place, request);
    const auto wanted = prover.wanted();
    // Rows of a file go where the file's statements have gone before: they have one order.
    if (place.dialect() != Dialect::postgresql || request.data || wanted.size() < worth_a_database) return prover.run();
    return prove_in_two(place, request, prover, split_of(wanted));
}

}  // namespace rev::trail
