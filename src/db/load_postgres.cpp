// The program is not linked with libpq, so that whoever works with SQLite alone neither waits for its libraries nor has
// to install them. postgres_module.cpp is the other end of this gap. The mostly static program has the driver linked
// in, and leaves this file out.

#include <dlfcn.h>
#include <fmt/format.h>

#include "db/driver_module.hpp"
#include "db/drivers.hpp"
#include "rev/version.hpp"

namespace rev::db {
namespace {

Error cannot_load(const std::string& reason) {
    return Error(ExitCode::database, error_codes::no_driver,
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
    // RTLD_NOW: a libpq that lacks a symbol is to be noticed here, with a hint, and not in the middle of a run.
    // RTLD_LOCAL: an application that embeds rev may have another libpq of its own.
    void* module = ::dlopen(driver_file, RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) throw cannot_load(::dlerror());
    const std::string found = reinterpret_cast<DriverVersion>(find(module, driver_version_name))();
    // Classes with virtual functions and the standard library's types cross this border, so nothing less than the same
    // build will do.
    const auto version = found.substr(0, found.find(' '));
    if (version != base::version)
        throw cannot_load(fmt::format("it is of version {}, rev of {}", version, base::version));
    if (found != version + " " REV_DRIVER_INTERFACE)
        throw cannot_load(fmt::format("it is of another build of {}", version));
    return reinterpret_cast<OpenDriver>(find(module, open_driver_name));
}

}  // namespace

std::unique_ptr<Database> open_postgres(const DatabaseUrl& url, const OpenOptions& options) {
    // A static whose initialiser throws is initialised again by the next call: a module that was missing is looked for
    // anew.
    static const OpenDriver open = load();
    return std::unique_ptr<Database>(open(url, options));
}

}  // namespace rev::db
