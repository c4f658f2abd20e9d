#include "scratch/in_transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "scratch/contents.hpp"

namespace rev::scratch {
namespace {

constexpr const char* schemas_sql =
    "SELECT n.nspname FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT "
    "EXISTS "
    "(SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e') "
    "ORDER BY 1";

constexpr const char* extensions_sql =
    "SELECT e.extname, n.nspname, e.extrelocatable::text FROM pg_extension e JOIN pg_namespace n ON n.oid = "
    "e.extnamespace ORDER BY 1";

/// Aside, empty ones in their place, and their extensions moved along.
std::string preparation(Database& target, const std::vector<std::string>& schemas) {
    std::string sql;
    for (const auto& schema : schemas)
        sql += fmt::format("ALTER SCHEMA {0} RENAME TO {1}; CREATE SCHEMA {0};\n", target.quote_identifier(schema),
                           target.quote_identifier("rev_hidden_" + schema));
    for (const auto& row : target.query(extensions_sql)) {
        const auto name = row.at(0).value_or("");
        const auto schema = row.at(1).value_or("");
        // An extension of another schema stays where it is.
        if (std::ranges::find(schemas, schema) == schemas.end()) continue;
        if (row.at(2) != "true")
            throw Error(ExitCode::database, error_codes::no_scratch,
                        fmt::format("the extension {} in schema {} cannot be moved, so nothing can be loaded in the "
                                    "target database itself",
                                    base::printable(name), base::printable(schema)))
                .with_hint("take another --scratch");
        sql += fmt::format("ALTER EXTENSION {} SET SCHEMA {};\n", target.quote_identifier(name),
                           target.quote_identifier(schema));
    }
    return sql;
}

void begin(Database& target, const std::string& preparation) {
    const std::array commands = {Command{.kind = Command::Kind::begin},
                                 Command{.kind = Command::Kind::sql, .sql = preparation}};
    try {
        target.run(commands);
    } catch (const CommandError& error) {
        if (error.connection_lost || error.code() == error_codes::interrupted) throw;
        throw Error(ExitCode::database, error_codes::no_scratch,
                    fmt::format("nothing can be loaded in the target database itself: {}", error.what()))
            .with_hint("the role has to own the schemas and may make others; or take another --scratch")
            .with_sqlstate(error.sqlstate());
    }
}

/// Ends the transaction however it is left.
class RollBack {
public:
    explicit RollBack(Database& target) : target_(target) {}
    ~RollBack() {
        try {
            target_.rollback();
        } catch (const std::exception&) {  // the connection is gone, and the transaction with it
        }
    }
    RollBack(const RollBack&) = delete;
    RollBack& operator=(const RollBack&) = delete;

private:
    Database& target_;
};

}  // namespace

std::vector<std::string> find_schemas(Database& database) {
    std::vector<std::string> schemas;
    for (const auto& row : database.query(schemas_sql)) schemas.push_back(row.at(0).value_or(""));
    return schemas;
}

/// A failure rolls the whole of it back: then it begins anew, with the text that lacked something behind the others.
LoadedDdl load_in_transaction(Database& target, const std::vector<std::string>& schemas, std::span<const DdlText> texts,
                              const std::function<void(Database&)>& read) {
    std::vector<DdlText> order(texts.begin(), texts.end());
    const auto sql = preparation(target, schemas);
    std::size_t put_back = 0;
    for (std::size_t at = 0;;) {
        const RollBack at_the_end(target);
        begin(target, sql);
        const auto before = find_contents(target, schemas);
        LoadedDdl loaded;
        try {
            for (at = 0; at < order.size(); ++at) {
                const auto one = load_inside(target, order[at]);
                loaded.unchecked_function_bodies = loaded.unchecked_function_bodies || one.unchecked_function_bodies;
            }
        } catch (const Error& error) {
            // The whole is rolled back with a failure, so unlike load_ddl() this cannot go on behind it. Each text can
            // be put behind each other once; what has failed as the last lacks something that none of the others makes.
            if (!lacks_object(error, Dialect::postgresql) || ++put_back > order.size() * order.size()) throw;
            if (at + 1 == order.size()) throw;
            std::rotate(order.begin() + static_cast<std::ptrdiff_t>(at),
                        order.begin() + static_cast<std::ptrdiff_t>(at) + 1, order.end());
            continue;
        }
        read(target);
        if (find_contents(target, schemas) != before) {
            target.rollback();
            begin(target, sql);
            refuse_contents(target, order, schemas);
        }
        return loaded;
    }
}

}  // namespace rev::scratch
