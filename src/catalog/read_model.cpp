#include "catalog/read_model.hpp"

#include "catalog/postgres/read_postgres.hpp"
#include "catalog/sqlite/read_sqlite_model.hpp"

namespace rev::catalog {

schema::Model read_model(Database& database, const ReadOptions& options) {
    return database.dialect() == Dialect::postgresql ? postgres::read_postgres(database, options)
                                                     : read_sqlite_model(database, options);
}

}  // namespace rev::catalog
