#include "rewrite/touched_tables.hpp"

#include <fmt/format.h>
#include <pg_query.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.hpp"
#include "rev/statements.hpp"
#include "sql/sql_cursor.hpp"

namespace rev::rewrite {
namespace {

using Json = nlohmann::json;

std::string qualified(const std::string& schema, const std::string& name) {
    return schema.empty() || schema == "public" || schema == "main" ? name : schema + "." + name;
}

// ---- PostgreSQL's parse trees

/// A kind of statement, and the fields of it that name what it changes.
struct ChangingNode {
    std::string_view node;
    std::string_view field;
};
constexpr std::array changing_nodes = {
    ChangingNode{"CreateStmt", "relation"},       ChangingNode{"AlterTableStmt", "relation"},
    ChangingNode{"IndexStmt", "relation"},        ChangingNode{"InsertStmt", "relation"},
    ChangingNode{"UpdateStmt", "relation"},       ChangingNode{"DeleteStmt", "relation"},
    ChangingNode{"MergeStmt", "relation"},        ChangingNode{"CopyStmt", "relation"},
    ChangingNode{"RenameStmt", "relation"},       ChangingNode{"CreateTrigStmt", "relation"},
    ChangingNode{"RuleStmt", "relation"},         ChangingNode{"CreatePolicyStmt", "table"},
    ChangingNode{"AlterPolicyStmt", "table"},     ChangingNode{"ViewStmt", "view"},
    ChangingNode{"TruncateStmt", "relations"},    ChangingNode{"AlterObjectSchemaStmt", "relation"},
    ChangingNode{"CreateStatsStmt", "relations"}, ChangingNode{"GrantStmt", "objects"},
};

struct FreeParseResult {
    void operator()(PgQueryParseResult* result) const {
        pg_query_free_parse_result(*result);
        std::unique_ptr<PgQueryParseResult> owner(result);
    }
};

/// nullopt: PostgreSQL's grammar does not take the text.
std::optional<Json> parse_tree(const std::string& sql) {
    const std::unique_ptr<PgQueryParseResult, FreeParseResult> result(
        new PgQueryParseResult(pg_query_parse(sql.c_str())));
    if (result->error != nullptr || result->parse_tree == nullptr) return std::nullopt;
    auto tree = Json::parse(result->parse_tree, nullptr, false);
    return tree.is_discarded() ? std::nullopt : std::optional(std::move(tree));
}

/// Walks a parse tree.
class TreeReader {
public:
    explicit TreeReader(TouchedTables& tables) : tables_(tables) {}

    void read(const Json& node) {
        if (node.is_array())
            for (const auto& each : node) read(each);
        if (!node.is_object()) return;
        if (node.contains("relname")) tables_.used.insert(name_of(node));
        for (const auto& [kind, fields] : node.items()) {
            if (fields.is_object()) read_statement(kind, fields);
            read(fields);
        }
    }

private:
    static std::string name_of(const Json& relation) {
        return qualified(relation.value("schemaname", ""), relation.value("relname", ""));
    }

    void read_statement(std::string_view kind, const Json& fields) {
        for (const auto& changing : changing_nodes)
            if (changing.node == kind && fields.contains(changing.field))
                take_relations(fields[std::string(changing.field)]);
        if (kind == "CreateTableAsStmt" && fields.contains("into")) take_relations(fields["into"]);
        if (kind == "RenameStmt" && fields.value("renameType", "") == "OBJECT_TABLE" && fields.contains("newname"))
            tables_.changed.insert(fields["newname"].get<std::string>());
        if (kind == "DropStmt" && fields.contains("objects")) take_dropped(fields);
        if (kind == "CommentStmt" && fields.contains("object"))
            take_named(fields["object"], fields.value("objtype", ""));
    }

    /// Every relation at or in `node`.
    void take_relations(const Json& node) {
        if (node.is_object() && node.contains("relname")) {
            tables_.changed.insert(name_of(node));
            return;
        }
        if (node.is_structured())
            for (const auto& each : node) take_relations(each);
    }

    void take_dropped(const Json& fields) {
        for (const auto& object : fields["objects"]) take_named(object, fields.value("removeType", ""));
    }

    /// A name in parts: of a table, or of a table and of something that belongs to it.
    void take_named(const Json& object, const std::string& type) {
        constexpr std::array tables{"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"};
        constexpr std::array parts_of_tables{"OBJECT_COLUMN", "OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE",
                                             "OBJECT_TABCONSTRAINT"};
        const bool is_part = std::ranges::find(parts_of_tables, type) != parts_of_tables.end();
        if (!is_part && std::ranges::find(tables, type) == tables.end()) return;
        if (!object.is_object() || !object.contains("List")) return;
        std::vector<std::string> names;
        for (const auto& item : object["List"]["items"])
            if (item.contains("String")) names.push_back(item["String"].value("sval", ""));
        if (is_part && !names.empty()) names.pop_back();
        if (names.empty()) return;
        tables_.changed.insert(qualified(names.size() > 1 ? names[names.size() - 2] : "", names.back()));
    }

    TouchedTables& tables_;
};

// ---- tokens

/// A name as written, such as main."Account": without quotes and in lower case, as SQLite compares names.
std::string folded(std::string_view written) {
    std::vector<std::string> parts;
    for (const auto& part : split_list(written, '.')) {
        const bool is_quoted = part.size() > 1 && std::string_view("\"`[").find(part.front()) != std::string_view::npos;
        parts.push_back(lower_case(is_quoted ? part.substr(1, part.size() - 2) : part));
    }
    if (parts.empty()) return {};
    return qualified(parts.size() > 1 ? parts[parts.size() - 2] : "", parts.back());
}

/// Reads one statement by its words.
class WordReader {
public:
    WordReader(std::string_view sql, Dialect dialect, TouchedTables& tables) : cursor_(sql, dialect), tables_(tables) {}

