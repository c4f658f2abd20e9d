#include "sql/parse_tree.hpp"

#include <pg_query.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#ifdef REV_SANITIZED
/// libpg_query before 16 keeps what the parser wrote to standard error (nothing, as a rule: one byte) of every function
/// whose PL/pgSQL it cannot read, and gives nobody a pointer to free. LeakSanitizer looks for this name at its start.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:pg_query_raw_parse\n"; }  // NOLINT
#endif

namespace rev::sql {
// libpg_query hands its tree over as JSON (or Protobuf, which would need a library more).
namespace {

struct FreeParseResult {
    void operator()(PgQueryParseResult* result) const {
        // It frees what the result points to, and not the result.
        pg_query_free_parse_result(*result);
        std::unique_ptr<PgQueryParseResult> owner(result);
    }
};
using ParseResult = std::unique_ptr<PgQueryParseResult, FreeParseResult>;

struct FreePlpgsqlResult {
    void operator()(PgQueryPlpgsqlParseResult* result) const {
        pg_query_free_plpgsql_parse_result(*result);
        std::unique_ptr<PgQueryPlpgsqlParseResult> owner(result);
    }
};
using PlpgsqlResult = std::unique_ptr<PgQueryPlpgsqlParseResult, FreePlpgsqlResult>;

/// Makes nodes of what nlohmann's parser reads: a document of its own would be made only to be copied.
class NodeBuilder : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return put(Node::Kind::none), true; }
    bool boolean(bool value) override { return put(Node::Kind::truth).number = value ? 1 : 0, true; }
    bool number_integer(number_integer_t value) override { return put(Node::Kind::number).number = value, true; }
    bool number_unsigned(number_unsigned_t value) override {
        return put(Node::Kind::number).number = static_cast<long long>(value), true;
    }
    bool number_float(number_float_t value, const string_t& text) override {
        Node& node = put(Node::Kind::number);
        // A number beyond long long comes here; nothing that rev asks for is as large.
        node.number = static_cast<long long>(value);
        node.text = text;
        return true;
    }
    bool string(string_t& value) override { return put(Node::Kind::text).text = std::move(value), true; }
    // JSON has none; false would end the reading.
    bool binary(binary_t& /*value*/) override { return false; }
    bool start_object(std::size_t /*size*/) override { return open_.push_back(&put(Node::Kind::object)), true; }
    bool end_object() override { return open_.pop_back(), true; }
    bool start_array(std::size_t /*size*/) override { return open_.push_back(&put(Node::Kind::list)), true; }
    bool end_array() override { return open_.pop_back(), true; }
    bool key(string_t& value) override { return key_ = std::move(value), true; }
    // What was read so far stays, and reads as an empty node where something is missing.
    bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                     const nlohmann::detail::exception& /*error*/) override {
        return false;
    }

    [[nodiscard]] Node take() { return std::move(root_); }

private:
    Node& put(Node::Kind kind) {
        Node& node = open_.empty() ? root_ : open_.back()->children.emplace_back();
        node.kind = kind;
        node.name = std::move(key_);
        key_.clear();
        return node;
    }

    Node root_;
    std::vector<Node*> open_;  ///< none but the last grows, so that the pointers hold
    std::string key_;
};

Node read_json(const char* text) {
    NodeBuilder builder;
    nlohmann::json::sax_parse(text, &builder);
    return builder.take();
}

/// Variables of a block whose value its text tells, by name; fields of a record as "r.name".
using Values = std::map<std::string, std::string, std::less<>>;

std::string text_of(const Node& expression, const Values& values);

std::string formatted(const Node& arguments, const Values& values) {
    std::string text;
    std::size_t next = 1;
    const auto pattern = text_of(arguments[0U], values);
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char kind = pattern[at] == '%' && at + 1 < pattern.size() ? pattern[++at] : '\0';
        if (kind == '\0' || kind == '%') {
            text += pattern[at];
            continue;
        }
        const auto value = text_of(arguments[next++], values);
        // Widths and positions are left to the server.
        const std::string quote = kind == 'I' ? "\"" : kind == 'L' ? "'" : "";
        if (value.empty() || (quote.empty() && kind != 's') || value.find_first_of("\"'") != std::string::npos)
            return {};
        text += quote + value + quote;
    }
    return text;
}

/// Of a function that puts texts together.
std::string text_of_call(const Node& call, const Values& values) {
    const auto names = strings_of(call["funcname"]);
    const Node& arguments = call["args"];
    if (names.empty()) return {};
    if (names.back() == "format") return formatted(arguments, values);
    const auto first = text_of(arguments[0U], values);
    if (first.empty() || first.find_first_of("\"'") != std::string::npos) return {};
    if (names.back() == "quote_ident") return "\"" + first + "\"";
    if (names.back() == "quote_literal") return "'" + first + "'";
    return {};
}

