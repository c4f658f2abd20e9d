#include "lint/partition_bounds.hpp"

#include <algorithm>
#include <compare>
#include <optional>
#include <string_view>
#include <vector>

#include "lint/expressions.hpp"

namespace rev::lint {
namespace {

/// `column operation constant`.
struct Comparison {
    std::string operation;
    const Node* constant = nullptr;
};

const Node* constant_in(const Node& expression) {
    if (const Node& cast = expression["TypeCast"]) return constant_in(cast["arg"]);
    const Node& constant = expression["A_Const"];
    return constant ? &constant : nullptr;
}

/// nullopt: of two kinds, or texts whose order is not that of their letters.
std::optional<std::strong_ordering> order_of(const Node& left, const Node& right) {
    if (left.has("ival") && right.has("ival")) return left["ival"]["ival"].number <=> right["ival"]["ival"].number;
    if (!left.has("sval") || !right.has("sval")) return std::nullopt;
    const auto& one = left["sval"].string("sval");
    const auto& other = right["sval"].string("sval");
    // Dates as ISO 8601 has them: of one length, and in the order of their digits.
    const auto is_date = [](const std::string& text) {
        return !text.empty() && text.find_first_not_of("0123456789-: ") == std::string::npos;
    };
    if (one.size() != other.size() || !is_date(one) || !is_date(other)) return std::nullopt;
    return one <=> other;
}

/// Adds the comparisons that an expression is a conjunction of. False: it has parts of other kinds, whose meaning is
/// open.
bool add_comparisons(const Node& expression, const std::string& column, std::vector<Comparison>& comparisons) {
    if (expression["NullTest"]) return true;
    if (const Node& combination = expression["BoolExpr"])
        return combination.string("boolop") == "AND_EXPR" &&
               std::ranges::all_of(combination["args"].items(), [&](const Node& argument) {
                   return add_comparisons(argument, column, comparisons);
               });
    const Node& comparison = expression["A_Expr"];
    const auto operation = strings_of(comparison["name"]);
    const Node* constant = constant_in(comparison["rexpr"]);
    const bool is_of_column = comparison["lexpr"].has("ColumnRef") && columns_in(comparison["lexpr"]).contains(column);
    if (comparison.string("kind") != "AEXPR_OP" || operation.size() != 1 || constant == nullptr || !is_of_column)
        return false;
    comparisons.push_back({operation[0], constant});
    return true;
}

/// The only constant of a bound; nullptr: MINVALUE, MAXVALUE, an expression.
const Node* only_constant(const Node& values) { return values.size() == 1 ? constant_in(values[0U]) : nullptr; }

/// Whether no comparison keeps values from being less than the lower bound. nullopt: it is open.
std::optional<bool> goes_below(const Node& bound, const std::vector<Comparison>& comparisons) {
    for (const auto& [operation, constant] : comparisons) {
        if (operation != ">=" && operation != ">" && operation != "=") continue;
        const auto order = order_of(*constant, bound);
        if (!order || *order >= 0) return order ? std::optional(false) : std::nullopt;
    }
    return true;
}

/// The upper bound itself is outside.
std::optional<bool> goes_above(const Node& bound, const std::vector<Comparison>& comparisons) {
    for (const auto& [operation, constant] : comparisons) {
        if (operation != "<" && operation != "<=" && operation != "=") continue;
        const auto order = order_of(*constant, bound);
        if (!order) return std::nullopt;
        // `<=` of a whole number or a date may be `<` of the next one, which PostgreSQL does not work out.
        if (operation == "<" ? *order <= 0 : *order < 0) return false;
    }
    return true;
}

}  // namespace

bool leaves_bounds(const Relation& partition, const std::set<std::string>& key, const Node& bound) {
    if (key.size() != 1 || bound.string("strategy") != "r") return false;
    std::vector<Comparison> comparisons;
    for (const Constraint& check : partition.constraints) {
        const bool counts = check.kind == Constraint::Kind::check && check.is_valid &&
                            columns_in(check.expression).contains(*key.begin());
        if (counts && !add_comparisons(check.expression, *key.begin(), comparisons)) return false;
    }
    const Node* lower = only_constant(bound["lowerdatums"]);
    const Node* upper = only_constant(bound["upperdatums"]);
    return (lower != nullptr && goes_below(*lower, comparisons).value_or(false)) ||
           (upper != nullptr && goes_above(*upper, comparisons).value_or(false));
}

}  // namespace rev::lint
