#include "db/drivers.hpp"

namespace rev::db {

std::unique_ptr<Database> open_database(const DatabaseUrl& url, const OpenOptions& options) {
    // No default: a new dialect is then a warning of the compiler here.
    switch (url.dialect) {
        case Dialect::postgresql:
            return open_postgres(url, options);
        case Dialect::sqlite:
            return open_sqlite(url, options);
    }
    throw std::logic_error("a dialect without a driver");
}

}  // namespace rev::db
