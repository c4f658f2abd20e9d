// Which tables a revision changes or uses, by its text: for a remark in a rebase, which misleads nobody if it is
// incomplete. Nothing is decided by it.

#include "rewrite/touched_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include "sql/names.hpp"
#include "sql/parse_tree.hpp"
#include "sql/sql_cursor.hpp"
#include "sql/statements.hpp"

namespace rev::rewrite {
namespace {

using sql::Node;

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

/// Walks a parse tree.
class TreeReader {
public:
    explicit TreeReader(TouchedTables& tables) : tables_(tables) {}

    void read(const Node& tree) {
        sql::walk(tree, [this](const Node& node) {
            if (node.has("relname")) tables_.used.insert(name_of(node));
            if (node.kind == Node::Kind::object) read_statement(node);
        });
    }

private:
    static std::string name_of(const Node& relation) {
        return qualified(relation.string("schemaname"), relation.string("relname"));
    }

    /// fields: under the name of their statement's kind, as in {"DropStmt": {...}}.
    void read_statement(const Node& fields) {
        const auto& kind = fields.name;
        for (const auto& changing : changing_nodes)
            if (changing.node == kind) take_relations(fields[changing.field]);
        if (kind == "CreateTableAsStmt") take_relations(fields["into"]);
        if (kind == "RenameStmt" && fields.string("renameType") == "OBJECT_TABLE" && fields.has("newname"))
            // It stays in its schema.
            tables_.changed.insert(qualified(fields["relation"].string("schemaname"), fields.string("newname")));
        if (kind == "DropStmt")
            for (const auto& object : fields["objects"].items()) take_named(object, fields.string("removeType"));
        if (kind == "CommentStmt") take_named(fields["object"], fields.string("objtype"));
    }

    /// Every relation at or in `node`.
    void take_relations(const Node& node) {
        if (node.has("relname")) {
            tables_.changed.insert(name_of(node));
            return;
        }
        for (const auto& each : node.items()) take_relations(each);
    }

    /// A name in parts: of a table, or of a table and of something that belongs to it.
    void take_named(const Node& object, const std::string& type) {
        constexpr std::array tables{"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"};
        constexpr std::array parts_of_tables{"OBJECT_COLUMN", "OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE",
                                             "OBJECT_TABCONSTRAINT"};
        const bool is_part = std::ranges::find(parts_of_tables, type) != parts_of_tables.end();
        if (!is_part && std::ranges::find(tables, type) == tables.end()) return;
        auto names = sql::strings_of(object["List"]["items"]);
        if (is_part && !names.empty()) names.pop_back();
        if (names.empty()) return;
        tables_.changed.insert(qualified(names.size() > 1 ? names[names.size() - 2] : "", names.back()));
    }

    TouchedTables& tables_;
};

// ---- tokens

/// A name as written, such as main."Account", as the database compares it; without the schemas that need not be named.
std::string folded(std::string_view written, Dialect dialect) {
    const auto parts = sql::name_parts(written, dialect);
    // What is no name stays: the text is wrong there, and the remark says what stands in it.
    if (!parts) return std::string(written);
    return qualified(parts->size() > 1 ? (*parts)[parts->size() - 2] : "", parts->back());
}

/// Reads one statement by its words.
class WordReader {
public:
    WordReader(std::string_view sql, Dialect dialect, TouchedTables& tables)
        : cursor_(sql, dialect), dialect_(dialect), tables_(tables) {}

    void read() {
        read_command();
        while (!cursor_.at_end()) {
            const bool names_table = cursor_.accept("FROM") || cursor_.accept("JOIN") || cursor_.accept("REFERENCES");
            if (names_table) {
                take(tables_.used);
            } else if (cursor_.accept("INTO") || cursor_.accept({"RENAME", "TO"})) {
                take(tables_.changed);
            } else {
                cursor_.advance();
            }
        }
    }

private:
    [[nodiscard]] bool at_name() const {
        return cursor_.at_name() || (dialect_ == Dialect::sqlite && cursor_.at_string());
    }

    void take(std::set<std::string>& names) {
        if (at_name()) names.insert(folded(cursor_.take_name(), dialect_));
    }

    void take_after_on() {
        while (!cursor_.at_end() && !cursor_.accept("ON")) cursor_.advance();
        take(tables_.changed);
    }

    void read_create() {
        for (const auto* word : {"TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL", "OR", "REPLACE"}) (void)cursor_.accept(word);
        if (cursor_.accept("INDEX") || cursor_.accept("TRIGGER")) return take_after_on();
        if (!cursor_.accept("TABLE") && !cursor_.accept("VIEW")) return;
        (void)cursor_.accept_if_exists();
        take(tables_.changed);
    }

    void read_command() {
        if (cursor_.accept("CREATE")) return read_create();
        if (cursor_.accept({"ALTER", "TABLE"}) || cursor_.accept({"DROP", "TABLE"}) ||
            cursor_.accept({"DROP", "VIEW"})) {
            (void)cursor_.accept_if_exists();
            return take(tables_.changed);
        }
        if (cursor_.accept({"DELETE", "FROM"})) return take(tables_.changed);
        if (!cursor_.accept("UPDATE")) return;
        if (cursor_.accept("OR")) cursor_.advance();
        take(tables_.changed);
    }

    sql::SqlCursor cursor_;
    Dialect dialect_;
    TouchedTables& tables_;
};

void read_postgresql(std::string_view sql, TouchedTables& tables) {
    const std::string text(sql);
    const auto tree = text.find('\0') == std::string::npos ? sql::parse_statement(text) : std::nullopt;
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
    // What is changed is surely used.
    for (const auto& name : tables.changed) tables.used.erase(name);
    return tables;
}

namespace {

/// Reads one statement for what it drops. Both dialects write these statements alike.
void read_dropped(std::string_view sql, Dialect dialect, const std::function<void(std::string)>& take) {
    sql::SqlCursor cursor(sql, dialect);
    const auto take_name = [&] { return folded(cursor.take_name(), dialect); };
    if (cursor.accept({"DROP", "TABLE"})) {
        (void)cursor.accept_if_exists();
        do take("table " + take_name());
        while (cursor.accept_symbol(","));
        return;
    }
    if (cursor.accept({"DELETE", "FROM"})) return take("rows of " + take_name());
    if (cursor.accept("TRUNCATE")) {
        (void)cursor.accept("TABLE");
        return take("rows of " + take_name());
    }
    if (!cursor.accept({"ALTER", "TABLE"})) return;
    (void)cursor.accept_if_exists();
    (void)cursor.accept("ONLY");
    const auto table = take_name();
    for (; !cursor.at_end(); cursor.advance()) {
        if (!cursor.accept("DROP")) continue;
        // These drop something of the table or of a column, and no values.
        if (cursor.at_word("CONSTRAINT") || cursor.at_word("DEFAULT") || cursor.at_word("NOT")) continue;
        if (cursor.at_word("EXPRESSION") || cursor.at_word("IDENTITY")) continue;
        (void)cursor.accept("COLUMN");
        (void)cursor.accept_if_exists();
        take(fmt::format("column {}.{}", table, sql::folded_name(cursor.text(), dialect)));
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
