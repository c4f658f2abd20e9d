#include <fmt/format.h>

#include <algorithm>

#include "lint/expressions.hpp"
#include "lint/interpreter.hpp"

// Indexes, and what keeps tables and their files in order.

namespace rev::lint {
namespace {

Index index_of(const Node& statement) {
    Index index;
    index.name = statement.string("idxname");
    index.is_unique = statement.flag("unique");
    index.is_plain = !statement.has("whereClause");
    for (const Node& item : statement["indexParams"].items()) {
        const Node& element = item["IndexElem"];
        index.columns.push_back(element.string("name"));
        if (element.has("name")) index.mentions.insert(element.string("name"));
        if (!element.has("expr")) continue;
        index.is_plain = false;
        index.mentions.merge(columns_in(element["expr"]));
    }
    for (const Node& item : statement["indexIncludingParams"].items())
        index.mentions.insert(item["IndexElem"].string("name"));
    if (const Node& predicate = statement["whereClause"]) index.mentions.merge(columns_in(predicate));
    return index;
}

/// What FigureColname() of PostgreSQL makes of an expression; empty: nothing.
std::string name_of_expression(const Node& expression) {
    if (const Node& reference = expression["ColumnRef"]) {
        const auto names = strings_of(reference["fields"]);
        return names.empty() ? std::string() : names.back();
    }
    if (const Node& call = expression["FuncCall"]) {
        const auto names = strings_of(call["funcname"]);
        return names.empty() ? std::string() : names.back();
    }
    if (const Node& cast = expression["TypeCast"]) {
        const auto inner = name_of_expression(cast["arg"]);
        const auto types = strings_of(cast["typeName"]["names"]);
        return inner.empty() && !types.empty() ? types.back() : inner;
    }
    if (const Node& collated = expression["CollateClause"]) return name_of_expression(collated["arg"]);
    if (expression.has("CoalesceExpr")) return "coalesce";
    if (expression.has("CaseExpr")) return "case";
    if (expression.has("A_ArrayExpr")) return "array";
    if (const Node& extreme = expression["MinMaxExpr"])
        return extreme.string("op") == "IS_LEAST" ? "least" : "greatest";
    return {};
}

}  // namespace

std::string default_index_name(const Relation& relation, const Node& statement) {
    std::vector<std::string> names;
    for (const auto* list : {"indexParams", "indexIncludingParams"}) {
        for (const Node& item : statement[list].items()) {
            const Node& element = item["IndexElem"];
            auto stem = element.has("name") ? element.string("name") : name_of_expression(element["expr"]);
            if (stem.empty()) stem = "expr";
            auto name = stem;
            // As ChooseIndexColumnNames() of PostgreSQL does it: b, b1, b2.
            for (int number = 1; std::ranges::find(names, name) != names.end(); ++number)
                name = stem + std::to_string(number);
            names.push_back(std::move(name));
        }
    }
    std::string name = relation.name.name;
    for (const auto& each : names) name += "_" + each;
    return name + "_idx";
}

void Interpreter::create_index(const Node& statement) {
    const Name name = symbols_.resolve(statement["relation"]);
    Relation& relation = relation_or_unknown(name);
    Index index = index_of(statement);
    const bool concurrently = statement.flag("concurrent");
    if (index.name.empty()) index.name = unique_name(relation, default_index_name(relation, statement));
    const bool is_there = symbols_.find_index_owner({name.schema, index.name}) != nullptr;
    if (is_there && statement.flag("if_not_exists")) return;
    if (is_there) return fail(Rule::existing_object, fmt::format("there is an index {} already", index.name));
    // A star is the whole row, and no column's name.
    for (const auto& column : index.mentions)
        if (column != "*") (void)has_column_or_fails(relation, column);
    for (const Node& item : statement["indexParams"].items())
        check_immutable(item["IndexElem"]["expr"], relation, "an index");
    check_immutable(statement["whereClause"], relation, "an index");
    if (index.is_unique) check_partition_key(relation, index.columns, index.name);
    if (concurrently && statement.flag("if_not_exists") && is_old(relation))
        effects_.remarks.push_back(
            {Rule::index_if_not_exists, fmt::format("if a try before left {} INVALID, it stays so", index.name)});
    const bool is_partitioned = relation.kind == Relation::Kind::partitioned_table;
    if (concurrently && is_partitioned)
        fail(Rule::failed,
             fmt::format("an index on the partitioned table {} cannot be created CONCURRENTLY", shown(name)));
    if (concurrently) {
        // It lets others write, but waits for each transaction that has written to the table.
        touch(Rule::lock_timeout, name, LockMode::share_update_exclusive, Work::scan);
    } else if (is_partitioned) {
        // ON ONLY makes the index invalid, on the parent alone, to which those of the partitions are attached.
        const bool only = !statement["relation"].flag("inh");
        const auto is_old_partition = [&](const auto& each) {
            return each.second.parent == name && symbols_.is_old(each.second);
        };
        const bool builds = !only && std::ranges::any_of(symbols_.relations, is_old_partition);
        touch(Rule::create_index, name, LockMode::share, builds ? Work::scan : Work::none,
              fmt::format("index {} is built on each partition", index.name));
    } else {
        touch(Rule::create_index, name, LockMode::share, Work::scan, fmt::format("index {} is built", index.name));
    }
    relation.indexes.push_back(std::move(index));
}

/// What is unique has to be so within one partition.
void Interpreter::check_partition_key(const Relation& relation, const std::vector<std::string>& columns,
                                      const std::string& what) {
    for (const auto& column : relation.partition_key)
        if (std::ranges::find(columns, column) == columns.end())
            return fail(Rule::failed, fmt::format("{} lacks column {} of the partition key of {}", what, column,
                                                  shown(relation.name)));
}

void Interpreter::reindex(const Node& statement) {
    // It takes SHARE UPDATE EXCLUSIVE, which lets others read and write.
    if (has_option(statement["params"], "concurrently")) return;
    const auto& kind = statement.string("kind");
    if (kind == "REINDEX_OBJECT_TABLE") {
        const Name name = symbols_.resolve(statement["relation"]);
        // SHARE on the table, but ACCESS EXCLUSIVE on each index: the planner looks at all of them, so that readers may
        // wait as well.
        return touch(Rule::reindex, name, LockMode::share, Work::scan, "all its indexes are built anew");
    }
    if (kind == "REINDEX_OBJECT_INDEX") {
        const Name index = symbols_.resolve(statement["relation"]);
        const Relation* owner = symbols_.find_index_owner(index);
        const Name name = owner == nullptr ? Name{index.schema, "(the table of " + index.name + ")"} : owner->name;
        return touch(Rule::reindex, name, LockMode::share, Work::scan,
                     fmt::format("index {} is built anew", index.name));
    }
    const auto& schema = statement.string("name");
    for (const auto& [name, relation] : symbols_.relations)
        if (kind != "REINDEX_OBJECT_SCHEMA" || name.schema == schema)
            if (relation.is_table())
                touch(Rule::reindex, name, LockMode::share, Work::scan, "its indexes are built anew");
}

void Interpreter::vacuum(const Node& statement) {
    // ANALYZE is the same node of the tree.
    if (!statement.flag("is_vacuumcmd") || !has_option(statement["options"], "full")) return;
    for (const Node& item : statement["rels"].items())
        touch(Rule::table_rewrite, symbols_.resolve(item["VacuumRelation"]["relation"]), LockMode::access_exclusive,
              Work::rewrite, "VACUUM FULL copies it into a new file");
    if (!statement["rels"].empty()) return;
    for (const auto& [name, relation] : symbols_.relations)
        if (relation.kind == Relation::Kind::table || relation.kind == Relation::Kind::materialized_view)
            touch(Rule::table_rewrite, name, LockMode::access_exclusive, Work::rewrite,
                  "VACUUM FULL copies it into a new file");
}

void Interpreter::cluster(const Node& statement) {
    // CLUSTER alone goes over the tables that were clustered before; which they are only the server knows.
    if (!statement.has("relation")) return;
    touch(Rule::table_rewrite, symbols_.resolve(statement["relation"]), LockMode::access_exclusive, Work::rewrite,
          "CLUSTER copies it into a new file");
}

void Interpreter::refresh(const Node& statement) {
    const Name name = symbols_.resolve(statement["relation"]);
    Relation& view = relation_or_unknown(name);
    view.is_populated = !statement.flag("skipData");
    if (!statement.flag("concurrent"))
        return touch(Rule::refresh_view, name, LockMode::access_exclusive, Work::rewrite,
                     statement.flag("skipData") ? "it is emptied, and cannot be read" : "its query runs");
    const auto is_fit = [](const Index& index) { return index.is_unique && index.is_plain; };
    if (view.kind == Relation::Kind::materialized_view && std::ranges::none_of(view.indexes, is_fit))
        fail(Rule::failed, fmt::format("REFRESH ... CONCURRENTLY needs a unique index on columns of {}, which has none",
                                       shown(name)));
}

}  // namespace rev::lint
