#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "lint/expressions.hpp"
#include "lint/statement_fix.hpp"
#include "lint/statement_text.hpp"

namespace rev::lint {
namespace {

/// Builds the fix of an ALTER TABLE, action by action.
class AlterTableFix {
public:
    AlterTableFix(const FixSubject& subject, AlterTableText text) : subject_(subject), text_(std::move(text)) {}

    StatementFix run() {
        const Node& commands = subject_.tree["AlterTableStmt"]["cmds"];
        for (std::size_t index = 0; index < commands.size(); ++index)
            fix_action(commands[index]["AlterTableCmd"], text_.actions[index], text_.offsets[index]);
        if (!changed_) throw NoFix{"there is no single safe form of it"};
        // What stays as it is remains one statement: two would wait for the table's lock twice.
        if (!kept_.empty()) fix_.first.push_back(text_.head + " " + base::join(kept_, ", "));
        // These stand on the proofs and indexes that come before them.
        fix_.second.insert(fix_.second.end(), last_.begin(), last_.end());
        return std::move(fix_);
    }

private:
    [[nodiscard]] bool has_touch(Rule rule) const {
        return std::ranges::any_of(subject_.effects.touches,
                                   [&](const Touch& touch) { return touch.rule == rule && touch.work != Work::none; });
    }
    [[nodiscard]] bool is_partitioned() const {
        return subject_.before && subject_.before->kind == Relation::Kind::partitioned_table;
    }
    [[nodiscard]] const Relation* after() const {
        return subject_.before ? subject_.symbols.find_relation(subject_.before->name) : nullptr;
    }

    void keep(const std::string& action) { kept_.push_back(action); }
    void then(std::string action) { fix_.second.push_back(text_.head + " " + std::move(action)); }
    void finally(std::string action) { last_.push_back(text_.head + " " + std::move(action)); }
    void undo(std::string action) { fix_.second_down.push_back(text_.head + " " + std::move(action)); }

    void fix_action(const Node& command, const std::string& action, std::size_t offset) {
        const auto& kind = command.string("subtype");
        if (kind == "AT_AddConstraint") return fix_constraint(command["def"]["Constraint"], action, nullptr);
        if (kind == "AT_SetNotNull") return fix_not_null(command.string("name"), action);
        if (kind == "AT_AddIdentity" && proven_later_.contains(command.string("name")))
            throw NoFix{"its identity needs the NOT NULL that would move"};
        if (kind == "AT_AddColumn") return fix_column(command, action, offset);
        if (kind == "AT_ValidateConstraint" && subject_.rules.contains(Rule::long_transaction)) {
            changed_ = true;
            fix_.names.push_back(command.string("name"));
            fix_.validated_table = table_name();
            return then(action);
        }
        if (kind == "AT_DetachPartition" && subject_.rules.contains(Rule::outside_transaction)) {
            changed_ = fix_.leaves_transactions = true;
            return then(action);
        }
        keep(action);
    }

    /// The name that the constraint has, or gets from PostgreSQL.
    std::string name_of(const Node& definition, Constraint::Kind kind, const std::set<std::string>& columns) {
        if (definition.has("conname")) return definition.string("conname");
        const Relation* relation = after();
        const std::vector<Constraint> none;
        // The interpreter has named it: it is the one that was not there before. Two alike come in their order.
        for (const Constraint& each : relation == nullptr ? none : relation->constraints) {
            const bool is_it = each.kind == kind && std::set(each.columns.begin(), each.columns.end()) == columns;
            const bool is_old = std::ranges::find(subject_.before->constraints, each.name, &Constraint::name) !=
                                subject_.before->constraints.end();
            if (is_it && !is_old && named_.insert(each.name).second) return each.name;
        }
        throw NoFix{"the name of its constraint is not known: write one"};
    }

    static std::set<std::string> columns_of(const Node& names, const std::string* column) {
        const auto list = strings_of(names);
        std::set<std::string> columns(list.begin(), list.end());
        if (columns.empty() && column != nullptr) columns.insert(*column);
        return columns;
    }

