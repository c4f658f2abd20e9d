#include <fmt/format.h>

#include <algorithm>

#include "lint/interpreter.hpp"
#include "lint/statement_fix.hpp"
#include "lint/statement_text.hpp"
#include "sql/sql_cursor.hpp"

namespace rev::lint {
namespace {

/// A CREATE INDEX, cut around its name and table.
struct IndexText {
    bool is_unique = false;
    std::string table;
    std::string rest;  ///< from behind the table on
};

IndexText cut_create_index(std::string_view text) {
    IndexText cut;
    sql::SqlCursor cursor(text, Dialect::postgresql);
    (void)cursor.accept("CREATE");
    cut.is_unique = cursor.accept("UNIQUE");
    while (!cursor.at_end() && !cursor.at_word("ON")) cursor.advance();
    (void)cursor.accept("ON");
    (void)cursor.accept("ONLY");
    if (cursor.at_end()) throw NoFix{"it is written in a way that is not known"};
    cut.table = cursor.take_name();
    if (cursor.at_end()) throw NoFix{"it is written in a way that is not known"};
    cut.rest = text.substr(cursor.offset());
    return cut;
}

std::string address_of(const Name& name) {
    return name.schema == "public" ? sql_name(name.name) : sql_name(name.schema) + "." + sql_name(name.name);
}

/// The name that the index of a partition gets from PostgreSQL, where the parent's is built in one statement.
std::string index_of_partition(const Relation& partition, const Node& statement, const Index& parents) {
    if (partition.kind == Relation::Kind::partitioned_table)
        throw NoFix{"a partition has partitions of its own: write it by hand"};
    auto name = default_index_name(partition, statement);
    // NAMEDATALEN of PostgreSQL, without its end.
    constexpr std::size_t longest = 63;
    const bool is_known = std::ranges::any_of(
        partition.indexes, [&](const Index& each) { return each.name == name || each.columns == parents.columns; });
    if (name.size() > longest || is_known)
        throw NoFix{"a partition has such an index, or none can be named as PostgreSQL would: write it by hand"};
    return name;
}

}  // namespace

StatementFix fix_partitioned_index(const FixSubject& subject) {
    const Node& statement = subject.tree["IndexStmt"];
    if (statement.flag("if_not_exists")) throw NoFix{"IF NOT EXISTS: whether it is there is not known"};
    if (!statement["relation"].flag("inh")) throw NoFix{"there is no single safe form of it"};
    const Index& index = made_index(subject);
    const auto text = cut_create_index(subject.text);
    const auto create = [&](std::string_view how, const std::string& name, const std::string& on) {
        return fmt::format("CREATE {}INDEX {}{} ON {} {}", text.is_unique ? "UNIQUE " : "", how, sql_name(name), on,
                           text.rest);
    };
    const Name parent{subject.before->name.schema, index.name};
    StatementFix fix;
    fix.leaves_transactions = true;
    fix.second.push_back(create("", index.name, "ONLY " + text.table));
    for (const auto& [name, partition] : subject.symbols.relations) {
        if (!(partition.parent == subject.before->name)) continue;
        const auto part = index_of_partition(partition, statement, index);
        fix.second.push_back(create("CONCURRENTLY ", part, address_of(name)));
        fix.second.push_back(
            fmt::format("ALTER INDEX {} ATTACH PARTITION {}", address_of(parent), address_of({name.schema, part})));
    }
    fix.second_down = {fmt::format("DROP INDEX IF EXISTS {}", address_of(parent))};
    fix.counterparts = {{.kind = Counterpart::Kind::drop_index, .name = index.name, .is_partitioned = true}};
    fix.names = {index.name};
    return fix;
}

}  // namespace rev::lint
