#include "lint/partition_bounds.hpp"

#include <algorithm>
#include <compare>
#include <numeric>
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

bool is_edge(const Node& value, std::string_view word) {
    const auto names = strings_of(value["ColumnRef"]["fields"]);
    return names.size() == 1 && names[0] == word;
}

/// Of two bounds of a range, column by column.
std::optional<std::strong_ordering> order_of_bounds(const Node& left, const Node& right) {
    for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
        const auto rank = [](const Node& value) {
            return is_edge(value, "minvalue") ? -1 : is_edge(value, "maxvalue") ? 1 : 0;
        };
        const auto left_rank = rank(left[i]);
        if (const auto edges = left_rank <=> rank(right[i]); edges != 0) return edges;
        // Behind an edge the other columns do not count.
        if (left_rank != 0) return std::strong_ordering::equal;
        const Node* one = constant_in(left[i]);
        const Node* other = constant_in(right[i]);
        const auto order = one == nullptr || other == nullptr ? std::nullopt : order_of(*one, *other);
        if (!order || *order != 0) return order;
    }
    return std::strong_ordering::equal;
}

bool lists_overlap(const Node& one, const Node& other) {
    return std::ranges::any_of(one.items(), [&](const Node& left) {
        return std::ranges::any_of(other.items(), [&](const Node& right) {
            const Node* a = constant_in(left);
            const Node* b = constant_in(right);
            if (a == nullptr || b == nullptr) return false;
            if (a->has("ival") && b->has("ival")) return (*a)["ival"]["ival"].number == (*b)["ival"]["ival"].number;
            if (a->has("sval") && b->has("sval")) return (*a)["sval"].string("sval") == (*b)["sval"].string("sval");
            return a->flag("isnull") && b->flag("isnull");
        });
    });
}

/// A value has one remainder by each modulus: both partitions take it where the remainders agree by what divides both.
bool hashes_overlap(const Node& one, const Node& other) {
    const auto common = std::gcd(one["modulus"].number, other["modulus"].number);
    return common > 0 && one["remainder"].number % common == other["remainder"].number % common;
}

}  // namespace

bool overlap(const Node& one, const Node& other) {
    if (one.flag("is_default") || other.flag("is_default")) return one.flag("is_default") && other.flag("is_default");
    const auto& strategy = one.string("strategy");
    if (strategy != other.string("strategy")) return false;
    if (strategy == "l") return lists_overlap(one["listdatums"], other["listdatums"]);
    if (strategy == "h") return hashes_overlap(one, other);
    const auto begins = order_of_bounds(one["lowerdatums"], other["upperdatums"]);
    const auto ends = order_of_bounds(other["lowerdatums"], one["upperdatums"]);
    return begins && ends && *begins < 0 && *ends < 0;
}

bool is_empty_range(const Node& bound) {
    if (bound.flag("is_default") || bound.string("strategy") != "r") return false;
    const auto order = order_of_bounds(bound["lowerdatums"], bound["upperdatums"]);
    return order && *order >= 0;
}

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
