#include "fleet/connections.hpp"

#include "app/connect.hpp"
#include "fleet/borrowed_database.hpp"

namespace rev::fleet {

OpenOptions Connections::options(const Config& config, app::Access access) {
    if (access == app::Access::write) return app::writing_options(config, reporter_, context_.stop);
    auto options = app::reading_options(config);
    options.interrupted = [stop = context_.stop] { return stop.requested(); };
    return options;
}

std::unique_ptr<Database> Connections::open(const Member& member, const Config& config, app::Access access) {
    if (member.schema.empty()) return open_database(*member.url, options(config, access));
    auto& database = shared(member, access);
    database.set_search_path(search_path_of(member, context_.config));
    return borrow(database);
}

Database& Connections::shared(const Member& member, app::Access access) {
    auto& connection = access == app::Access::read ? reading_ : writing_;
    const auto place = member.url->display();
    const bool is_usable = connection.database && place == connection.place && connection.database->is_alive();
    if (!is_usable) {
        connection = {};
        connection = {open_database(*member.url, options(context_.config, access)), place};
    }
    return *connection.database;
}

}  // namespace rev::fleet
