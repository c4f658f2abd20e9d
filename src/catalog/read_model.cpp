#include "catalog/read_model.hpp"

#include "catalog/postgres/read_postgres.hpp"

namespace rev::catalog {

schema::Model read_model(Database& database, const ReadOptions& options) {
    if (database.dialect() == Dialect::postgresql) return postgres::read_postgres(database, options);
    throw Error(ExitCode::usage, "no_schema_model", "the schema of this kind of database cannot be read");
}

}  // namespace rev::catalog