/// The value of a literal, of a variable that is known, of such put together; else empty.
std::string text_of(const Node& expression, const Values& values) {
    if (const Node& constant = expression["A_Const"]) {
        if (constant.has("ival")) return std::to_string(constant["ival"]["ival"].number);
        return constant["sval"].string("sval");
    }
    if (const Node& reference = expression["ColumnRef"]) {
        std::string name;
        for (const auto& part : strings_of(reference["fields"])) name += (name.empty() ? "" : ".") + part;
        const auto found = values.find(name);
        return found == values.end() ? std::string() : found->second;
    }
    if (const Node& cast = expression["TypeCast"]) return text_of(cast["arg"], values);
    if (const Node& call = expression["FuncCall"]) return text_of_call(call, values);
    const Node& operation = expression["A_Expr"];
    if (!operation || strings_of(operation["name"]) != std::vector<std::string>{"||"}) return {};
    const auto left = text_of(operation["lexpr"], values);
    const auto right = text_of(operation["rexpr"], values);
    return left.empty() || right.empty() ? std::string() : left + right;
}

/// The value of an expression as PL/pgSQL writes it; an empty node: it is no SQL.
Node expression_of(const Node& expr) {
    // As the operand of a SELECT, it can be parsed by the same grammar.
    const auto select = parse_statement("SELECT " + expr["PLpgSQL_expr"].string("query"));
    return select ? (*select)["SelectStmt"]["targetList"][0U]["ResTarget"]["val"] : Node();
}

/// What a loop goes over: rows, each with the names and the texts of its columns.
struct LoopRow {
    std::vector<std::string> names;
    std::vector<std::string> texts;
};
using LoopRows = std::vector<LoopRow>;

/// More are data.
constexpr std::size_t most_rows = 200;

void add_elements(const Node& array, const std::string& name, LoopRows& rows) {
    if (const Node& cast = array["TypeCast"]) return add_elements(cast["arg"], name, rows);
    for (const Node& element : array["A_ArrayExpr"]["elements"].items())
        rows.push_back({{name}, {text_of(element, {})}});
    // '{a,b}' without quotes in it.
    auto literal = array["A_Const"]["sval"].string("sval");
    if (!literal.starts_with('{') || literal.find('"') != std::string::npos) return;
    literal = literal.substr(1, literal.find('}') - 1);
    for (std::size_t at = 0; at <= literal.size();) {
        const auto end = std::min(literal.find(',', at), literal.size());
        const auto begin = std::min(literal.find_first_not_of(' ', at), end);
        rows.push_back({{name}, {literal.substr(begin, end - begin)}});
        at = end + 1;
    }
}

/// Of unnest() with an array that is written out.
void add_unnested(const Node& call, const std::string& name, LoopRows& rows) {
    const auto names = strings_of(call["funcname"]);
    if (!names.empty() && names.back() == "unnest") add_elements(call["args"][0U], name, rows);
}

void add_values(const Node& lists, const std::vector<std::string>& names, LoopRows& rows) {
    for (const Node& list : lists.items()) {
        LoopRow row;
        for (const Node& value : list["List"]["items"].items()) {
            const auto number = row.texts.size();
            row.names.push_back(number < names.size() ? names[number] : "column" + std::to_string(number + 1));
            row.texts.push_back(text_of(value, {}));
        }
        rows.push_back(std::move(row));
    }
}

/// Of a query whose rows stand in its text; none: they are in tables.
LoopRows rows_of(const std::string& query) {
    LoopRows rows;
    const auto tree = parse_statement(query);
    if (!tree) return rows;
    const Node& select = (*tree)["SelectStmt"];
    const Node& target = select["targetList"][0U]["ResTarget"];
    const Node& from = select["fromClause"];
    if (select.has("valuesLists")) add_values(select["valuesLists"], {}, rows);
    if (from.empty())
        add_unnested(target["val"]["FuncCall"], target.has("name") ? target.string("name") : "unnest", rows);
    if (from.size() != 1 || select.has("whereClause")) return rows;
    const Node& source = from[0U].body();
    const Node& alias = source["alias"];
    const auto names = strings_of(alias["colnames"]);
    add_values(source["subquery"]["SelectStmt"]["valuesLists"], names, rows);
    const Node& function = source["functions"][0U]["List"]["items"][0U]["FuncCall"];
    add_unnested(function, names.empty() ? alias.string("aliasname") : names[0], rows);
    return rows;
}

/// Collects the statements that a body of PL/pgSQL runs, with the variables that its text tells.
class BodyReader {
public:
    explicit BodyReader(const Node& function) : datums_(function["datums"]) {
        std::set<std::string> assigned;
        walk(function["action"], [&](const Node& node) {
            if (node.name == "PLpgSQL_stmt_assign") assigned.insert(name_of(node["varno"].number));
        });
        for (const Node& datum : datums_.items()) {
            const Node& variable = datum["PLpgSQL_var"];
            const auto& name = variable.string("refname");
            // One that is assigned to later has that value no more, or not yet.
            if (variable.has("default_val") && !assigned.contains(name))
                values_[name] = text_of(expression_of(variable["default_val"]), values_);
        }
    }

