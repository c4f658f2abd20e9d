#include "sql/parse_tree.hpp"

#include <pg_query.h>

#include <memory>
#include <nlohmann/json.hpp>

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

/// The value of a literal, of literals put together, and of a format() of literals; else empty.
std::string text_of(const Node& expression) {
    if (const Node& constant = expression["A_Const"]) return constant["sval"].string("sval");
    const Node& operation = expression["A_Expr"];
    if (operation && strings_of(operation["name"]) == std::vector<std::string>{"||"}) {
        const auto left = text_of(operation["lexpr"]);
        const auto right = text_of(operation["rexpr"]);
        return left.empty() || right.empty() ? std::string() : left + right;
    }
    const Node& call = expression["FuncCall"];
    if (!call || strings_of(call["funcname"]).back() != "format") return {};
    const Node& arguments = call["args"];
    std::string text;
    std::size_t next = 1;
    const auto pattern = text_of(arguments[0U]);
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char kind = pattern[at] == '%' && at + 1 < pattern.size() ? pattern[++at] : '\0';
        if (kind == '\0' || kind == '%') {
            text += pattern[at];
            continue;
        }
        const auto value = text_of(arguments[next++]);
        // Widths and positions are left to the server.
        const std::string quote = kind == 'I' ? "\"" : kind == 'L' ? "'" : "";
        if (value.empty() || (quote.empty() && kind != 's') || value.find_first_of("\"'") != std::string::npos)
            return {};
        text += quote + value + quote;
    }
    return text;
}

/// Statements that PL/pgSQL would run as they stand, and strings that it would execute. An EXECUTE has an expression,
/// whose value is the statement: only a plain literal tells it without running anything.
void add_statements_of(const Node& node, std::vector<Node>& statements) {
    static constexpr std::string_view static_statement = "PLpgSQL_stmt_execsql";
    static constexpr std::string_view dynamic_statement = "PLpgSQL_stmt_dynexecute";
    static constexpr std::string_view perform = "PLpgSQL_stmt_perform";
    walk(node, [&](const Node& each) {
        const bool performs = each.name == perform;
        if (each.name != static_statement && each.name != dynamic_statement && !performs) return;
        const bool is_static = each.name != dynamic_statement;
        const auto member = performs ? "expr" : is_static ? "sqlstmt" : "query";
        std::string sql = each[member]["PLpgSQL_expr"].string("query");
        if (!is_static) {
            // As the operand of a SELECT, the expression can be parsed by the same grammar.
            const auto expression = parse_statement("SELECT " + sql);
            if (!expression) return;
            sql = text_of((*expression)["SelectStmt"]["targetList"][0U]["ResTarget"]["val"]);
        }
        if (auto tree = parse_statement(sql)) statements.push_back(std::move(*tree));
    });
}

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
    std::vector<Node> statements;
    add_statements_of(read_json(result->plpgsql_funcs), statements);
    return statements;
}

std::vector<std::string> strings_of(const Node& list) {
    std::vector<std::string> strings;
    for (const Node& item : list.items()) strings.push_back(item["String"].string("sval"));
    return strings;
}

}  // namespace rev::sql
