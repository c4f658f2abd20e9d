#include <fmt/format.h>
#include <algorithm>

#include "base/text.hpp"
#include "lint/expressions.hpp"
#include "lint/interpreter.hpp"
#include "sql/statements.hpp"

// What CREATE TABLE and its like make, and what they do to the tables that they name.

namespace rev::lint {
namespace {

/// The columns of a query's result, where its text tells.
void add_result_columns(const Node& query, const Node& names, PlanNumber plan, Relation& relation) {
    const Node& select = query["SelectStmt"];
    const auto& targets = select["targetList"].items();
    if (targets.empty()) relation.is_complete = false;
    for (const Node& target : targets) {
        const Node& result = target["ResTarget"];
        Column column;
        column.made_in = plan;
        column.name = result.string("name");
        if (column.name.empty()) {
            const Node& fields = result["val"]["ColumnRef"]["fields"];
            if (!fields.empty()) column.name = fields.items().back()["String"].string("sval");
        }
        if (column.name.empty()) relation.is_complete = false;
        if (!column.name.empty()) relation.columns.push_back(std::move(column));
    }
    const auto given = strings_of(names);
    for (std::size_t i = 0; i < given.size() && i < relation.columns.size(); ++i) relation.columns[i].name = given[i];
}

/// What the body of a function in SQL runs.
std::vector<Node> statements_of_sql(const Node& definition, bool is_sql) {
    std::vector<Node> statements;
    if (!is_sql) return statements;
    if (definition.has("sql_body")) {
        for (const Node& list : definition["sql_body"]["List"]["items"].items())
            for (const Node& each : list["List"]["items"].items()) statements.push_back(each);
        return statements;
    }
    const auto source = option_of(definition["options"], "as")["List"]["items"][0U]["String"].string("sval");
    for (const Statement& each : split_statements(source, Dialect::postgresql))
        if (auto tree = parse_statement(std::string(each.text))) statements.push_back(std::move(*tree));
    return statements;
}

bool is_temporary(const Node& range_var) {
    return range_var.string("relpersistence") == "t" || range_var.string("schemaname") == "pg_temp";
}

}  // namespace

bool Interpreter::refuses_existing(const Name& name, const Node& statement) {
    const Relation* found = symbols_.find_relation(name);
    if (found == nullptr) return false;
    if (!statement.flag("if_not_exists"))
        fail(Rule::existing_object, fmt::format("there is a relation {} already", shown(name)));
    return true;
}

void Interpreter::create_table(const Node& statement) {
    const Node& range_var = statement["relation"];
    Relation relation;
    // A new table goes into the first schema of the path, whatever stands in the others.
    relation.name = {range_var.has("schemaname")    ? range_var.string("schemaname")
                     : symbols_.search_path.empty() ? "public"
                                                    : symbols_.search_path.front(),
                     range_var.string("relname")};
    relation.is_temporary = is_temporary(range_var);
    // A temporary table hides one of the same name instead of clashing with it.
    if (!relation.is_temporary && refuses_existing(relation.name, statement)) return;
    relation.made_in = symbols_.plan;
    relation.is_unlogged = range_var.string("relpersistence") == "u";
    if (const Node& partitioned = statement["partspec"]) {
        relation.kind = Relation::Kind::partitioned_table;
        for (const Node& part : partitioned["partParams"].items()) {
            const auto& name = part["PartitionElem"].string("name");
            if (!name.empty()) relation.partition_key.insert(name);
        }
    }
    if (statement.has("ofTypename")) relation.is_complete = false;
    const bool is_partition = statement.has("partbound");
    relation.bound = statement["partbound"];
    relation.is_default_partition = statement["partbound"].flag("is_default");
    inherit_from(statement["inhRelations"], is_partition, relation);
    const Name name = relation.name;
    Relation& made = symbols_.relations[name] = std::move(relation);
    // Columns first: a constraint may name one that comes after it.
    for (const Node& element : statement["tableElts"].items())
        if (const Node& definition = element["ColumnDef"]) {
            Column column = column_of(definition);
            name_sequence(made, column, definition);
            made.columns.push_back(std::move(column));
        }
    for (const Node& element : statement["tableElts"].items()) {
        if (const Node& definition = element["ColumnDef"]) {
            Column* column = made.find_column(definition.string("colname"));
            if (column != nullptr) add_column_constraints(made, *column, definition);
        } else if (const Node& constraint = element["Constraint"]) {
            add_constraint(made, constraint, nullptr);
        } else if (const Node& like = element["TableLikeClause"]) {
            copy_like(like, made);
        }
    }
    // There are no rows yet that NOT VALID could leave unchecked.
    for (Constraint& constraint : made.constraints) constraint.is_valid = true;
}

void Interpreter::inherit_from(const Node& parents, bool as_partition, Relation& relation) {
    for (const Node& item : parents.items()) {
        const Name name = symbols_.resolve(item["RangeVar"]);
        const Relation* parent = symbols_.find_relation(name);
        if (parent == nullptr) relation.is_complete = false;
        if (as_partition) check_bounds(name, relation.name, relation.bound);
        if (as_partition) relation.parent = name;
        touch(Rule::lock_timeout, name, as_partition ? LockMode::access_exclusive : LockMode::share_update_exclusive);
        if (parent == nullptr) continue;
        for (Column column : parent->columns) {
            column.made_in = symbols_.plan;
            relation.columns.push_back(std::move(column));
        }
        if (!parent->is_complete) relation.is_complete = false;
        for (const Constraint& constraint : parent->constraints) relation.constraints.push_back(constraint);
        for (const Index& index : parent->indexes) relation.indexes.push_back(index);
        if (!as_partition || relation.is_default_partition) continue;
        // Rows of the default partition may belong into the new one: it is read, unless a check excludes them.
        for (const auto& [other, partition] : symbols_.relations)
            if (partition.parent == name && partition.is_default_partition)
                touch(Rule::table_scan, other, LockMode::access_exclusive, Work::scan,
                      "its rows are compared with the bounds of the new partition");
    }
}

void Interpreter::copy_like(const Node& clause, Relation& relation) {
    // TableLikeOption of PostgreSQL's parsenodes.h.
    constexpr long long indexes = 1 << 6;
    constexpr long long constraints = 1 << 2;
    constexpr long long defaults = 1 << 3;
    const Relation* other = symbols_.find_relation(symbols_.resolve(clause["relation"]));
    if (other == nullptr || !other->is_complete) relation.is_complete = false;
    if (other == nullptr) return;
    const auto options = clause["options"].number;
    for (Column column : other->columns) {
        column.made_in = symbols_.plan;
        column.has_default = column.has_default && (options & defaults) != 0;
        if (!column.has_default || column.is_identity) column.sequence.clear();
        relation.columns.push_back(std::move(column));
    }
    for (const Constraint& constraint : other->constraints) {
        const bool is_check = constraint.kind == Constraint::Kind::check;
        const bool is_foreign = constraint.kind == Constraint::Kind::foreign_key;
        // LIKE never copies foreign keys.
        if (!is_foreign && (options & (is_check ? constraints : indexes)) != 0)
            relation.constraints.push_back(constraint);
    }
    if ((options & indexes) == 0) return;
    for (Index index : other->indexes) {
        // The copies are named for the new table.
        if (index.name.starts_with(other->name.name))
            index.name = relation.name.name + index.name.substr(other->name.name.size());
        relation.indexes.push_back(std::move(index));
    }
}

void Interpreter::create_table_as(const Node& statement) {
    const Node& range_var = statement["into"]["rel"];
    Relation relation;
    relation.name = symbols_.resolve(range_var);
    relation.is_temporary = is_temporary(range_var);
    if (!relation.is_temporary && refuses_existing(relation.name, statement)) return;
    relation.made_in = symbols_.plan;
    if (statement.string("objtype") == "OBJECT_MATVIEW") {
        relation.kind = Relation::Kind::materialized_view;
        relation.reads = relations_in(statement["query"], symbols_);
        relation.reads_columns = columns_in(statement["query"]);
    }
    relation.is_populated = !statement["into"].flag("skipData");
    if (relation.is_populated) read_rows(statement["query"]["SelectStmt"]);
    add_result_columns(statement["query"], statement["into"]["colNames"], symbols_.plan, relation);
    symbols_.relations[relation.name] = std::move(relation);
}

void Interpreter::create_view(const Node& statement) {
    Relation relation;
    relation.kind = Relation::Kind::view;
    relation.name = symbols_.resolve(statement["view"]);
    relation.is_temporary = is_temporary(statement["view"]);
    const Relation* before = symbols_.find_relation(relation.name);
    if (before != nullptr && !relation.is_temporary && !statement.flag("replace"))
        return fail(Rule::existing_object, fmt::format("there is a relation {} already", shown(relation.name)));
    // CREATE OR REPLACE keeps the view: it is as old as it was.
    relation.made_in = before == nullptr ? symbols_.plan : before->made_in;
    relation.reads = relations_in(statement["query"], symbols_);
    relation.reads_columns = columns_in(statement["query"]);
    add_result_columns(statement["query"], statement["aliases"], symbols_.plan, relation);
    if (before != nullptr && before->kind == Relation::Kind::view && !relation.is_temporary)
        check_replaced_view(*before, relation);
    symbols_.relations[relation.name] = std::move(relation);
}

/// A view keeps the columns that it has, in their order.
void Interpreter::check_replaced_view(const Relation& before, const Relation& after) {
    if (!before.is_complete || !after.is_complete) return;
    for (std::size_t i = 0; i < before.columns.size(); ++i)
        if (i >= after.columns.size() || after.columns[i].name != before.columns[i].name)
            return fail(Rule::failed, fmt::format("CREATE OR REPLACE VIEW cannot drop, rename or move column {} of {}",
                                                  before.columns[i].name, shown(before.name)));
}

void Interpreter::create_sequence(const Node& statement) {
    Relation relation;
    relation.kind = Relation::Kind::sequence;
    relation.name = symbols_.resolve(statement["sequence"]);
    if (refuses_existing(relation.name, statement)) return;
    relation.made_in = symbols_.plan;
    symbols_.relations[relation.name] = std::move(relation);
}

void Interpreter::create_enum(const Node& statement) {
    const Name name = symbols_.resolve_type(named_type(strings_of(statement["typeName"])));
    refuse_type(name);
    symbols_.enums[name] = {strings_of(statement["vals"]), symbols_.plan};
}

/// A table's rows are a type of its name, too.
void Interpreter::refuse_type(const Name& name) {
    const Relation* relation = symbols_.find_relation(name);
    const bool has_row_type = relation != nullptr && relation->kind != Relation::Kind::sequence;
    const bool is_taken = has_row_type || symbols_.domains.contains(name) || symbols_.other_types.contains(name);
    // Types may have moved where not all that has run is known.
    if (symbols_.enums.contains(name) || (is_taken && symbols_.is_complete))
        fail(Rule::existing_object, fmt::format("there is a type {} already", shown(name)));
}

void Interpreter::create_domain(const Node& statement) {
    Domain domain;
    domain.base = type_of(statement["typeName"]);
    for (const Node& item : statement["constraints"].items()) {
        const auto& kind = item["Constraint"].string("contype");
        domain.has_constraints = domain.has_constraints || kind == "CONSTR_CHECK" || kind == "CONSTR_NOTNULL";
        domain.has_default = domain.has_default || kind == "CONSTR_DEFAULT";
    }
    const Name name = symbols_.resolve_type(named_type(strings_of(statement["domainname"])));
    refuse_type(name);
    symbols_.domains[name] = std::move(domain);
}

void Interpreter::create_composite_type(const Node& statement) {
    const Node& range_var = statement["typevar"];
    if (range_var) symbols_.other_types.insert(symbols_.resolve(range_var));
    const auto names = strings_of(statement["typeName"]);
    if (!names.empty()) symbols_.other_types.insert(symbols_.resolve(names));
}

void Interpreter::create_function(const Node& statement) {
    const Node& options = statement["options"];
    Function function;
    const auto& volatility = option_of(options, "volatility")["String"].string("sval");
    // VOLATILE is what a function is that says nothing.
    function.is_volatile = volatility.empty() || volatility == "volatile";
    function.is_immutable = volatility == "immutable";
    for (const Node& item : statement["parameters"].items()) {
        const Node& parameter = item["FunctionParameter"];
        function.parameters += shown(type_of(parameter["argType"])) + ",";
        const auto& mode = parameter.string("mode");
        if (mode != "FUNC_PARAM_OUT" && mode != "FUNC_PARAM_TABLE") function.names.push_back(parameter.string("name"));
    }
    function.result = (statement["returnType"].flag("setof") ? "setof " : "") + shown(type_of(statement["returnType"]));
    const auto& language = option_of(options, "language")["String"].string("sval");
    if (language == "plpgsql") function.definition = text_;
    const bool is_sql = language == "sql" || statement.has("sql_body");
    // A call of a simple SQL function is replaced by its body, whose volatility then counts: see inline_function() of
    // PostgreSQL's clauses.c.
    const bool may_inline = is_sql && !has_option(options, "security") && !option_of(options, "set") &&
                            !statement["returnType"].flag("setof");
    Node select;
    if (may_inline && statement.has("sql_body")) {
        const Node& body = statement["sql_body"]["List"]["items"][0U]["List"]["items"];
        const Node& single = statement["sql_body"];
        if (body.size() == 1) select = body[0U]["SelectStmt"];
        if (const Node& result = single["ReturnStmt"]) function.inlined = result["returnval"];
    } else if (may_inline) {
        const auto source = option_of(options, "as")["List"]["items"][0U]["String"].string("sval");
        if (const auto body = parse_statement(source)) select = (*body)["SelectStmt"];
    }
    function.statements = statements_of_sql(statement, is_sql);
    const bool is_expression = select["targetList"].size() == 1 && !select.has("fromClause") &&
                               !select.has("whereClause") && !select.has("withClause") && !select.has("groupClause") &&
                               !select.has("limitCount") && !select.has("sortClause");
    if (is_expression) function.inlined = select["targetList"][0U]["ResTarget"]["val"];
    // One that promises more than its body keeps is not inlined.
    if (function.inlined && !function.is_volatile && is_volatile(function.inlined, symbols_)) function.inlined = Node();
    const Name name = symbols_.resolve_type(named_type(strings_of(statement["funcname"])));
    const auto found = symbols_.functions.find(name);
    const bool replaces = statement.flag("replace");
    // Where one name has several functions, what is known may be of another.
    if (replaces && found != symbols_.functions.end() && found->second.parameters == function.parameters &&
        found->second.result != function.result && !found->second.is_overloaded)
        fail(Rule::failed,
             fmt::format("CREATE OR REPLACE cannot change what {} returns, {}", shown(name), found->second.result));
    if (replaces && found != symbols_.functions.end() && found->second.parameters == function.parameters &&
        !found->second.is_overloaded)
        check_parameter_names(name, found->second, function);
    if (!replaces && symbols_.is_complete && found != symbols_.functions.end() &&
        found->second.parameters == function.parameters && !found->second.is_overloaded)
        fail(Rule::existing_object, fmt::format("there is a function {} with these arguments already", shown(name)));
    function.is_overloaded = found != symbols_.functions.end() && (found->second.is_overloaded || !replaces);
    // An overload: the calls of both are told apart by nothing here, so the more dangerous one counts.
    if (found != symbols_.functions.end() && !replaces) function.is_volatile |= found->second.is_volatile;
    symbols_.functions[name] = std::move(function);
}

/// Calls may name them: so a name that is there stays, and only a parameter without one may get one.
void Interpreter::check_parameter_names(const Name& name, const Function& before, const Function& now) {
    for (std::size_t i = 0; i < std::min(before.names.size(), now.names.size()); ++i) {
        if (before.names[i].empty() || before.names[i] == now.names[i]) continue;
        return fail(Rule::failed, fmt::format("CREATE OR REPLACE cannot change the name of parameter {} of {}",
                                              before.names[i], shown(name)));
    }
}

void Interpreter::create_trigger(const Node& statement) {
    const Name table = symbols_.resolve(statement["relation"]);
    touch(Rule::lock_timeout, table, LockMode::share_row_exclusive);
    Relation* relation = symbols_.find_relation(table);
    const auto function = strings_of(statement["funcname"]);
    if (relation == nullptr || function.empty()) return;
    TablePart trigger;
    trigger.columns = columns_in(statement["whenClause"]);
    for (auto& column : strings_of(statement["columns"])) trigger.columns.insert(std::move(column));
    trigger.function = function.back();
    trigger.events = statement["events"].number;
    const bool is_there = symbols_.is_complete && relation->parts.contains(statement.string("trigname"));
    if (is_there && !statement.flag("replace"))
        fail(Rule::existing_object,
             fmt::format("{} has a trigger {} already", shown(table), statement.string("trigname")));
    relation->parts[statement.string("trigname")] = std::move(trigger);
}

void Interpreter::create_policy(const Node& statement) {
    const Name table = symbols_.resolve(statement["table"]);
    touch(Rule::lock_timeout, table, LockMode::access_exclusive);
    Relation* relation = symbols_.find_relation(table);
    if (relation == nullptr) return;
    TablePart policy;
    policy.is_trigger = false;
    policy.columns = columns_in(statement["qual"]);
    policy.columns.merge(columns_in(statement["with_check"]));
    bool asks_others = false;
    walk(statement, [&](const Node& node) { asks_others = asks_others || node.name == "SubLink"; });
    for (const auto& column : policy.columns)
        if (!asks_others && column != "*") (void)has_column_or_fails(*relation, column);
    // ALTER POLICY comes here as well, and says no command.
    const bool makes = statement.has("cmd_name") && symbols_.is_complete;
    if (makes && relation->parts.contains(statement.string("policy_name")))
        fail(Rule::existing_object,
             fmt::format("{} has a policy {} already", shown(table), statement.string("policy_name")));
    relation->parts[statement.string("policy_name")] = std::move(policy);
}

void Interpreter::create_rule(const Node& statement) {
    touch(Rule::lock_timeout, symbols_.resolve(statement["relation"]), LockMode::access_exclusive);
}

void Interpreter::alter_enum(const Node& statement) {
    const SqlType type = named_type(strings_of(statement["typeName"]));
    const auto& before = statement.string("oldVal");
    const auto& label = statement.string("newVal");
    Enum* found = symbols_.find_enum(type);
    if (found == nullptr) return;
    auto& labels = found->labels;
    const bool has_label = std::ranges::find(labels, label) != labels.end();
    if (has_label) {
        if (!statement.flag("skipIfNewValExists"))
            fail(Rule::existing_object, fmt::format("the type {} has a value '{}' already", shown(type), label));
        return;
    }
    if (before.empty()) {
        labels.push_back(label);
        return;
    }
    if (found->made_in != symbols_.plan)
        lose(Rule::rename, fmt::format("the value '{}' of the type {} is renamed", before, shown(type)));
    std::ranges::replace(labels, before, label);
}

void Interpreter::alter_domain(const Node& statement) {
    const auto names = strings_of(statement["typeName"]);
    if (names.empty()) return;
    SqlType type;
    type.name = names.back();
    if (names.size() > 1) type.schema = names[names.size() - 2];
    const auto& action = statement.string("subtype");
    // Subtypes of AlterDomainStmt: C adds a constraint, V validates one, O sets NOT NULL.
    const bool adds = action == "C" && !statement["def"]["Constraint"].flag("skip_validation");
    const bool validates = action == "V";
    const bool reads = adds || validates || action == "O";
    Domain* domain = symbols_.find_domain(type);
    if (domain != nullptr && (action == "C" || action == "O")) domain->has_constraints = true;
    if (!reads) return;
    // All tables with a column of the domain are read, one after the other, and stay locked until the end.
    for (const auto& [name, relation] : symbols_.relations) {
        if (!relation.is_table() && relation.kind != Relation::Kind::materialized_view) continue;
        const auto uses = [&](const Column& column) {
            return column.type.name == type.name && (type.schema.empty() || column.type.schema == type.schema);
        };
        if (std::ranges::any_of(relation.columns, uses))
            touch(Rule::table_scan, name, LockMode::share, Work::scan,
                  fmt::format("all values of the domain {} are checked", shown(type)));
    }
}

}  // namespace rev::lint