    /// column: that the constraint stands behind; null: it is the table's.
    void fix_constraint(const Node& definition, const std::string& text, const std::string* column) {
        const auto& kind = definition.string("contype");
        // As a constraint of the table, without ADD and its name.
        if (kind == "CONSTR_CHECK" && !definition.flag("skip_validation") && has_touch(Rule::check_constraint))
            return validate_later(name_of(definition, Constraint::Kind::check, columns_in(definition["raw_expr"])),
                                  body_of(text, "CHECK"));
        if (kind == "CONSTR_FOREIGN" && !definition.flag("skip_validation") && has_touch(Rule::foreign_key)) {
            if (is_partitioned() && subject_.server_version < 18)
                throw NoFix{"a foreign key of a partitioned table cannot be NOT VALID before PostgreSQL 18"};
            const auto name =
                name_of(definition, Constraint::Kind::foreign_key, columns_of(definition["fk_attrs"], column));
            if (column == nullptr) return validate_later(name, body_of(text, "FOREIGN"));
            return validate_later(name,
                                  fmt::format("FOREIGN KEY ({}) {}", sql_name(*column), body_of(text, "REFERENCES")));
        }
        const bool is_key = kind == "CONSTR_UNIQUE" || kind == "CONSTR_PRIMARY";
        if (is_key && !definition.has("indexname")) return build_later(definition, column);
        if (is_key && kind == "CONSTR_PRIMARY" && has_touch(Rule::table_scan)) {
            const Relation* relation = after();
            const Constraint* key = relation == nullptr ? nullptr : relation->find_primary_key();
            if (key == nullptr) throw NoFix{"its index is not known"};
            for (const auto& name : key->columns) prove_not_null(name);
            changed_ = true;
            return finally(text);
        }
        // Taken out of a column's definition, the text has no ADD.
        keep(column == nullptr ? text : "ADD " + text);
    }

    /// From its keyword on: what stands before it is ADD and a name.
    static std::string body_of(const std::string& text, std::string_view keyword) {
        // A control character that no statement holds, to find the place by.
        const auto cut = with_words_behind(text, keyword, "\x01");
        if (!cut) throw NoFix{"it is written in a way that is not known"};
        return std::string(keyword) + cut->substr(cut->find('\x01') + 1);
    }

    void validate_later(const std::string& name, const std::string& body) {
        changed_ = true;
        // ADD reads no row, so that its strong lock is short; VALIDATE reads them all, and lets others write.
        keep(fmt::format("ADD CONSTRAINT {} {} NOT VALID", sql_name(name), body));
        then("VALIDATE CONSTRAINT " + sql_name(name));
    }

    /// A valid CHECK spares the reading under the strong lock.
    std::string prove_not_null(const std::string& column) {
        const Column* found = subject_.before ? subject_.before->find_column(column) : nullptr;
        const bool is_proven = (found != nullptr && found->is_not_null) ||
                               (subject_.before && has_proof_of_not_null(*subject_.before, column));
        if (is_proven) return {};
        if (is_partitioned()) throw NoFix{"it is a partitioned table: each partition has to be seen to"};
        const auto table = subject_.before ? subject_.before->name.name : std::string();
        const auto name = sql_name(fmt::format("{}_{}_is_not_null", table, column));
        const auto check = fmt::format("ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID", name, sql_name(column));
        changed_ = true;
        proven_later_.insert(column);
        // SET NOT NULL takes a valid CHECK for a proof, and reads nothing; after that the CHECK has done its work.
        keep(check);
        then("VALIDATE CONSTRAINT " + name);
        then(fmt::format("ALTER COLUMN {} SET NOT NULL", sql_name(column)));
        then("DROP CONSTRAINT " + name);
        undo(check);
        undo(fmt::format("ALTER COLUMN {} DROP NOT NULL", sql_name(column)));
        // The second revision's downgrade leaves the CHECK as the first one has made it; the first one's takes it away.
        fix_.first_down.push_back(fmt::format("{} DROP CONSTRAINT {}", text_.head, name));
        return name;
    }

