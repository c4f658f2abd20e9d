#include "lint/enum_use.hpp"

#include <algorithm>
#include <set>

#include "lint/expressions.hpp"
#include "lint/interpreter.hpp"
#include "rev/statements.hpp"

namespace rev::lint {
namespace {

/// Looks for one label in one statement. A label is only a string in the text. It counts as the enum's value where it
/// is cast to the type, or meets a column of it.
class LabelSearch {
public:
    LabelSearch(const SqlType& type, const std::string& label, const Symbols& symbols)
        : type_(type), label_(label), symbols_(symbols) {}

    [[nodiscard]] bool is_used_in(const Node& statement) {
        if (const Node& function = statement["CreateFunctionStmt"]; function && is_used_in_body(function)) return true;
        // By name alone: which table's column it is decides nothing here, and rather one too many is found.
        for (const Name& name : relations_in(statement, symbols_))
            if (const Relation* relation = symbols_.find_relation(name))
                for (const Column& column : relation->columns)
                    if (is_it(column.type)) columns_.insert(column.name);
        bool found = false;
        walk(statement, [&](const Node& node) { found = found || is_use(node); });
        return found;
    }

private:
    /// PostgreSQL reads the body of an SQL function when it is made; that of others when they are called.
    [[nodiscard]] bool is_used_in_body(const Node& function) {
        const Node& options = function["options"];
        // A body of BEGIN ATOMIC is no text in the options but part of the tree, which is walked through anyway.
        if (option_of(options, "language")["String"].string("sval") != "sql") return false;
        for (const Node& item : function["parameters"].items()) {
            const Node& parameter = item["FunctionParameter"];
            if (is_it(type_of(parameter["argType"]))) columns_.insert(parameter.string("name"));
        }
        const auto& body = option_of(options, "as")["List"]["items"][0U]["String"].string("sval");
        return std::ranges::any_of(split_statements(body, Dialect::postgresql), [&](const Statement& each) {
            const auto tree = parse_statement(std::string(each.text));
            return tree && is_used_in(*tree);
        });
    }

    [[nodiscard]] bool is_it(const SqlType& type) const {
        // Where one of them names no schema, the search path decides. Rather one too many is found.
        const bool same_schema = type.schema.empty() || type_.schema.empty() || type.schema == type_.schema;
        return type.name == type_.name && same_schema;
    }
    [[nodiscard]] bool is_label(const Node& expression) const {
        // IN ('a', 'b') has a list where other operators have one constant.
        if (const Node& list = expression["List"])
            return std::ranges::any_of(list["items"].items(), [&](const Node& item) { return is_label(item); });
        return expression["A_Const"]["sval"].string("sval") == label_ && expression["A_Const"].has("sval");
    }
    [[nodiscard]] bool is_its_column(const Node& expression) const {
        const Node& fields = expression["ColumnRef"]["fields"];
        return !fields.empty() && columns_.contains(fields.items().back()["String"].string("sval"));
    }

    [[nodiscard]] bool is_use(const Node& node) const {
        if (node.name == "TypeCast") return is_label(node["arg"]) && is_it(type_of(node["typeName"]));
        if (node.name == "A_Expr")
            return (is_label(node["lexpr"]) && is_its_column(node["rexpr"])) ||
                   (is_label(node["rexpr"]) && is_its_column(node["lexpr"]));
        if (node.name == "UpdateStmt") return is_assigned(node["targetList"]);
        if (node.name == "InsertStmt") return is_inserted(node);
        if (node.name == "ColumnDef") return is_default_of(node);
        if (node.name == "AlterTableCmd" && node.string("subtype") == "AT_ColumnDefault")
            return is_label(node["def"]) && columns_.contains(node.string("name"));
        return false;
    }

    [[nodiscard]] bool is_assigned(const Node& targets) const {
        return std::ranges::any_of(targets.items(), [&](const Node& target) {
            return is_label(target["ResTarget"]["val"]) && columns_.contains(target["ResTarget"].string("name"));
        });
    }

    [[nodiscard]] bool is_default_of(const Node& definition) const {
        if (!is_it(type_of(definition["typeName"]))) return false;
        return std::ranges::any_of(definition["constraints"].items(), [&](const Node& item) {
            return item["Constraint"].string("contype") == "CONSTR_DEFAULT" && is_label(item["Constraint"]["raw_expr"]);
        });
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
                if (is_label(value) && columns_.contains(targets[i])) return true;
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
    std::set<std::string> columns_;
};

}  // namespace

bool uses_label(const Node& statement, const SqlType& type, const std::string& label, const Symbols& symbols) {
    return LabelSearch(type, label, symbols).is_used_in(statement);
}

}  // namespace rev::lint
