#pragma once

#include <memory>

#include "scratch/place.hpp"

namespace rev::scratch {

/// Files in a temporary folder: a database in memory could not be opened anew, as the driver does behind a revision
/// that leaves something in its session.
[[nodiscard]] std::unique_ptr<Place> open_sqlite_place(const PlaceRequest& request);

}  // namespace rev::scratch
