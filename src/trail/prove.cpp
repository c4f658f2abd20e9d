#include "trail/prove.hpp"

#include <algorithm>
#include <array>
#include <string_view>

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

ProvenHistory prove(autogenerate::Workplace& place, const ProveRequest& request) {
    return Prover(place, request).run();
}

}  // namespace rev::trail
