#include "lint/expressions.hpp"

#include <algorithm>
#include <array>

namespace rev::lint {
namespace {

// Functions of PostgreSQL that are volatile (pg_proc.provolatile) and can stand in a default, and those of the
// extensions that come with it. Names beginning with pg_ are not listed: all of them count.
constexpr std::array volatile_functions = std::to_array<std::string_view>({
    "clock_timestamp",
    "currval",
    "gen_random_bytes",
    "gen_random_uuid",
    "gen_salt",
    "lastval",
    "lo_creat",
    "lo_create",
    "lo_from_bytea",
    "nextval",
    "query_to_xml",
    "random",
    "random_normal",
    "set_config",
    "setval",
    "timeofday",
    "txid_status",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
    "pgp_sym_encrypt",
    "pgp_pub_encrypt",
    "encrypt_iv",
    "normal_rand",
    "dblink",
    "dblink_exec",
    "nanoid",
    "uuid_generate_v7",
});

bool names_column(const Node& expression, const std::string& column) {
    const Node& fields = expression["ColumnRef"]["fields"];
    return !fields.empty() && fields.items().back()["String"].string("sval") == column;
}

bool is_volatile_call(const Node& call, const Symbols& symbols) {
    const auto names = strings_of(call["funcname"]);
    if (names.empty()) return false;
    const Function* function = symbols.find_function(symbols.resolve_type(named_type(names)));
    // What the history itself has made goes before the lists.
    if (function != nullptr) {
        if (function->inlined) return is_volatile(function->inlined, symbols);
        return function->is_volatile;
    }
    const auto& name = names.back();
    if (name.starts_with("pg_") || std::ranges::find(volatile_functions, name) != volatile_functions.end()) return true;
    // A user's function is volatile unless it says otherwise.
    return names.size() > 1 && names[names.size() - 2] != "pg_catalog" && names[names.size() - 2] != "public" &&
           names[names.size() - 2] != "extensions";
}

}  // namespace

std::set<std::string> columns_in(const Node& expression) {
    std::set<std::string> columns;
    walk(expression, [&](const Node& node) {
        if (node.name != "ColumnRef") return;
        const auto& last = node["fields"].items();
        if (last.empty()) return;
        columns.insert(last.back().has("A_Star") ? "*" : last.back()["String"].string("sval"));
    });
    return columns;
}

std::set<Name> relations_in(const Node& query, const Symbols& symbols) {
    // Names of WITH queries look like tables; the whole statement counts as their scope.
    std::set<std::string> common;
    walk(query, [&](const Node& node) {
        if (node.name == "CommonTableExpr") common.insert(node.string("ctename"));
    });
    std::set<Name> relations;
    walk(query, [&](const Node& node) {
        if (!node.has("relname")) return;
        if (!node.has("schemaname") && common.contains(node.string("relname"))) return;
        relations.insert(symbols.resolve(node));
    });
    return relations;
}

/// As far as PostgreSQL itself works it out: conjunctions prove what any part proves, disjunctions what all do.
bool proves_not_null(const Node& check, const std::string& column) {
    if (const Node& test = check["NullTest"])
        return test.string("nulltesttype") == "IS_NOT_NULL" && names_column(test["arg"], column);
    const Node& combination = check["BoolExpr"];
    const auto& arguments = combination["args"].items();
    const auto proves = [&](const Node& argument) { return proves_not_null(argument, column); };
    if (combination.string("boolop") == "AND_EXPR") return std::ranges::any_of(arguments, proves);
    if (combination.string("boolop") == "OR_EXPR") return !arguments.empty() && std::ranges::all_of(arguments, proves);
    if (combination.string("boolop") != "NOT_EXPR" || arguments.empty()) return false;
    const Node& denied = arguments[0]["NullTest"];
    return denied.string("nulltesttype") == "IS_NULL" && names_column(denied["arg"], column);
}

bool has_proof_of_not_null(const Relation& relation, const std::string& column) {
    return std::ranges::any_of(relation.constraints, [&](const Constraint& constraint) {
        return constraint.kind == Constraint::Kind::check && constraint.is_valid &&
               proves_not_null(constraint.expression, column);
    });
}

bool is_volatile(const Node& expression, const Symbols& symbols) {
    bool found = false;
    walk(expression, [&](const Node& node) {
        if (node.name == "FuncCall") found = found || is_volatile_call(node, symbols);
    });
    return found;
}

std::optional<std::string> find_mutable_part(const Node& expression, const Relation& relation, const Symbols& symbols) {
    static constexpr std::array stable =
        std::to_array<std::string_view>({"now", "statement_timestamp", "transaction_timestamp", "to_char", "to_date",
                                         "to_timestamp", "current_setting"});
    const auto has_time_zone = [&](const Node& node) {
        const Node& fields = node["ColumnRef"]["fields"];
        if (fields.empty()) return false;
        const Column* column = relation.find_column(fields.items().back()["String"].string("sval"));
        return column != nullptr && column->type.name == "timestamptz" && !column->type.is_array;
    };
    std::optional<std::string> found;
    walk(expression, [&](const Node& node) {
        if (found) return;
        if (node.name == "SQLValueFunction") found = "the current time or user";
        if (node.name == "TypeCast" && has_time_zone(node["arg"])) {
            const auto type = type_of(node["typeName"]).name;
            if (type == "date" || type == "time" || type == "timestamp" || type == "text" || type == "varchar")
                found = "a timestamp with time zone read in the session's time zone";
        }
        if (node.name != "FuncCall") return;
        const auto names = strings_of(node["funcname"]);
        const Function* function = symbols.find_function(symbols.resolve_type({"", names.back(), {}, false}));
        const bool is_stable = std::ranges::find(stable, names.back()) != stable.end();
        const bool is_truncated =
            names.back() == "date_trunc" && node["args"].size() == 2 && has_time_zone(node["args"][1U]);
        const bool is_own = function != nullptr && !function->is_immutable && !function->inlined;
        if ((function == nullptr && (is_stable || is_volatile_call(node, symbols))) || is_truncated || is_own)
            found = names.back() + "()";
    });
    return found;
}

std::string sequence_of(const Node& expression) {
    std::string sequence;
    walk(expression, [&](const Node& node) {
        if (node.name != "FuncCall" || strings_of(node["funcname"]).back() != "nextval") return;
        const Node& argument = node["args"][0U];
        // 'name', or 'name'::regclass; a name of type text is looked up each time, and needs nothing.
        const bool is_cast_to_text = strings_of(argument["TypeCast"]["typeName"]["names"]).size() == 1 &&
                                     strings_of(argument["TypeCast"]["typeName"]["names"])[0] == "text";
        const Node& constant = argument.has("TypeCast") ? argument["TypeCast"]["arg"] : argument;
        if (!is_cast_to_text) sequence = constant["A_Const"]["sval"].string("sval");
    });
    return sequence;
}

bool is_null_constant(const Node& expression) {
    if (const Node& cast = expression["TypeCast"]) return is_null_constant(cast["arg"]);
    return expression["A_Const"].flag("isnull");
}

bool is_always_true(const Node& condition) {
    if (const Node& constant = condition["A_Const"]) return constant["boolval"].flag("boolval");
    if (const Node& cast = condition["TypeCast"]) return cast["arg"]["A_Const"]["sval"].string("sval") == "t";
    const Node& comparison = condition["A_Expr"];
    const bool is_equality = strings_of(comparison["name"]) == std::vector<std::string>{"="};
    if (!is_equality) return false;
    const auto number = [](const Node& side) { return side["A_Const"]["ival"]; };
    // `1 = 1`, which generators of SQL write where nothing is to be left out.
    return number(comparison["lexpr"]) && number(comparison["rexpr"]) &&
           number(comparison["lexpr"])["ival"].number == number(comparison["rexpr"])["ival"].number;
}

}  // namespace rev::lint