    void fix_not_null(const std::string& column, const std::string& action) {
        if (!subject_.before) throw NoFix{"nothing is known of the table"};
        if (prove_not_null(column).empty()) keep(action);
    }

    void build_later(const Node& definition, const std::string* column) {
        if (is_partitioned()) throw NoFix{"an index of a partitioned table is built partition by partition"};
        if (definition.has("options") || definition.has("indexspace"))
            throw NoFix{"its index has options of its own: write it by hand"};
        const bool is_primary = definition.string("contype") == "CONSTR_PRIMARY";
        auto columns = strings_of(definition["keys"]);
        if (columns.empty() && column != nullptr) columns.push_back(*column);
        const auto name = name_of(definition, is_primary ? Constraint::Kind::primary_key : Constraint::Kind::unique,
                                  columns_of(definition["keys"], column));
        if (is_primary)
            for (const auto& each : columns) (void)prove_not_null(each);
        // CREATE INDEX CONCURRENTLY refuses to run in a transaction.
        changed_ = fix_.leaves_transactions = true;
        fix_.second.push_back(index_sql(definition, name, columns));
        then(fmt::format("ADD CONSTRAINT {} {} USING INDEX {}{}", sql_name(name), is_primary ? "PRIMARY KEY" : "UNIQUE",
                         sql_name(name), deferral_of(definition)));
        // At the beginning: DROP NOT NULL fails on a column that is still in a primary key.
        fix_.second_down.insert(fix_.second_down.begin(),
                                fmt::format("{} DROP CONSTRAINT {}", text_.head, sql_name(name)));
        fix_.counterparts.push_back({Counterpart::Kind::drop_constraint, name, table_name()});
        fix_.names.push_back(name);
    }

    [[nodiscard]] std::string table_name() const {
        return subject_.tree["AlterTableStmt"]["relation"].string("relname");
    }

    [[nodiscard]] std::string index_sql(const Node& definition, const std::string& name,
                                        std::vector<std::string> columns) const {
        for (auto& each : columns) each = sql_name(each);
        auto sql = fmt::format("CREATE UNIQUE INDEX CONCURRENTLY {} ON {} ({})", sql_name(name), text_.table,
                               base::join(columns, ", "));
        auto included = strings_of(definition["including"]);
        for (auto& each : included) each = sql_name(each);
        if (!included.empty()) sql += fmt::format(" INCLUDE ({})", base::join(included, ", "));
        if (definition.flag("nulls_not_distinct")) sql += " NULLS NOT DISTINCT";
        return sql;
    }

    static std::string deferral_of(const Node& definition) {
        std::string words;
        if (definition.flag("deferrable")) words += " DEFERRABLE";
        if (definition.flag("initdeferred")) words += " INITIALLY DEFERRED";
        return words;
    }

