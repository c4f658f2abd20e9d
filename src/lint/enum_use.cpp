#include "lint/enum_use.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.hpp"
#include "lint/expressions.hpp"
#include "lint/interpreter.hpp"
#include "sql/statements.hpp"

namespace rev::lint {
namespace {

/// What a constant in quotes becomes where it stands.
enum class Reading { other, value, array };

/// Functions of PostgreSQL whose arguments and result are of one type, or of its arrays.
bool is_polymorphic(std::string_view function) {
    static constexpr std::array names = std::to_array<std::string_view>(
        {"any_value", "array_append", "array_cat", "array_position", "array_positions", "array_prepend", "array_remove",
         "array_replace", "first_value", "lag", "last_value", "lead", "max", "min", "nth_value"});
    return std::ranges::find(names, function) != names.end();
}

/// Looks for one label in one statement. A label is only a string in the text. It counts as the enum's value where it
/// is cast to the type, or meets what is of it: a column, a parameter, another expression.
// Of the types of expressions only as much is known as it takes for that. Where two columns have one name, the enum
// wins: rather one too many is found.
class LabelSearch {
public:
    LabelSearch(const SqlType& type, const std::string& label, const Symbols& symbols)
        : type_(type), label_(label), symbols_(symbols) {}

    [[nodiscard]] bool is_used_in(const Node& statement) {
        if (const Node& function = statement["CreateFunctionStmt"]; function && is_used_in_definition(function))
            return true;
        for (const Name& name : relations_in(statement, symbols_)) add_columns(name);
        add_new_columns(statement);
        bool found = false;
        walk(statement, [&](const Node& node) { found = found || is_use(node) || is_call_of_user(node); });
        return found;
    }

private:
    void add_columns(const Name& name) {
        const Relation* relation = symbols_.find_relation(name);
        if (relation == nullptr || !seen_.insert(name).second) return;
        for (const Column& column : relation->columns) add_column(column.name, column.type);
        // What a view's columns are is not known, but where they come from.
        for (const Name& read : relation->reads) add_columns(read);
    }
    void add_column(const std::string& name, const SqlType& type) {
        if (const auto reading = reading_as(type); reading != Reading::other) columns_[name] = reading;
    }
    /// Those that the statement itself makes; VALUE is the one of a domain.
    void add_new_columns(const Node& statement) {
        walk(statement, [&](const Node& node) {
            if (node.name == "ColumnDef" && node.has("typeName"))
                add_column(node.string("colname"), type_of(node["typeName"]));
        });
        if (const Node& domain = statement["CreateDomainStmt"]) add_column("value", type_of(domain["typeName"]));
    }

    [[nodiscard]] Reading reading_as(const SqlType& type) const {
        const auto base = symbols_.base_of(type);
        // Where one of them names no schema, the search path decides. Rather one too many is found.
        const bool same_schema = base.schema.empty() || type_.schema.empty() || base.schema == type_.schema;
        if (base.name != type_.name || !same_schema) return Reading::other;
        return base.is_array || type.is_array ? Reading::array : Reading::value;
    }

    /// PostgreSQL reads the body of an SQL function when it is made; that of others when they are called.
    [[nodiscard]] bool is_used_in_definition(const Node& function) {
        const Node& options = function["options"];
        for (const Node& item : function["parameters"].items()) {
            const Node& parameter = item["FunctionParameter"];
            add_column(parameter.string("name"), type_of(parameter["argType"]));
            if (is_read(parameter["defexpr"], reading_as(type_of(parameter["argType"])))) return true;
        }
        // A body of BEGIN ATOMIC is no text in the options but part of the tree, which is walked through anyway.
        if (option_of(options, "language")["String"].string("sval") != "sql") return false;
        const auto& body = option_of(options, "as")["List"]["items"][0U]["String"].string("sval");
        return std::ranges::any_of(split_statements(body, Dialect::postgresql), [&](const Statement& each) {
            const auto tree = parse_statement(std::string(each.text));
            return tree && is_used_in(*tree);
        });
    }

    /// Whether a call runs a body that uses it.
    [[nodiscard]] bool is_call_of_user(const Node& node) {
        if (node.name != "FuncCall") return false;
        const auto name = symbols_.resolve(strings_of(node["funcname"]));
        const Function* function = symbols_.find_function(name);
        if (function == nullptr || !called_.insert(name).second) return false;
        const auto is_user = [&](const Node& each) { return is_used_in(each); };
        return std::ranges::any_of(function->statements, is_user) ||
               (!function->definition.empty() && std::ranges::any_of(parse_plpgsql(function->definition), is_user));
    }

