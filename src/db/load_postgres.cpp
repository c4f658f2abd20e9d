#include <dlfcn.h>
#include <fmt/format.h>

#include "db/driver_module.hpp"
#include "db/drivers.hpp"
#include "rev/version.hpp"

namespace rev {
namespace {

Error cannot_load(const std::string& reason) {
    return Error(ExitCode::database, "no_driver",
                 fmt::format("the PostgreSQL driver {} cannot be loaded: {}", driver_file, reason))
        .with_hint("install rev as a whole: the driver belongs into lib/rev beside bin, and needs libpq and libpqxx");
}

/// Null is no address that a module exports.
void* find(void* module, const char* name) {
    void* address = ::dlsym(module, name);
    if (address == nullptr) throw cannot_load(fmt::format("it has no {}", name));
    return address;
}

OpenDriver load() {
    // Searched where the program's run path says. Never unloaded: connections live as long as they like.
    void* module = ::dlopen(driver_file, RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) throw cannot_load(::dlerror());
    const std::string found = reinterpret_cast<DriverVersion>(find(module, driver_version_name))();
    if (found != version) throw cannot_load(fmt::format("it is of version {}, rev of {}", found, version));
    return reinterpret_cast<OpenDriver>(find(module, open_driver_name));
}

}  // namespace

std::unique_ptr<Database> open_postgres(const DatabaseUrl& url, const OpenOptions& options) {
    static const OpenDriver open = load();
    return std::unique_ptr<Database>(open(url, options));
}

}  // namespace rev
