#pragma once

#include "db/database.hpp"

namespace rev::db {

/// What the driver module rev_postgresql.so exports, by these names. It must be of the same build as the program.
using DriverVersion = const char* (*)();  ///< the version, a blank, and the sum of the headers that both are built with
using OpenDriver = Database* (*)(const DatabaseUrl& url, const OpenOptions& options);  ///< the caller owns it
inline constexpr const char* driver_file = "rev_postgresql.so";
inline constexpr const char* driver_version_name = "rev_driver_version";
inline constexpr const char* open_driver_name = "rev_open_driver";

}  // namespace rev::db