    /// Whether the label is in the constant, or where the constant's type comes from its surroundings.
    [[nodiscard]] bool is_read(const Node& expression, Reading reading) const {
        if (reading == Reading::other) return false;
        const auto any_of = [&](const Node& list, Reading each_reading) {
            return std::ranges::any_of(list.items(), [&](const Node& each) { return is_read(each, each_reading); });
        };
        if (expression["A_Const"].has("sval")) {
            const auto& text = expression["A_Const"]["sval"].string("sval");
            return reading == Reading::value ? text == label_ : has_element(text);
        }
        // IN ('a', 'b') has a list where other operators have one constant.
        if (const Node& list = expression["List"]) return any_of(list["items"], reading);
        if (const Node& part = expression["CoalesceExpr"]) return any_of(part["args"], reading);
        if (const Node& part = expression["MinMaxExpr"]) return any_of(part["args"], reading);
        if (const Node& array = expression["A_ArrayExpr"])
            return reading == Reading::array &&
                   (any_of(array["elements"], Reading::value) || any_of(array["elements"], Reading::array));
        const Node& choice = expression["CaseExpr"];
        if (!choice) return false;
        return is_read(choice["defresult"], reading) ||
               std::ranges::any_of(choice["args"].items(),
                                   [&](const Node& each) { return is_read(each["CaseWhen"]["result"], reading); });
    }

    /// Of the text of an array, such as {low,"so so"}.
    [[nodiscard]] bool has_element(std::string_view text) const {
        for (std::size_t at = text.find(label_); at != std::string_view::npos; at = text.find(label_, at + 1)) {
            constexpr std::string_view borders = "{},\" ";
            const bool begins = at > 0 && borders.find(text[at - 1]) != std::string_view::npos;
            const auto end = at + label_.size();
            if (begins && end < text.size() && borders.find(text[end]) != std::string_view::npos) return true;
        }
        return false;
    }

    /// What an expression is by itself, as far as is known.
    [[nodiscard]] Reading reading_of(const Node& expression) const {
        if (const Node& fields = expression["ColumnRef"]["fields"]; !fields.empty()) {
            const auto found = columns_.find(fields.items().back()["String"].string("sval"));
            return found == columns_.end() ? Reading::other : found->second;
        }
        if (const Node& cast = expression["TypeCast"]) return reading_as(type_of(cast["typeName"]));
        if (const Node& list = expression["List"]) return reading_of_any(list["items"]);
        if (const Node& part = expression["CoalesceExpr"]) return reading_of_any(part["args"]);
        if (const Node& part = expression["MinMaxExpr"]) return reading_of_any(part["args"]);
        if (const Node& array = expression["A_ArrayExpr"])
            return reading_of_any(array["elements"]) == Reading::other ? Reading::other : Reading::array;
        if (const Node& part = expression["A_Indirection"])
            return reading_of(part["arg"]) == Reading::array ? Reading::value : Reading::other;
        if (const Node& choice = expression["CaseExpr"]) return reading_of_results(choice);
        if (const Node& call = expression["FuncCall"]) return reading_of_call(call);
        return Reading::other;
    }
    [[nodiscard]] Reading reading_of_any(const Node& list) const {
        for (const Node& each : list.items())
            if (const auto reading = reading_of(each); reading != Reading::other) return reading;
        return Reading::other;
    }
    [[nodiscard]] Reading reading_of_results(const Node& choice) const {
        for (const Node& each : choice["args"].items())
            if (const auto reading = reading_of(each["CaseWhen"]["result"]); reading != Reading::other) return reading;
        return reading_of(choice["defresult"]);
    }
    [[nodiscard]] Reading reading_of_call(const Node& call) const {
        const auto names = strings_of(call["funcname"]);
        if (const Function* function = symbols_.find_function(symbols_.resolve(names)))
            return function->result == shown(type_) ? Reading::value : Reading::other;
        return !names.empty() && is_polymorphic(names.back()) ? reading_of_any(call["args"]) : Reading::other;
    }

