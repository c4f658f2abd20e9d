#include <fmt/format.h>

#include <algorithm>

#include "lint/expressions.hpp"
#include "lint/interpreter.hpp"

// Statements that read and change rows.

namespace rev::lint {
namespace {

// TRIGGER_TYPE_* of PostgreSQL's pg_trigger.h.
constexpr long long on_insert = 1 << 2;
constexpr long long on_delete = 1 << 3;
constexpr long long on_update = 1 << 4;

bool is_column(const Node& side, const std::string& column) {
    const Node& fields = side["ColumnRef"]["fields"];
    return !fields.empty() && fields.items().back()["String"].string("sval") == column;
}

/// A comparison that an index on the column can answer: with a constant, a parameter, a list of them, or a few rows of
/// a query.
bool can_use_index(const Node& condition, const std::string& column) {
    const Node& combination = condition["BoolExpr"];
    const auto can = [&](const Node& argument) { return can_use_index(argument, column); };
    if (combination.string("boolop") == "AND_EXPR") return std::ranges::any_of(combination["args"].items(), can);
    if (combination.string("boolop") == "OR_EXPR") return std::ranges::all_of(combination["args"].items(), can);
    if (const Node& test = condition["NullTest"])
        return test.string("nulltesttype") == "IS_NULL" && columns_in(test["arg"]).contains(column);
    if (const Node& query = condition["SubLink"])
        return query.string("subLinkType") == "ANY_SUBLINK" && is_column(query["testexpr"], column) &&
               query["subselect"]["SelectStmt"].has("limitCount");
    const Node& comparison = condition["A_Expr"];
    const auto operators = strings_of(comparison["name"]);
    // `<>` and ILIKE leave an index of the usual kind unused.
    if (!comparison || operators.empty() || operators[0] == "<>" || operators[0] == "~~*") return false;
    const auto is_it = [&](const Node& side) { return is_column(side, column); };
    const auto is_constant = [&](const Node& side) { return columns_in(side).empty(); };
    return (is_it(comparison["lexpr"]) && is_constant(comparison["rexpr"])) ||
           (is_it(comparison["rexpr"]) && is_constant(comparison["lexpr"]));
}

/// Equalities of columns, and nothing that leaves rows out but for want of a partner.
bool is_join_alone(const Node& condition) {
    const Node& combination = condition["BoolExpr"];
    if (combination.string("boolop") == "AND_EXPR")
        return std::ranges::all_of(combination["args"].items(), is_join_alone);
    const Node& comparison = condition["A_Expr"];
    return strings_of(comparison["name"]) == std::vector<std::string>{"="} && comparison["lexpr"].has("ColumnRef") &&
           comparison["rexpr"].has("ColumnRef");
}

}  // namespace

bool Interpreter::is_selective(const Name& name, const Node& condition) const {
    if (!condition) return false;
    const Relation* relation = symbols_.find_relation(name);
    if (relation == nullptr) return false;
    return std::ranges::any_of(relation->indexes, [&](const Index& index) {
        return !index.columns.empty() && !index.columns[0].empty() && can_use_index(condition, index.columns[0]);
    });
}

/// No condition, one that is always true, or `column IS NULL` of a column that this plan added empty.
bool Interpreter::is_every_row(const Relation* relation, const Node& condition) const {
    if (!condition || is_always_true(condition)) return true;
    const Node& test = condition["NullTest"];
    if (relation == nullptr || test.string("nulltesttype") != "IS_NULL") return false;
    const Node& fields = test["arg"]["ColumnRef"]["fields"];
    if (fields.empty()) return false;
    const Column* column = relation->find_column(fields.items().back()["String"].string("sval"));
    return column != nullptr && column->made_in == symbols_.plan && !column->has_default;
}

/// Whether a FROM clause is one table of before.
bool Interpreter::is_old_table(const Node& from) const {
    // FROM has a list, MERGE ... USING one.
    const Node& source = from.has("RangeVar") ? from["RangeVar"] : from[0U]["RangeVar"];
    if (!from.has("RangeVar") && from.size() != 1) return false;
    return source && symbols_.is_old(symbols_.resolve(source));
}

void Interpreter::change_rows(const Node& statement, bool is_delete) {
    use_common_tables(statement);
    const Name name = symbols_.resolve(statement["relation"]);
    const Relation* relation = symbols_.find_relation(name);
    touch(Rule::lock_timeout, name, LockMode::row_exclusive);
    fire_triggers(name, is_delete ? on_delete : on_update);
    if (relation != nullptr)
        for (const Node& target : statement["targetList"].items())
            (void)has_column_or_fails(*relation, target["ResTarget"].string("name"));
    if (!symbols_.is_old(name)) return;
    const Node& condition = statement["whereClause"];
    const bool is_joined = statement.has("fromClause") || statement.has("usingClause");
    // DELETE ... USING removes only rows that have a partner; UPDATE ... FROM with no condition mostly changes all.
    const bool is_every = (is_every_row(relation, condition) && !(is_joined && is_delete)) ||
                          (!is_delete && is_old_table(statement["fromClause"]) && is_join_alone(condition));
    if (is_every) {
        effects_.all_rows = name;
        effects_.is_delete = is_delete;
    }
    if (!is_selective(name, condition)) effects_.backfills = name;
}

void Interpreter::update(const Node& statement) { change_rows(statement, false); }
void Interpreter::remove_rows(const Node& statement) { change_rows(statement, true); }

void Interpreter::use_common_tables(const Node& statement) {
    for (const Node& item : statement["withClause"]["ctes"].items()) {
        const Node& query = item["CommonTableExpr"]["ctequery"];
        // Data-modifying WITH queries run to their end, whatever the outer statement reads of them.
        if (query.has("UpdateStmt")) change_rows(query["UpdateStmt"], false);
        if (query.has("DeleteStmt")) change_rows(query["DeleteStmt"], true);
        if (query.has("InsertStmt")) insert(query["InsertStmt"]);
    }
}

void Interpreter::insert(const Node& statement) {
    use_common_tables(statement);
    const Name name = symbols_.resolve(statement["relation"]);
    touch(Rule::lock_timeout, name, LockMode::row_exclusive);
    fire_triggers(name, on_insert);
    if (const Relation* relation = symbols_.find_relation(name))
        for (const Node& column : statement["cols"].items())
            (void)has_column_or_fails(*relation, column["ResTarget"].string("name"));
    read_rows(statement["selectStmt"]["SelectStmt"]);
}

/// A query whose result is stored: the tables that it goes through.
void Interpreter::read_rows(const Node& query) {
    if (!query.has("fromClause")) return;
    for (const Name& read : relations_in(query, symbols_)) {
        const Relation* relation = symbols_.find_relation(read);
        const bool is_large = relation != nullptr && relation->is_table() && symbols_.is_old(*relation);
        if (is_large && !is_selective(read, query["whereClause"])) effects_.backfills = read;
    }
}

void Interpreter::merge(const Node& statement) {
    const Name name = symbols_.resolve(statement["relation"]);
    touch(Rule::lock_timeout, name, LockMode::row_exclusive);
    const bool is_every =
        symbols_.is_old(name) && is_old_table(statement["sourceRelation"]) && is_join_alone(statement["joinCondition"]);
    for (const Node& item : statement["mergeWhenClauses"].items()) {
        const Node& action = item["MergeWhenClause"];
        const bool changes =
            action.string("commandType") == "CMD_UPDATE" || action.string("commandType") == "CMD_DELETE";
        if (!is_every || !changes || !action.flag("matched") || action.has("condition")) continue;
        effects_.all_rows = name;
        effects_.is_delete = action.string("commandType") == "CMD_DELETE";
    }
}

void Interpreter::copy(const Node& statement) {
    if (statement.has("relation") && statement.flag("is_from"))
        touch(Rule::lock_timeout, symbols_.resolve(statement["relation"]), LockMode::row_exclusive);
}

void Interpreter::truncate(const Node& statement) {
    std::vector<Name> named;
    for (const Node& item : statement["relations"].items()) named.push_back(symbols_.resolve(item["RangeVar"]));
    for (const Name& name : named) {
        touch(Rule::truncate, name, LockMode::access_exclusive);
        if (symbols_.is_old(name)) lose(Rule::truncate, fmt::format("all rows of {} are lost", shown(name)));
        for (const auto& [other, relation] : symbols_.relations) {
            // Tables that are emptied together may refer to each other.
            if (std::ranges::find(named, other) != named.end()) continue;
            for (const Constraint& constraint : relation.constraints) {
                if (constraint.kind != Constraint::Kind::foreign_key || !(constraint.referenced == name)) continue;
                if (cascades(statement)) {
                    if (symbols_.is_old(other))
                        fail(Rule::cascade, fmt::format("CASCADE empties {} too", shown(other)));
                } else {
                    fail(Rule::dependents, fmt::format("{} cannot be emptied while foreign key {} of {} refers to it",
                                                       shown(name), constraint.name, shown(other)));
                }
            }
        }
    }
}

}  // namespace rev::lint
