// The entries of the driver module.
#include <fmt/format.h>

#include "db/driver_module.hpp"
#include "db/drivers.hpp"
#include "rev/version.hpp"

// By C names, which dlsym() finds, and the only ones that are visible: two modules of different builds in one process
// then do not mix their classes.
extern "C" {

__attribute__((visibility("default"))) const char* rev_driver_version() {
    static const auto version = fmt::format("{} {}", rev::base::version, REV_DRIVER_INTERFACE);
    return version.c_str();
}

__attribute__((visibility("default"))) rev::Database* rev_open_driver(const rev::DatabaseUrl& url,
                                                                      const rev::OpenOptions& options) {
    return rev::db::open_postgres(url, options).release();
}
}