    [[nodiscard]] bool is_use(const Node& node) const {
        if (node.name == "TypeCast") return is_read(node["arg"], reading_as(type_of(node["typeName"])));
        if (node.name == "A_Expr") return is_compared(node);
        if (node.name == "CaseExpr") return is_in_choice(node);
        if (node.name == "CoalesceExpr" || node.name == "MinMaxExpr") return is_beside(node["args"]);
        if (node.name == "A_ArrayExpr") return is_beside(node["elements"]);
        if (node.name == "FuncCall") return is_handed_over(node);
        if (node.name == "InsertStmt") return is_inserted(node);
        if (node.name == "UpdateStmt" || node.name == "onConflictClause") return is_assigned(node["targetList"]);
        if (node.name == "MergeWhenClause") return is_merged(node);
        if (node.name == "ColumnDef") return is_default_of(node, type_of(node["typeName"]));
        if (node.name == "CreateDomainStmt") return is_default_of(node, type_of(node["typeName"]));
        if (node.name == "AlterDomainStmt") return is_default_of_domain(node);
        if (node.name == "AlterTableCmd") return is_default_of_column(node);
        if (node.name == "CreateStmt") return is_in_bound(node["inhRelations"][0U]["RangeVar"], node["partbound"]);
        if (node.name == "AlterTableStmt") return is_in_attached_bound(node);
        return false;
    }

    /// Among expressions of one type, one of which is the enum's.
    [[nodiscard]] bool is_beside(const Node& list) const {
        const auto reading = reading_of_any(list);
        return std::ranges::any_of(list.items(), [&](const Node& each) { return is_read(each, reading); });
    }

    [[nodiscard]] bool is_compared(const Node& node) const {
        const auto& kind = node.string("kind");
        if (kind == "AEXPR_LIKE" || kind == "AEXPR_ILIKE" || kind == "AEXPR_SIMILAR") return false;
        const Node& left = node["lexpr"];
        const Node& right = node["rexpr"];
        const auto left_reading = reading_of(left);
        const auto right_reading = reading_of(right);
        if (kind == "AEXPR_OP_ANY" || kind == "AEXPR_OP_ALL")
            return (left_reading == Reading::value && is_read(right, Reading::array)) ||
                   (right_reading == Reading::array && is_read(left, Reading::value));
        const auto names = strings_of(node["name"]);
        const bool joins = !names.empty() && names.back() == "||";
        // A value joined with a constant is a text; an array takes one, or another array.
        if (joins && (left_reading == Reading::array || right_reading == Reading::array))
            return is_read(left, Reading::array) || is_read(right, Reading::array) || is_read(left, Reading::value) ||
                   is_read(right, Reading::value);
        return !joins &&
               (is_read(right, left_reading) || is_read(left, right_reading) || is_read(right, right_reading));
    }

    [[nodiscard]] bool is_in_choice(const Node& node) const {
        const auto compared = reading_of(node["arg"]);
        const auto result = reading_of_results(node);
        return is_read(node["defresult"], result) || std::ranges::any_of(node["args"].items(), [&](const Node& each) {
                   return is_read(each["CaseWhen"]["expr"], compared) || is_read(each["CaseWhen"]["result"], result);
               });
    }

    /// To a function that takes values of the enum, or that goes through all of them.
    [[nodiscard]] bool is_handed_over(const Node& call) const {
        const auto names = strings_of(call["funcname"]);
        if (names.empty()) return false;
        const auto& arguments = call["args"].items();
        if (const Function* function = symbols_.find_function(symbols_.resolve(names))) {
            const auto types = base::split_list(function->parameters, ',');
            for (std::size_t i = 0; i < arguments.size() && i < types.size(); ++i) {
                const auto reading = types[i] == shown(type_)          ? Reading::value
                                     : types[i] == shown(type_) + "[]" ? Reading::array
                                                                       : Reading::other;
                if (is_read(arguments[i], reading)) return true;
            }
            return false;
        }
        if (names.back() == "enum_range" || names.back() == "enum_last")
            return reading_of_any(call["args"]) == Reading::value;
        if (!is_polymorphic(names.back()) || reading_of_any(call["args"]) == Reading::other) return false;
        return std::ranges::any_of(arguments, [&](const Node& each) {
            return is_read(each, Reading::value) || is_read(each, Reading::array);
        });
    }

    [[nodiscard]] Reading reading_of_column(const std::string& column, bool is_element = false) const {
        const auto found = columns_.find(column);
        if (found == columns_.end()) return Reading::other;
        return is_element && found->second == Reading::array ? Reading::value : found->second;
    }

