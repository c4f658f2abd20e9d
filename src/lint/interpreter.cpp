#include "lint/interpreter.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "lint/expressions.hpp"

namespace rev::lint {
namespace {

/// Whether a value of lock_timeout sets a limit.
bool is_limit(const Node& value) {
    const Node& constant = value["A_Const"];
    if (const Node& number = constant["ival"]) return number["ival"].number != 0;
    const auto& text = constant["sval"].string("sval");
    // "0", "0ms" and "0 ms" set none.
    return !text.empty() && text.find_first_not_of("0 ms") != std::string::npos;
}

Session::TimeZone time_zone_of(const Node& value) {
    // Names of the tz database for UTC, in lower case: PostgreSQL compares them so.
    static constexpr std::array of_utc = std::to_array<std::string_view>(
        {"utc", "etc/utc", "gmt", "etc/gmt", "zulu", "uct", "universal", "etc/universal", "etc/zulu", "0"});
    const Node& constant = value["A_Const"];
    if (const Node& number = constant["ival"])
        return number["ival"].number == 0 ? Session::TimeZone::utc : Session::TimeZone::other;
    const auto name = base::lower_case(constant["sval"].string("sval"));
    return std::ranges::find(of_utc, name) != of_utc.end() ? Session::TimeZone::utc : Session::TimeZone::other;
}

}  // namespace

bool cascades(const Node& statement) { return statement.string("behavior") == "DROP_CASCADE"; }

const Node& option_of(const Node& options, std::string_view name) {
    static const Node none;
    for (const Node& option : options.items())
        if (option["DefElem"].string("defname") == name) return option["DefElem"]["arg"];
    return none;
}

bool has_option(const Node& options, std::string_view name) {
    for (const Node& option : options.items()) {
        if (option["DefElem"].string("defname") != name) continue;
        const Node& value = option["DefElem"]["arg"];
        const auto& text = value["String"].string("sval");
        // libpg_query leaves out fields that have their default, so an Integer without a value is 0.
        const bool is_off = text == "false" || text == "off" ||
                            (value.has("Integer") && !value["Integer"].has("ival")) ||
                            (value.has("Boolean") && !value["Boolean"].flag("boolval"));
        return !is_off;
    }
    return false;
}

Interpreter::Read Interpreter::find_reader(std::string_view type) {
    using Reader = std::pair<std::string_view, Read>;
    // Statements without an entry are taken to neither lock a table for long nor change what is known.
    static constexpr std::array readers = std::to_array<Reader>({
        {"AlterDomainStmt", &Interpreter::alter_domain},
        {"AlterEnumStmt", &Interpreter::alter_enum},
        {"AlterObjectSchemaStmt", &Interpreter::set_schema},
        {"AlterPolicyStmt", &Interpreter::create_policy},
        {"AlterTableMoveAllStmt", &Interpreter::move_all},
        {"AlterTableStmt", &Interpreter::alter_table},
        {"CallStmt", &Interpreter::call_procedure},
        {"ClusterStmt", &Interpreter::cluster},
        {"CommentStmt", &Interpreter::comment},
        {"CompositeTypeStmt", &Interpreter::create_composite_type},
        {"CopyStmt", &Interpreter::copy},
        {"CreateDomainStmt", &Interpreter::create_domain},
        {"CreateEnumStmt", &Interpreter::create_enum},
        {"CreateFunctionStmt", &Interpreter::create_function},
        {"CreatePolicyStmt", &Interpreter::create_policy},
        {"CreateRangeStmt", &Interpreter::create_composite_type},
        {"CreateSchemaStmt", &Interpreter::create_schema},
        {"CreateSeqStmt", &Interpreter::create_sequence},
        {"CreateStmt", &Interpreter::create_table},
        {"CreateTableAsStmt", &Interpreter::create_table_as},
        {"CreateTrigStmt", &Interpreter::create_trigger},
        {"DeleteStmt", &Interpreter::remove_rows},
        {"DoStmt", &Interpreter::run_block},
        {"DropOwnedStmt", &Interpreter::drop_owned},
        {"DropStmt", &Interpreter::drop},
        {"IndexStmt", &Interpreter::create_index},
        {"InsertStmt", &Interpreter::insert},
        {"LockStmt", &Interpreter::lock_tables},
        {"MergeStmt", &Interpreter::merge},
        {"RefreshMatViewStmt", &Interpreter::refresh},
        {"ReindexStmt", &Interpreter::reindex},
        {"RenameStmt", &Interpreter::rename},
        {"RuleStmt", &Interpreter::create_rule},
        {"SelectStmt", &Interpreter::select},
        {"TruncateStmt", &Interpreter::truncate},
        {"UpdateStmt", &Interpreter::update},
        {"VacuumStmt", &Interpreter::vacuum},
        {"VariableSetStmt", &Interpreter::set_variable},
        {"ViewStmt", &Interpreter::create_view},
    });
    const auto* found = std::ranges::find(readers, type, &Reader::first);
    return found == readers.end() ? nullptr : found->second;
}

StatementEffects Interpreter::run(const Node& statement, const std::string& text) {
    effects_ = {};
    // Kept for DO blocks, whose body is read by another parser.
    text_ = text;
    if (const Read read = find_reader(statement.type())) (this->*read)(statement.body());
    return std::exchange(effects_, {});
}

void Interpreter::touch(Rule rule, const Name& relation, LockMode lock, Work work, std::string why) {
    // Nobody waits for a table that is made by the same plan: no code that runs knows it.
    if (!symbols_.is_old(relation)) return;
    // Nobody writes to a materialized view, so that only what keeps readers out is in anybody's way.
    const Relation* found = symbols_.find_relation(relation);
    const bool is_view = found != nullptr && found->kind == Relation::Kind::materialized_view;
    if (is_view && lock < LockMode::access_exclusive) work = Work::none;
    effects_.touches.push_back({rule, relation, lock, work, std::move(why)});
}

void Interpreter::lose_relation(Rule rule, const Name& relation, std::string what) {
    Removal removal{rule, Removal::Kind::relation, std::move(what), relation};
    if (const Relation* found = symbols_.find_relation(relation))
        for (const Column& column : found->columns) removal.columns.push_back(column.name);
    effects_.removals.push_back(std::move(removal));
}

Relation& Interpreter::relation_or_unknown(const Name& name) {
    if (Relation* found = symbols_.find_relation(name)) return *found;
    // One for all, made anew each time: what is known of one unknown table must not be taken for another's.
    unknown_ = Relation();
    unknown_.name = name;
    unknown_.is_complete = false;
    return unknown_;
}

std::string Interpreter::unique_name(const Relation& relation, const std::string& stem) {
    std::string name = stem;
    const auto is_taken = [&] {
        return relation.find_index(name) != nullptr ||
               std::ranges::find(relation.constraints, name, &Constraint::name) != relation.constraints.end();
    };
    // As PostgreSQL does: name, name1, name2.
    for (int number = 1; is_taken(); ++number) name = stem + std::to_string(number);
    return name;
}

void Interpreter::set_variable(const Node& statement) {
    const auto& name = statement.string("name");
    const Node& values = statement["args"];
    const bool is_set = statement.string("kind") == "VAR_SET_VALUE";
    if (name == "lock_timeout") {
        session_.bounds_lock_waits = is_set && is_limit(values[0U]);
        // RESET and SET ... TO DEFAULT: the section's own limit counts again.
        if (!is_set) session_.bounds_lock_waits.reset();
    } else if (name == "timezone") {
        session_.time_zone = is_set ? time_zone_of(values[0U]) : Session::TimeZone::unknown;
    } else if (name == "search_path") {
        symbols_.search_path.clear();
        for (const Node& value : values.items()) {
            const auto& schema = value["A_Const"]["sval"].string("sval");
            if (!schema.empty() && schema != "pg_catalog") symbols_.search_path.push_back(schema);
        }
        if (!is_set) symbols_.search_path = {"public"};
    }
}

void Interpreter::select(const Node& statement) {
    use_common_tables(statement);
    // SELECT ... INTO makes a table, of whose columns nothing is known here.
    if (const Node& into = statement["intoClause"]) {
        Relation relation;
        relation.name = symbols_.resolve(into["rel"]);
        relation.is_complete = false;
        relation.made_in = symbols_.plan;
        relation.is_temporary = into["rel"].string("relpersistence") == "t";
        symbols_.relations[relation.name] = std::move(relation);
    }
    walk(statement, [&](const Node& node) {
        if (node.name != "FuncCall") return;
        const auto names = strings_of(node["funcname"]);
        const Node& arguments = node["args"];
        if (names.empty() || names.back() != "set_config") return;
        const auto& setting = arguments[0U]["A_Const"]["sval"].string("sval");
        if (setting == "lock_timeout") session_.bounds_lock_waits = is_limit(arguments[1U]);
        if (setting == "timezone") session_.time_zone = time_zone_of(arguments[1U]);
        if (setting == "search_path") {
            // The value is a list of names as SET has it, quotes and all.
            const auto set = parse_statement("SET search_path TO " + arguments[1U]["A_Const"]["sval"].string("sval"));
            if (set) set_variable((*set)["VariableSetStmt"]);
        }
    });
    call_functions(statement);
}

void Interpreter::call_procedure(const Node& statement) { call_functions(statement["funccall"]); }

/// Runs the bodies of the functions that an expression calls, where the revisions below have made them.
void Interpreter::call_functions(const Node& expression) {
    std::vector<std::string> bodies;
    std::vector<Node> statements;
    walk(expression, [&](const Node& node) {
        // CALL has its call under another name.
        if (node.name != "FuncCall" && node.name != "funccall") return;
        const auto names = strings_of(node["funcname"]);
        if (names.empty()) return;
        const Function* function = symbols_.find_function(symbols_.resolve_type(named_type(names)));
        if (function == nullptr) return;
        if (!function->definition.empty()) bodies.push_back(function->definition);
        // One that becomes part of the expression runs nothing of its own.
        if (!function->inlined)
            statements.insert(statements.end(), function->statements.begin(), function->statements.end());
    });
    // Deep enough for those that call others, and an end for those that call themselves.
    constexpr int deepest = 3;
    if ((bodies.empty() && statements.empty()) || call_depth_ == deepest) return;
    ++call_depth_;
    for (const auto& body : bodies) run_body(body);
    if (!statements.empty()) run_statements(statements);
    --call_depth_;
}

/// Runs the bodies of the triggers of a table. event: of TriggerEvent.
void Interpreter::fire_triggers(const Name& table, long long event) {
    const Relation* relation = symbols_.find_relation(table);
    constexpr int deepest = 3;
    if (relation == nullptr || call_depth_ == deepest) return;
    std::vector<std::string> bodies;
    for (const auto& [name, part] : relation->parts) {
        if (!part.is_trigger || (part.events & event) == 0) continue;
        const auto& called = part.function;
        const auto function =
            std::ranges::find_if(symbols_.functions, [&](const auto& each) { return each.first.name == called; });
        if (function != symbols_.functions.end() && !function->second.definition.empty())
            bodies.push_back(function->second.definition);
    }
    if (bodies.empty()) return;
    // A trigger that fails or makes things is not what its table's statements are judged by.
    const bool was_complete = symbols_.is_complete;
    const auto failures = effects_.failures;
    ++call_depth_;
    for (const auto& body : bodies) run_body(body);
    --call_depth_;
    symbols_.is_complete = was_complete;
    effects_.failures = failures;
}

namespace {

/// A loop that ends when no row is left: batches, which are one transaction all the same where nothing commits.
bool goes_on_to_the_end(const std::string& definition) {
    const auto text = base::lower_case(definition);
    const auto has = [&](std::string_view words) { return text.find(words) != std::string::npos; };
    return has("loop") && !has("commit") && (has("not found") || has("while found") || has("row_count"));
}

/// Whether a condition of a batch leaves out rows in all batches: it compares a column with what is no variable.
bool picks_rows(const Node& condition, const Relation& relation) {
    bool picks = false;
    const auto is_variable = [&](const Node& side) {
        const auto names = columns_in(side);
        return std::ranges::any_of(names, [&](const auto& name) { return relation.find_column(name) == nullptr; });
    };
    walk(condition, [&](const Node& node) {
        if (node.name != "A_Expr") return;
        const auto operators = strings_of(node["name"]);
        const bool compares = !operators.empty() && operators[0].find_first_of("=<>~") != std::string::npos;
        picks = picks || (compares && !is_variable(node["lexpr"]) && !is_variable(node["rexpr"]));
    });
    return picks;
}

}  // namespace

void Interpreter::run_block(const Node& statement) {
    const auto& language = option_of(statement["args"], "language")["String"].string("sval");
    if (!language.empty() && language != "plpgsql") {
        symbols_.is_complete = false;
        return;
    }
    run_body(text_);
}

void Interpreter::run_body(const std::string& definition) {
    const auto statements = parse_plpgsql(definition);
    run_statements(statements);
    if (!goes_on_to_the_end(definition)) return;
    for (const Node& each : statements) {
        const bool is_delete = each.type() == "DeleteStmt";
        if (!is_delete && each.type() != "UpdateStmt") continue;
        const Name name = symbols_.resolve(each.body()["relation"]);
        const Relation* relation = symbols_.find_relation(name);
        if (relation == nullptr || !symbols_.is_old(*relation) || picks_rows(each.body()["whereClause"], *relation))
            continue;
        effects_.all_rows = name;
        effects_.is_delete = is_delete;
    }
}

void Interpreter::run_statements(const std::vector<Node>& statements) {
    // What a block runs depends on its conditions: what it makes is made known, what it does counts.
    for (const Node& each : statements) {
        if (each.type() == "DoStmt") continue;
        if (const Read read = find_reader(each.type())) (this->*read)(each.body());
    }
    // An IF around them may well have seen to it that they do not fail.
    effects_.failures.clear();
    symbols_.is_complete = false;
}

void Interpreter::create_schema(const Node& statement) {
    const auto before = symbols_.search_path;
    symbols_.search_path.insert(symbols_.search_path.begin(), statement.string("schemaname"));
    for (const Node& element : statement["schemaElts"].items())
        if (const Read read = find_reader(element.type())) (this->*read)(element.body());
    symbols_.search_path = before;
}

void Interpreter::lock_tables(const Node& statement) {
    const auto mode = static_cast<LockMode>(std::clamp(statement["mode"].number, 0LL, 8LL));
    for (const Node& relation : statement["relations"].items())
        touch(Rule::lock_timeout, symbols_.resolve(relation["RangeVar"]), mode);
}

void Interpreter::comment(const Node& statement) {
    const auto& type = statement.string("objtype");
    if (type != "OBJECT_TABLE" && type != "OBJECT_COLUMN") return;
    auto names = strings_of(statement["object"]["List"]["items"]);
    if (type == "OBJECT_COLUMN" && names.size() > 1) {
        const auto column = names.back();
        names.pop_back();
        if (const Relation* relation = symbols_.find_relation(symbols_.resolve(names)))
            (void)has_column_or_fails(*relation, column);
    }
    if (!names.empty()) touch(Rule::lock_timeout, symbols_.resolve(names), LockMode::share_update_exclusive);
}

}  // namespace rev::lint