    /// What stands behind a new column, and whether its table's rows have to be checked or sorted for it.
    void fix_column(const Node& command, const std::string& action, std::size_t offset) {
        const Node& definition = command["def"]["ColumnDef"];
        const bool fills_later = has_touch(Rule::table_rewrite) && is_filled(definition);
        const auto parts = definition["constraints"].items();
        std::vector<std::size_t> begins;
        for (const Node& part : parts)
            begins.push_back(static_cast<std::size_t>(part["Constraint"]["location"].number));
        std::string column_text;
        std::size_t at = offset;
        struct Later {
            const Node* definition;
            std::string text;
        };
        std::vector<Later> later;
        for (std::size_t index = 0; index < parts.size(); ++index) {
            const auto& kind = parts[index]["Constraint"].string("contype");
            const bool moves =
                (fills_later && (kind == "CONSTR_DEFAULT" || kind == "CONSTR_NOTNULL")) ||
                (kind == "CONSTR_CHECK" && has_touch(Rule::check_constraint)) ||
                (kind == "CONSTR_FOREIGN" && has_touch(Rule::foreign_key)) ||
                ((kind == "CONSTR_UNIQUE" || kind == "CONSTR_PRIMARY") && has_touch(Rule::unique_constraint));
            if (!moves) continue;
            auto next = index + 1;
            // DEFERRABLE and the like belong to the constraint before them.
            while (next < parts.size() && parts[next]["Constraint"].string("contype").starts_with("CONSTR_ATTR"))
                ++next;
            const auto end = next < parts.size() ? begins[next] : offset + action.size();
            column_text += subject_.text.substr(at, begins[index] - at);
            at = end;
            later.push_back(
                {&parts[index]["Constraint"], std::string(trimmed_to_tokens(subject_.text, begins[index], end))});
        }
        if (later.empty()) return keep(action);
        if (command.flag("missing_ok"))
            throw NoFix{"IF NOT EXISTS: whether the constraint is added, too, depends on it"};
        column_text += subject_.text.substr(at, offset + action.size() - at);
        keep(std::string(base::trim(column_text)));
        const auto& column = definition.string("colname");
        if (fills_later) fill_in_batches(column);
        for (const Later& each : later) {
            const auto& kind = each.definition->string("contype");
            if (kind == "CONSTR_DEFAULT")
                keep(fmt::format("ALTER COLUMN {} SET {}", sql_name(column), body_of(each.text, "DEFAULT")));
            else if (kind == "CONSTR_NOTNULL")
                (void)prove_not_null(column);
            else
                fix_constraint(*each.definition, each.text, &column);
        }
    }

    /// Whether each row gets a value of its own by a default. Only that can be set behind the column: a sequence, an
    /// identity and a computed value come with it.
    [[nodiscard]] bool is_filled(const Node& definition) const {
        const Relation* relation = after();
        const Column* column = relation == nullptr ? nullptr : relation->find_column(definition.string("colname"));
        const bool comes_with_it = column == nullptr || !column->sequence.empty() || column->is_identity ||
                                   column->is_generated || subject_.symbols.has_constrained_domain(column->type);
        if (comes_with_it)
            throw NoFix{"every row gets a value of its own, and not by a default that could be set later"};
        const auto parts = definition["constraints"].items();
        const bool has_volatile_default = std::ranges::any_of(parts, [&](const Node& part) {
            const Node& constraint = part["Constraint"];
            return constraint.string("contype") == "CONSTR_DEFAULT" &&
                   is_volatile(constraint["raw_expr"], subject_.symbols);
        });
        if (!has_volatile_default) return false;
        const bool has_parts =
            is_partitioned() || std::ranges::any_of(subject_.symbols.relations, [&](const auto& each) {
                return each.second.parent == relation->name;
            });
        if (has_parts) throw NoFix{"its rows are in several tables: each has to be filled"};
        return true;
    }

    /// New rows have the default already; the old ones get it a few at a time, each in a transaction.
    void fill_in_batches(const std::string& column) {
        changed_ = fix_.leaves_transactions = true;
        fix_.second.push_back(
            fmt::format("-- rev:repeat\nUPDATE {0} SET {1} = DEFAULT WHERE ctid = ANY (ARRAY(\n"
                        "  SELECT ctid FROM {0} WHERE {1} IS NULL LIMIT 5000))",
                        text_.table, sql_name(column)));
    }

    const FixSubject& subject_;
    AlterTableText text_;
    StatementFix fix_;
    std::vector<std::string> kept_;
    std::vector<std::string> last_;
    std::set<std::string> proven_later_;  ///< columns
    std::set<std::string> named_;         ///< names of `after()` that are given away
    bool changed_ = false;
};

}  // namespace

StatementFix fix_alter_table(const FixSubject& subject) {
    auto text = cut_alter_table(subject.text);
    // The text and the tree are taken apart by two readers. Where they do not agree, nothing is touched.
    if (!text || text->actions.size() != subject.tree["AlterTableStmt"]["cmds"].size())
        throw NoFix{"it is written in a way that is not known"};
    return AlterTableFix(subject, std::move(*text)).run();
}

}  // namespace rev::lint