    [[nodiscard]] bool is_assigned(const Node& targets) const {
        return std::ranges::any_of(targets.items(), [&](const Node& item) {
            const Node& target = item["ResTarget"];
            const auto reading = reading_of_column(target.string("name"), !target["indirection"].empty());
            // SET (a, b) = ROW(1, 2): each of them has all of the row, and its own number.
            const Node& several = target["val"]["MultiAssignRef"];
            if (!several) return is_read(target["val"], reading);
            const auto number = static_cast<std::size_t>(several["colno"].number);
            return number > 0 && is_read(several["source"]["RowExpr"]["args"][number - 1], reading);
        });
    }

    [[nodiscard]] bool is_default_of(const Node& definition, const SqlType& type) const {
        return std::ranges::any_of(definition["constraints"].items(), [&](const Node& item) {
            return item["Constraint"].string("contype") == "CONSTR_DEFAULT" &&
                   is_read(item["Constraint"]["raw_expr"], reading_as(type));
        });
    }
    [[nodiscard]] bool is_default_of_domain(const Node& node) const {
        return is_read(node["def"], reading_as(named_type(strings_of(node["typeName"]))));
    }
    [[nodiscard]] bool is_default_of_column(const Node& node) const {
        if (node.string("subtype") == "AT_ColumnDefault")
            return is_read(node["def"], reading_of_column(node.string("name")));
        // ALTER COLUMN ... TYPE ... USING.
        const Node& definition = node["def"]["ColumnDef"];
        return node.string("subtype") == "AT_AlterColumnType" &&
               is_read(definition["raw_default"], reading_as(type_of(definition["typeName"])));
    }

    [[nodiscard]] bool is_in_attached_bound(const Node& node) const {
        return std::ranges::any_of(node["cmds"].items(), [&](const Node& command) {
            return is_in_bound(node["relation"], command["AlterTableCmd"]["def"]["PartitionCmd"]["bound"]);
        });
    }
    /// In the bounds of a partition whose table is divided by the enum.
    [[nodiscard]] bool is_in_bound(const Node& parent, const Node& bound) const {
        if (!bound || !parent.has("relname")) return false;
        const Relation* relation = symbols_.find_relation(symbols_.resolve(parent));
        const bool is_divided_by_it =
            relation != nullptr && std::ranges::any_of(relation->partition_key, [&](const std::string& column) {
                const Column* found = relation->find_column(column);
                return found != nullptr && reading_as(found->type) == Reading::value;
            });
        bool found = false;
        if (is_divided_by_it) walk(bound, [&](const Node& node) { found = found || is_read(node, Reading::value); });
        return found;
    }

    [[nodiscard]] bool is_merged(const Node& clause) const {
        if (is_assigned(clause["targetList"])) return true;
        const auto& targets = clause["targetList"].items();
        const auto& values = clause["values"].items();
        for (std::size_t i = 0; i < targets.size() && i < values.size(); ++i)
            if (is_read(values[i], reading_of_column(targets[i]["ResTarget"].string("name")))) return true;
        return false;
    }

    [[nodiscard]] bool is_inserted(const Node& statement) const {
        std::vector<std::string> targets;
        for (const Node& column : statement["cols"].items()) targets.push_back(column["ResTarget"].string("name"));
        const Relation* relation = symbols_.find_relation(symbols_.resolve(statement["relation"]));
        // INSERT without a list of columns means all of them, in their order.
        if (targets.empty() && relation != nullptr)
            for (const Column& column : relation->columns) targets.push_back(column.name);
        const auto is_for_it = [&](const std::vector<Node>& values) {
            for (std::size_t i = 0; i < values.size() && i < targets.size(); ++i) {
                // A query's list has each value in a ResTarget, a row of VALUES has it bare.
                const Node& value = values[i].has("ResTarget") ? values[i]["ResTarget"]["val"] : values[i];
                if (is_read(value, reading_of_column(targets[i]))) return true;
            }
            return false;
        };
        const Node& query = statement["selectStmt"]["SelectStmt"];
        for (const Node& row : query["valuesLists"].items())
            if (is_for_it(row["List"]["items"].items())) return true;
        return is_for_it(query["targetList"].items());
    }

    const SqlType& type_;
    const std::string& label_;
    const Symbols& symbols_;
    std::map<std::string, Reading> columns_;  ///< of the enum, by name
    std::set<Name> seen_;                     ///< relations whose columns are in columns_
    std::set<Name> called_;                   ///< functions that were looked into
};

}  // namespace

bool uses_label(const Node& statement, const SqlType& type, const std::string& label, const Symbols& symbols) {
    return LabelSearch(type, label, symbols).is_used_in(statement);
}

}  // namespace rev::lint
