#include "lint/statement_fix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lint/statement_text.hpp"

namespace rev::lint {
namespace {

using Kind = Counterpart::Kind;

const Node& only_object(const Node& drop) {
    static const Node none;
    return drop["objects"].size() == 1 ? drop["objects"][0U] : none;
}

std::string dropped_name(const Node& drop) {
    const auto names = strings_of(only_object(drop)["List"]["items"]);
    return names.empty() ? std::string() : names.back();
}

StatementFix moved(const FixSubject& subject) {
    StatementFix fix;
    fix.second.emplace_back(subject.text);
    fix.leaves_transactions = true;
    return fix;
}

std::string concurrently(std::string_view sql, std::string_view behind = "INDEX") {
    auto changed = with_words_behind(sql, behind, "CONCURRENTLY");
    if (!changed) throw NoFix{"it is written in a way that is not known"};
    return std::move(*changed);
}

StatementFix fix_create_index(const FixSubject& subject) {
    const Node& statement = subject.tree["IndexStmt"];
    if (!subject.before) throw NoFix{"nothing is known of the table"};
    if (subject.before->kind == Relation::Kind::partitioned_table) return fix_partitioned_index(subject);
    const auto name = made_index(subject).name;
    StatementFix fix = moved(subject);
    auto& sql = fix.second.front();
    // The downgrade has to name it, and so it may not be left to the server.
    if (!statement.has("idxname")) sql = *with_words_behind(sql, "INDEX", sql_name(name));
    // After the name: CONCURRENTLY stands between INDEX and the name.
    if (!statement.flag("concurrent")) sql = concurrently(sql);
    const auto& schema = statement["relation"].string("schemaname");
    fix.second_down = {fmt::format("DROP INDEX CONCURRENTLY IF EXISTS {}{}",
                                   schema.empty() ? std::string() : sql_name(schema) + ".", sql_name(name))};
    fix.counterparts = {{Kind::drop_index, name}};
    fix.names = {name};
    return fix;
}

StatementFix fix_drop_index(const FixSubject& subject) {
    const Node& statement = subject.tree["DropStmt"];
    const auto name = dropped_name(statement);
    if (name.empty()) throw NoFix{"it drops several: CONCURRENTLY takes one"};
    if (statement.string("behavior") == "DROP_CASCADE") throw NoFix{"CONCURRENTLY takes no CASCADE"};
    if (!subject.before || subject.before->kind == Relation::Kind::partitioned_table)
        throw NoFix{"an index of a partitioned table cannot be dropped CONCURRENTLY"};
    StatementFix fix = moved(subject);
    if (!statement.flag("concurrent")) fix.second.front() = concurrently(subject.text);
    fix.counterparts = {{Kind::create_index, name}};
    fix.is_undone_by_counterpart = true;
    return fix;
}

StatementFix fix_refresh(const FixSubject& subject) {
    const auto is_fit = [](const Index& index) { return index.is_unique && index.is_plain; };
    if (!subject.before || !subject.before->is_populated || subject.tree["RefreshMatViewStmt"].flag("skipData"))
        throw NoFix{"CONCURRENTLY takes only a view that has rows"};
    if (std::ranges::none_of(subject.before->indexes, is_fit))
        throw NoFix{"CONCURRENTLY needs a unique index on columns of the view"};
    // Unlike the other forms, REFRESH ... CONCURRENTLY runs within a transaction.
    StatementFix fix;
    fix.first = {concurrently(subject.text, "VIEW")};
    return fix;
}

StatementFix fix_reindex(const FixSubject& subject) {
    const auto& kind = subject.tree["ReindexStmt"].string("kind");
    // REINDEX SYSTEM has no word DATABASE, so that it gets no fix: it cannot run CONCURRENTLY.
    const auto word = kind == "REINDEX_OBJECT_TABLE"    ? "TABLE"
                      : kind == "REINDEX_OBJECT_INDEX"  ? "INDEX"
                      : kind == "REINDEX_OBJECT_SCHEMA" ? "SCHEMA"
                                                        : "DATABASE";
    StatementFix fix = moved(subject);
    fix.second.front() = concurrently(subject.text, word);
    return fix;
}

}  // namespace

const Index& made_index(const FixSubject& subject) {
    const Relation* after = subject.symbols.find_relation(subject.before->name);
    if (after == nullptr || after->indexes.empty()) throw NoFix{"its name is not known: write one"};
    // The interpreter has run the statement already: its index is the last one.
    return after->indexes.back();
}

StatementFix fix_statement(const FixSubject& subject) {
    const auto type = subject.tree.type();
    if (type == "TransactionStmt") throw NoFix{"BEGIN and COMMIT do not belong into a revision"};
    if (type == "AlterTableStmt") return fix_alter_table(subject);
    if (type == "IndexStmt") return fix_create_index(subject);
    const bool drops_index = type == "DropStmt" && subject.tree["DropStmt"].string("removeType") == "OBJECT_INDEX";
    if (drops_index) return fix_drop_index(subject);
    if (type == "RefreshMatViewStmt") return fix_refresh(subject);
    if (type == "ReindexStmt" && subject.rules.contains(Rule::reindex)) return fix_reindex(subject);
    if (subject.rules.contains(Rule::outside_transaction)) return moved(subject);
    throw NoFix{"there is no single safe form of it"};
}

bool drops_constraint(const Node& command, const std::string& name) {
    return command.string("subtype") == "AT_DropConstraint" && command.string("name") == name;
}

std::optional<Relation> subject_relation(const Node& tree, Symbols& symbols) {
    const Node& statement = tree.body();
    if (tree.type() == "DropStmt") {
        const Relation* owner =
            symbols.find_index_owner(symbols.resolve(strings_of(only_object(statement)["List"]["items"])));
        return owner == nullptr ? std::nullopt : std::optional(*owner);
    }
    if (!statement["relation"].has("relname")) return std::nullopt;
    const Relation* found = symbols.find_relation(symbols.resolve(statement["relation"]));
    return found == nullptr ? std::nullopt : std::optional(*found);
}

std::optional<StatementFix> fix_behind_validation(std::string_view text, const Node& tree, const std::string& table) {
    const Node& altered = tree["AlterTableStmt"];
    const auto cut = cut_alter_table(text);
    if (altered["relation"].string("relname") != table || !cut) return std::nullopt;
    StatementFix fix;
    fix.second.emplace_back(text);
    // Both lean on the validation, and follow it. An ALTER TABLE that does anything else stays where it is.
    for (const Node& item : altered["cmds"].items()) {
        const Node& command = item["AlterTableCmd"];
        const auto& kind = command.string("subtype");
        if (kind != "AT_SetNotNull" && kind != "AT_DropConstraint") return std::nullopt;
        if (kind == "AT_SetNotNull")
            fix.second_down.push_back(
                fmt::format("{} ALTER COLUMN {} DROP NOT NULL", cut->head, sql_name(command.string("name"))));
    }
    return fix;
}

bool is_counterpart(const Node& tree, const Counterpart& counterpart) {
    if (counterpart.kind == Kind::create_index) return tree["IndexStmt"].string("idxname") == counterpart.name;
    if (counterpart.kind == Kind::drop_index)
        return tree["DropStmt"].string("removeType") == "OBJECT_INDEX" &&
               dropped_name(tree["DropStmt"]) == counterpart.name;
    const Node& altered = tree["AlterTableStmt"];
    if (altered["relation"].string("relname") != counterpart.table) return false;
    return std::ranges::any_of(altered["cmds"].items(), [&](const Node& command) {
        return drops_constraint(command["AlterTableCmd"], counterpart.name);
    });
}

}  // namespace rev::lint
