#pragma once

#include <memory>
#include <string>

#include "app/run_context.hpp"
#include "db/database.hpp"
#include "fleet/roll_out.hpp"
#include "state/reporter.hpp"

namespace rev::fleet {

/// The connections of one thread: schemas of one database come one after the other over the same.
class Connections {
public:
    /// Both must outlive it. reporter: is told of notices and waits.
    Connections(const FleetContext& context, state::Reporter& reporter) : context_(context), reporter_(reporter) {}

    /// The member's database, for as long as it lives; a schema member's with its search_path. Until then no other may
    /// be opened with the same access. config: of config_of(). Throws Error.
    [[nodiscard]] std::unique_ptr<Database> open(const Member& member, const Config& config, app::Access access);
    /// Of a schema member: its database, whatever the search_path is.
    [[nodiscard]] Database& shared(const Member& member, app::Access access);
    /// While there is nothing to do: the lock of the last member would else be kept until the next one comes.
    void close() {
        reading_ = {};
        writing_ = {};
    }

private:
    struct Connection {
        std::unique_ptr<Database> database;
        std::string place;  ///< the database that it is to
    };
    [[nodiscard]] OpenOptions options(const Config& config, app::Access access);

    const FleetContext& context_;
    state::Reporter& reporter_;
    Connection reading_;
    Connection writing_;
};

}  // namespace rev::fleet
