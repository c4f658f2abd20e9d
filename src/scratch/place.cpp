#include "scratch/place.hpp"

#include <algorithm>
#include <array>

#include "scratch/postgres_place.hpp"
#include "scratch/scratch_folder.hpp"
#include "scratch/sqlite_place.hpp"

namespace rev::scratch {
namespace {

// In the order of Way.
constexpr std::array<std::string_view, 4> way_names = {"url", "database", "server", "transaction"};

}  // namespace

std::string_view way_name(Way way) noexcept { return way_names.at(static_cast<std::size_t>(way)); }

std::optional<Way> find_way(std::string_view name) noexcept {
    const auto found = std::ranges::find(way_names, name);
    if (found == way_names.end()) return std::nullopt;
    return static_cast<Way>(found - way_names.begin());
}

std::unique_ptr<Place> open_place(const PlaceRequest& request) {
    // A run that was killed could not remove its own.
    remove_orphaned_folders();
    if (request.dialect == Dialect::sqlite) return open_sqlite_place(request);
    return open_postgres_place(request);
}

}  // namespace rev::scratch