    void read(const Node& node) {
        if (node.name == "PLpgSQL_stmt_execsql") return add(node["sqlstmt"]["PLpgSQL_expr"].string("query"));
        if (node.name == "PLpgSQL_stmt_perform") return add(node["expr"]["PLpgSQL_expr"].string("query"));
        if (node.name == "PLpgSQL_stmt_dynexecute") return add(text_of(expression_of(node["query"]), values_));
        if (is_loop(node)) return;
        for (const Node& child : node.children) read(child);
    }

    std::vector<Node> statements;

private:
    [[nodiscard]] std::string name_of(long long number) const {
        return datums_[static_cast<std::size_t>(number)]["PLpgSQL_var"].string("refname");
    }

    void add(const std::string& sql) {
        if (sql.empty()) return;
        if (auto tree = parse_statement(sql)) statements.push_back(std::move(*tree));
    }

    /// A loop over what stands in its text has been read once for each.
    bool is_loop(const Node& node) {
        LoopRows rows;
        std::vector<std::string> variables;
        if (node.name == "PLpgSQL_stmt_foreach_a") {
            add_elements(expression_of(node["expr"]), "element", rows);
            variables = {name_of(node["varno"].number)};
        } else if (node.name == "PLpgSQL_stmt_fors") {
            rows = rows_of(node["query"]["PLpgSQL_expr"].string("query"));
            for (const Node& field : node["var"]["PLpgSQL_row"]["fields"].items())
                variables.push_back(field.string("name"));
            if (variables.empty()) variables = {node["var"]["PLpgSQL_rec"].string("refname")};
        } else if (node.name == "PLpgSQL_stmt_fori") {
            add_numbers(node, rows);
            variables = {node["var"]["PLpgSQL_var"].string("refname")};
        }
        if (rows.empty() || rows.size() > most_rows) return false;
        const Values before = values_;
        for (const LoopRow& row : rows) {
            set(variables, row);
            // Loops within loops are many soon.
            if (statements.size() < most_rows) read(node["body"]);
        }
        values_ = before;
        return true;
    }

    static void add_numbers(const Node& loop, LoopRows& rows) {
        const Node lower = expression_of(loop["lower"]);
        const Node upper = expression_of(loop["upper"]);
        if (!lower["A_Const"].has("ival") || !upper["A_Const"].has("ival")) return;
        const auto last = upper["A_Const"]["ival"]["ival"].number;
        for (auto number = lower["A_Const"]["ival"]["ival"].number; number <= last; ++number) {
            rows.push_back({{"number"}, {std::to_string(number)}});
            if (rows.size() > most_rows) return;
        }
    }

    void set(const std::vector<std::string>& variables, const LoopRow& row) {
        for (std::size_t i = 0; i < variables.size() && i < row.texts.size(); ++i) values_[variables[i]] = row.texts[i];
        if (variables.size() != 1) return;
        // One variable for a row is a record, or the only column.
        for (std::size_t i = 0; i < row.names.size(); ++i) values_[variables[0] + "." + row.names[i]] = row.texts[i];
    }

    const Node& datums_;
    Values values_;
};

}  // namespace

const Node& Node::operator[](std::string_view member) const {
    // One for all answers: references to it stay valid.
    static const Node none;
    if (kind != Kind::object) return none;
    for (const Node& child : children)
        if (child.name == member) return child;
    return none;
}

const Node& Node::operator[](std::size_t index) const {
    static const Node none;
    return kind == Kind::list && index < children.size() ? children[index] : none;
}

std::string_view Node::type() const {
    // PostgreSQL's node types begin with a capital letter, its fields with a small one.
    const bool wraps = kind == Kind::object && children.size() == 1 && children[0].kind == Kind::object &&
                       !children[0].name.empty() && children[0].name[0] >= 'A' && children[0].name[0] <= 'Z';
    return wraps ? std::string_view(children[0].name) : std::string_view();
}

const Node& Node::body() const { return type().empty() ? *this : children[0]; }

std::optional<Node> parse_statement(const std::string& statement) {
    const ParseResult result(new PgQueryParseResult(pg_query_parse(statement.c_str())));
    if (result->error != nullptr) return std::nullopt;
    Node document = read_json(result->parse_tree);
    const Node& statements = document["stmts"];
    // Whoever asks about one statement must not be answered about the first of several.
    if (statements.size() != 1) return std::nullopt;
    return statements[0U]["stmt"];
}

std::vector<Node> parse_plpgsql(const std::string& definition) {
    const PlpgsqlResult result(new PgQueryPlpgsqlParseResult(pg_query_parse_plpgsql(definition.c_str())));
    // Not every function can be read so: libpg_query has no catalog, in which PL/pgSQL looks up types and tables.
    if (result->error != nullptr) return {};
    const Node functions = read_json(result->plpgsql_funcs);
    BodyReader reader(functions[0U]["PLpgSQL_function"]);
    reader.read(functions);
    return std::move(reader.statements);
}

std::vector<std::string> strings_of(const Node& list) {
    std::vector<std::string> strings;
    for (const Node& item : list.items()) strings.push_back(item["String"].string("sval"));
    return strings;
}

}  // namespace rev::sql