    void read() {
        read_command();
        while (!cursor_.at_end()) {
            const bool names_table = cursor_.accept("FROM") || cursor_.accept("JOIN") || cursor_.accept("REFERENCES");
            if (names_table) {
                take(tables_.used);
            } else if (cursor_.accept("INTO")) {
                take(tables_.changed);
            } else if (cursor_.accept({"RENAME", "TO"})) {
                take(tables_.changed);
            } else {
                cursor_.advance();
            }
        }
    }

private:
    [[nodiscard]] bool at_name() const { return cursor_.at_word() || (!cursor_.at_end() && is_quote(cursor_.text())); }
    static bool is_quote(std::string_view text) {
        return !text.empty() && std::string_view("\"`['").find(text.front()) != std::string_view::npos;
    }

    void take(std::set<std::string>& names) {
        if (at_name()) names.insert(folded(cursor_.take_name()));
    }

    void skip_if_exists() {
        if (!cursor_.accept({"IF", "NOT", "EXISTS"})) (void)cursor_.accept({"IF", "EXISTS"});
    }

    void take_after_on() {
        while (!cursor_.at_end() && !cursor_.accept("ON")) cursor_.advance();
        take(tables_.changed);
    }

    void read_create() {
        for (const auto* word : {"TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL", "OR", "REPLACE"}) (void)cursor_.accept(word);
        if (cursor_.accept("INDEX") || cursor_.accept("TRIGGER")) return take_after_on();
        if (!cursor_.accept("TABLE") && !cursor_.accept("VIEW")) return;
        skip_if_exists();
        take(tables_.changed);
    }

    void read_command() {
        if (cursor_.accept("CREATE")) return read_create();
        if (cursor_.accept({"ALTER", "TABLE"}) || cursor_.accept({"DROP", "TABLE"}) ||
            cursor_.accept({"DROP", "VIEW"})) {
            skip_if_exists();
            return take(tables_.changed);
        }
        if (cursor_.accept({"DELETE", "FROM"})) return take(tables_.changed);
        if (!cursor_.accept("UPDATE")) return;
        if (cursor_.accept("OR")) cursor_.advance();
        take(tables_.changed);
    }

    SqlCursor cursor_;
    TouchedTables& tables_;
};

void read_postgresql(std::string_view sql, TouchedTables& tables) {
    const std::string text(sql);
    const auto tree = text.find('\0') == std::string::npos ? parse_tree(text) : std::nullopt;
    if (tree)
        TreeReader(tables).read(*tree);
    else
        WordReader(sql, Dialect::postgresql, tables).read();
}

}  // namespace

TouchedTables touched_tables(std::string_view sql, Dialect dialect) {
    TouchedTables tables;
    for (const auto& statement : split_statements(sql, dialect)) {
        if (dialect == Dialect::postgresql)
            read_postgresql(statement.text, tables);
        else
            WordReader(statement.text, dialect, tables).read();
    }
    for (const auto& name : tables.changed) tables.used.erase(name);
    return tables;
}

namespace {

/// Reads one statement for what it drops. Both dialects write these statements alike.
void read_dropped(std::string_view sql, Dialect dialect, const std::function<void(std::string)>& take) {
    SqlCursor cursor(sql, dialect);
    const auto skip_if_exists = [&] { (void)cursor.accept({"IF", "EXISTS"}); };
    if (cursor.accept({"DROP", "TABLE"})) {
        skip_if_exists();
        do take("table " + folded(cursor.take_name()));
        while (cursor.accept_symbol(","));
        return;
    }
    if (cursor.accept({"DELETE", "FROM"})) return take("rows of " + folded(cursor.take_name()));
    if (cursor.accept("TRUNCATE")) {
        (void)cursor.accept("TABLE");
        return take("rows of " + folded(cursor.take_name()));
    }
    if (!cursor.accept({"ALTER", "TABLE"})) return;
    skip_if_exists();
    (void)cursor.accept("ONLY");
    const auto table = folded(cursor.take_name());
    for (; !cursor.at_end(); cursor.advance()) {
        if (!cursor.accept("DROP")) continue;
        if (cursor.at_word("CONSTRAINT") || cursor.at_word("DEFAULT") || cursor.at_word("NOT")) continue;
        if (cursor.at_word("EXPRESSION") || cursor.at_word("IDENTITY")) continue;
        (void)cursor.accept("COLUMN");
        skip_if_exists();
        take(fmt::format("column {}.{}", table, folded(cursor.text())));
    }
}

}  // namespace

std::vector<std::string> dropped_by(std::string_view sql, Dialect dialect) {
    std::vector<std::string> names;
    for (const auto& statement : split_statements(sql, dialect))
        read_dropped(statement.text, dialect, [&](std::string name) {
            if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
        });
    return names;
}

TouchedTables touched_tables(const RevisionFile& file, const std::vector<Dialect>& dialects) {
    TouchedTables all;
    for (const auto dialect : dialects) {
        const auto* section = file.find_section(SectionKind::upgrade, dialect);
        if (section == nullptr) continue;
        auto tables = touched_tables(file.text_of(*section), dialect);
        all.changed.merge(tables.changed);
        all.used.merge(tables.used);
    }
    for (const auto& name : all.changed) all.used.erase(name);
    return all;
}

}  // namespace rev::rewrite
