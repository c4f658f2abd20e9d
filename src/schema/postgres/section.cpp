#include "schema/postgres/section.hpp"
#include "schema/postgres/inherited_changes.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "schema/postgres/actions.hpp"
#include "schema/postgres/facts_to_plan.hpp"
#include "schema/postgres/mentions.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/parts.hpp"

namespace rev::schema::postgres {
namespace {

/// A name that nobody has, for what stands aside meanwhile.
std::string name_aside(const std::string& name, const RenderContext& context) {
    // With what is put behind it, it stays below the 63 bytes at which the server cuts names.
    constexpr std::size_t longest = 50;
    const auto base = shortened(name, longest) + "__old";
    auto free = base;
    const auto taken = [&](const Model& model) {
        return std::ranges::any_of(
            model.facts(), [&](const Fact& fact) { return fact.id.name.size() > 1 && fact.id.name[1] == free; });
    };
    for (int number = 2; taken(context.before) || taken(context.after); ++number) free = base + std::to_string(number);
    return free;
}

class SectionWriter {
public:
    SectionWriter(Actions& actions, const RenderContext& context)
        : actions_(actions), items_(actions.items()), context_(context) {
        guests_.resize(items_.size() * 3);
        for (Node node = 0; node < guests_.size(); ++node)
            if (actions_.exists(node) && actions_.host(node) != node) guests_[actions_.host(node)].push_back(node);
        for (std::size_t i = 0; i < items_.size(); ++i)
            if (items_[i].id().kind == Kind::default_grant && items_[i].before && items_[i].after)
                kept_default_grants_.push_back(items_[i].before);
    }

    Statements write() {
        Statements statements;
        auto checks_bodies = false;
        std::size_t arrivals = 0;
        for (const auto node : actions_.ordered()) {
            const auto& item = items_[item_of(node)];
            if (step_of(node) == Step::arrive) ++arrivals;
            checks_bodies = checks_bodies || (step_of(node) == Step::arrive && has_checked_text_body(item.any()));
            auto written = write(node);
            // An index that is replaced leaves nothing behind where it goes: its new one is made first.
            std::erase_if(written, [](const Statement& one) { return one.sql.empty(); });
            std::move(written.begin(), written.end(), std::back_inserter(statements));
        }
        // A body may name what comes later, or a table in the middle of its change.
        if (checks_bodies && arrivals > 1 && !context_.online)
            // Online there is no transaction for SET LOCAL to hold in.
            statements.insert(statements.begin(), Statement{.sql = "SET LOCAL check_function_bodies = off"});
        return statements;
    }

private:
    Statements write(Node node) const {
        const auto& item = items_[item_of(node)];
        switch (step_of(node)) {
            case Step::leave:
                return items_.stays_with_heirs(item_of(node)) ? drop_here_only(*item.before) : write_leave(item);
            case Step::arrive:
                return item.is_created() ? write_created(node) : write_altered(item_of(node));
            case Step::clear:
                return item.id().kind == Kind::table ? copy_rows(item) : Statements{drop_aside(item)};
        }
        return {};
    }

    /// Its heirs keep the column as their own.
    Statements drop_here_only(const Fact& column) const {
        auto statements = drop_object(column, context_);
        constexpr std::string_view alter = "ALTER TABLE ";
        statements.front().sql.insert(alter.size(), "ONLY ");
        return statements;
    }

    Statements write_leave(const Item& item) const {
        if (item.as_text && item.fate == Fate::alter) return {column_to_text(*item.before)};
        if (item.aside) return item.id().kind == Kind::table ? table_aside(item) : rename_aside(item);
        if (item.is_dropped()) return drop_object(*item.before, context_);
        const auto name = identity_sequence_of(*item.before);
        return {statement("ALTER SEQUENCE " + name + " RENAME TO " + quote_name(sequence_aside(*item.before)),
                          *item.before)};
    }

    static Statement column_to_text(const Fact& column) {
        const auto name = quote_name(column.id.name.back());
        return statement(alter_table(column) + " ALTER COLUMN " + name + " TYPE text USING " + name + "::text", column,
                         HazardKind::rewrites_table, "it is text while the table whose rows it holds changes");
    }

    std::string sequence_aside(const Fact& column) const {
        return name_aside(column.id.name[1] + '_' + column.id.name[2] + "_seq", context_);
    }

    Statements rename_aside(const Item& item) const {
        const auto object = object_name(*item.before);
        Statements statements = {statement("ALTER " + object.kind + ' ' + object.name + " RENAME TO " +
                                               quote_name(name_aside(item.id().name[1], context_)),
                                           *item.before)};
        if (item.id().kind == Kind::type_range) append_range_aside(statements, *item.before);
        if (item.id().kind == Kind::domain) append_unneeded_of_domain(statements, *item.before);
        return statements;
    }

    /// The values that are there have been looked at, and no new ones come.
    void append_unneeded_of_domain(Statements& statements, const Fact& domain) const {
        const auto alter =
            "ALTER DOMAIN " + qualified(std::vector{domain.id.name[0], name_aside(domain.id.name[1], context_)}) + ' ';
        if (!attribute_of(domain, "default").empty() && needs_what_goes(domain.id, domain.id))
            statements.push_back(statement(alter + "DROP DEFAULT", domain));
        for (const auto* part : parts_of(context_.before, domain.id))
            if (part->id.kind == Kind::domain_constraint && needs_what_goes(part->id, domain.id))
                statements.push_back(statement(alter + "DROP CONSTRAINT " + quote_name(part->id.name.back()), domain));
    }

    std::vector<const Fact*> parts_of(const Model& model, const FactId& table) const {
        std::vector<const Fact*> parts;
        for (const auto& fact : model.facts())
            if (fact.parent == table) parts.push_back(&fact);
        return parts;
    }

    /// Whether a part of a table that stands aside has been dropped by a statement of its own.
    bool is_dropped_before(const FactId& part, const Item& table) const {
        const auto found = items_.find(part);
        if (!found) return false;
        const auto leave = node_of(*found, Step::leave);
        return actions_.exists(leave) && item_of(actions_.host(leave)) != *items_.find(table.id());
    }

    /// A partition of a table that stays: two cannot have the same place there.
    Statements leave_whole(const Item& item) const {
        const auto link = items_.find({Kind::partition, item.id().name});
        if (!link || !items_[*link].before) return {};
        const auto goes_too = [&](std::size_t needed) {
            return items_[needed].id() != item.id() && items_[needed].is_dropped();
        };
        if (std::ranges::any_of(items_[*link].old_needs, goes_too)) return {};
        return drop_object(*items_[*link].before, context_);
    }

    /// Whether something goes before the table that stands aside, which it would keep from going.
    bool needs_what_goes(const FactId& part, const FactId& table) const {
        const auto found = items_.find(part);
        return found && std::ranges::any_of(items_[*found].old_needs, [&](std::size_t needed) {
                   const auto& other = items_[needed];
                   const auto& name = other.id().name;
                   const auto is_own = name.size() >= 2 && name[0] == table.name[0] && name[1] == table.name[1] &&
                                       (other.id().kind == Kind::table || other.id().kind == Kind::column);
                   return other.is_dropped() && !other.aside && !is_own;
               });
    }

    /// What it computes with, watches with and hides with: only its rows are read from now on.
    /// is_attached: to a table for which the same is done.
    void append_unneeded(Statements& statements, const Fact& part, const Fact& table, const std::string& old,
                         bool is_attached) const {
        const auto add = [&](const std::string& sql) { statements.push_back(statement(sql, table)); };
        const auto alter = "ALTER TABLE " + old + ' ';
        const auto name = quote_name(part.id.name.back());
        if (part.id.kind == Kind::column) {
            const auto* after = context_.after.find(part.id);
            const auto is_copied = after && attribute_of(*after, "generated").empty();
            // That of a partition goes with its table's.
            const auto is_own = !is_attached || note_of(part, "inherited").empty();
            const auto is_generated = !attribute_of(part, "generated").empty() && is_own;
            if (is_generated && needs_what_goes(part.id, table.id))
                add(alter + (is_copied ? "ALTER COLUMN " + name + " DROP EXPRESSION" : "DROP COLUMN " + name));
            if (needs_what_goes({Kind::column_default, part.id.name}, table.id))
                add(alter + "ALTER COLUMN " + name + " DROP DEFAULT");
            return;
        }
        const auto found = items_.find(part.id);
        const auto own_statement = found && actions_.exists(node_of(*found, Step::leave)) &&
                                   actions_.host(node_of(*found, Step::leave)) == node_of(*found, Step::leave);
        if (own_statement || !needs_what_goes(part.id, table.id)) return;
        if (part.id.kind == Kind::constraint && attribute_of(part, "type") == "CHECK")
            add(alter + "DROP CONSTRAINT " + name);
        if (part.id.kind == Kind::trigger && !is_trigger_state(part)) add("DROP TRIGGER " + name + " ON " + old);
        if (part.id.kind == Kind::index) add("DROP INDEX " + qualified(part.id.name));
        if (part.id.kind == Kind::statistics) add("DROP STATISTICS " + qualified(part.id.name));
        if (part.id.kind == Kind::policy) add("DROP POLICY " + name + " ON " + old);
        if (part.id.kind == Kind::rule) add("DROP RULE " + name + " ON " + old);
    }

    /// Whether it is a partition's share of what its table has, which stands aside as well: it goes with that, and
    /// cannot go alone.
    bool goes_with_whole(const Fact& part, const Item& table) const {
        const auto clear = node_of(*items_.find(table.id()), Step::clear);
        return actions_.host(clear) != clear && part.id.kind != Kind::column &&
               !(note_of(part, "inherited").empty() && note_of(part, "part of").empty() &&
                 note_of(part, "whole").empty());
    }

    /// Of the partitions that go with it. What they have from it goes with its own.
    void append_unneeded_of_partitions(Statements& statements, const Item& item) const {
        const auto clear = node_of(*items_.find(item.id()), Step::clear);
        for (std::size_t i = 0; i < items_.size(); ++i) {
            const auto& other = items_[i];
            if (other.id().kind != Kind::table || !other.before || other.id() == item.id()) continue;
            if (actions_.host(node_of(i, Step::leave)) != clear) continue;
            const auto& partition = *other.before;
            for (const auto* part : parts_of(context_.before, partition.id)) {
                const auto is_own = note_of(*part, "inherited").empty() && note_of(*part, "part of").empty() &&
                                    note_of(*part, "whole").empty();
                if (is_own || part->id.kind == Kind::column)
                    append_unneeded(statements, *part, partition, qualified(partition.id.name), true);
            }
        }
    }

    /// With the names of its indexes and sequences, which the new one takes.
    Statements table_aside(const Item& item) const {
        const auto& table = *item.before;
        const auto aside = name_aside(table.id.name[1], context_);
        Statements statements = leave_whole(item);
        statements.push_back(statement(alter_table(table) + " RENAME TO " + quote_name(aside), table));
        const auto old_table = qualified(std::vector{table.id.name[0], aside});
        const auto clear = node_of(*items_.find(table.id), Step::clear);
        const auto is_attached = actions_.host(clear) != clear;
        for (const auto* part : parts_of(context_.before, table.id)) {
            const auto& name = part->id.name.back();
            if (is_dropped_before(part->id, item) || goes_with_whole(*part, item)) continue;
            if (part->id.kind != Kind::index && part->id.kind != Kind::statistics)
                append_unneeded(statements, *part, table, old_table, is_attached);
            // What its tables get from now on is not for the old one.
            if (part->id.kind == Kind::inheritance)
                statements.push_back(statement(
                    "ALTER TABLE " + old_table + " NO INHERIT " + qualified(std::span(part->id.name).subspan(2)),
                    table));
            if (part->id.kind == Kind::index)
                statements.push_back(statement("DROP INDEX " + qualified(part->id.name), table));
            if (part->id.kind == Kind::statistics)
                statements.push_back(statement("DROP STATISTICS " + qualified(part->id.name), table));
            // A CHECK has no index whose name would be in the way.
            if (part->id.kind == Kind::constraint && attribute_of(*part, "type") != "CHECK")
                statements.push_back(
                    statement("ALTER TABLE " + old_table + " DROP CONSTRAINT " + quote_name(name), table));
            if (part->id.kind == Kind::column && !attribute_of(*part, "identity").empty())
                statements.push_back(statement(
                    "ALTER SEQUENCE " + identity_sequence_of(*part) + " RENAME TO " + quote_name(sequence_aside(*part)),
                    table));
        }
        append_unneeded_of_partitions(statements, item);
        return statements;
    }

    /// What ALTER COLUMN TYPE would make of the old value.
    std::string copied_value(const Fact& before, const Fact& after) const {
        const auto item = items_.find(after.id);
        const auto remade = item && std::ranges::any_of(items_[*item].new_needs, [&](std::size_t needed) {
                                return items_[needed].aside && items_[needed].id().kind != Kind::collation &&
                                       items_[needed].id().kind != Kind::table;
                            });
        const auto name = quote_name(after.id.name.back());
        if (!remade && !differs(before, after, "type")) return name;
        const auto change = change_type(before, after, remade, context_).sql;
        constexpr std::string_view word = " USING ";
        const auto at = change.find(word);
        return at == std::string::npos ? name : change.substr(at + word.size());
    }

    Statements copy_rows(const Item& item) const {
        const auto& table = *item.after;
        const auto old_table = qualified(std::vector{table.id.name[0], name_aside(table.id.name[1], context_)});
        std::vector<std::string> names;
        std::vector<std::string> values;
        Statements positions;
        for (const auto* part : parts_of(context_.after, table.id)) {
            const auto* before = part->id.kind == Kind::column ? context_.before.find(part->id) : nullptr;
            if (!before || !attribute_of(*part, "generated").empty()) continue;
            names.push_back(quote_name(part->id.name.back()));
            values.push_back(copied_value(*before, *part));
            if (attribute_of(*part, "identity").empty() || attribute_of(*before, "identity").empty()) continue;
            const auto old_sequence = qualified(std::vector{table.id.name[0], sequence_aside(*part)});
            positions.push_back(take_position(identity_sequence_of(*part), old_sequence, table));
        }
        Statements statements;
        if (!names.empty()) {
            statements.push_back(statement(
                "INSERT INTO " + qualified(table.id.name) + " (" + base::join(names, ", ") +
                    ")\n    OVERRIDING SYSTEM VALUE\n    SELECT " + base::join(values, ", ") + " FROM " + old_table,
                table, HazardKind::rewrites_table, "the table is made anew, and its rows are copied"));
        }
        // Behind the rows, so that the next value comes behind those that were given.
        std::move(positions.begin(), positions.end(), std::back_inserter(statements));
        statements.push_back(statement("DROP TABLE " + old_table, table));
        return statements;
    }

    /// The functions that make a range have its name, and go with it.
    void append_range_aside(Statements& statements, const Fact& range) const {
        const auto rename = [&](const std::string& what, const std::string& name) {
            statements.push_back(
                statement("ALTER " + what + " RENAME TO " + quote_name(name_aside(name, context_)), range));
        };
        const auto& name = range.id.name[1];
        const auto& subtype = attribute_of(range, "subtype");
        for (const auto* more : {"", ", text"})
            // A range has constructors of two and three arguments, a multirange of none, one, and any number.
            rename("FUNCTION " + qualified(range.id.name) + '(' + subtype + ", " + subtype + more + ')', name);
        const auto multirange = split_parts(note_of(range, "multirange"));
        if (multirange.empty()) return;
        const auto many = qualified(multirange);
        const auto one = qualified(std::vector{range.id.name[0], name_aside(name, context_)});
        rename("TYPE " + many, multirange.back());
        for (const auto& arguments : {std::string(), one, "VARIADIC " + one + "[]"})
            rename("FUNCTION " + many + '(' + arguments + ')', multirange.back());
    }

    Statement drop_aside(const Item& item) const {
        const auto object = object_name(*item.before);
        return statement("DROP " + object.kind + ' ' +
                             qualified(std::vector{item.id().name[0], name_aside(item.id().name[1], context_)}),
                         *item.before);
    }

    std::vector<const Fact*> clauses_of(Node node, Kind kind) const {
        std::vector<const Fact*> found;
        for (const auto guest : guests_[node])
            if (actions_.is_clause(guest) && items_[item_of(guest)].id().kind == kind)
                found.push_back(items_[item_of(guest)].after);
        return found;
    }

    Statements write_created(Node node) const {
        const auto& fact = *items_[item_of(node)].after;
        if (fact.id.kind == Kind::table && fact.id.name.size() == 2) {
            auto statements = create_table(new_table(node), context_);
            for (const auto* column : clauses_of(node, Kind::column)) append_own_settings(statements, node, *column);
            return with_usual_grants(std::move(statements), fact);
        }
        if (fact.id.kind == Kind::column) {
            const auto defaults = clauses_of(node, Kind::column_default);
            return add_column(fact, defaults.empty() ? nullptr : defaults.front(), context_);
        }
        return with_usual_grants(create_object(fact, context_), fact);
    }

    /// An heir may say otherwise of a column than the table that it has it from.
    void append_own_settings(Statements& statements, Node node, const Fact& column) const {
        const auto parents = clauses_of(node, Kind::inheritance);
        if (parents.empty() || note_of(column, "inherited").empty()) return;
        for (const auto* parent : parents) {
            const std::vector<std::string> name = {parent->id.name[2], parent->id.name[3], column.id.name[2]};
            const auto* origin = context_.after.find({Kind::column, name});
            if (!origin) continue;
            auto before = *origin;
            before.id = column.id;
            // What is not inherited.
            std::erase_if(before.attributes, [](const auto& attribute) {
                return attribute.first.starts_with("identity") || attribute.first == "statistics" ||
                       attribute.first == "options";
            });
            for (auto& one : alter_column(before, column, context_)) statements.push_back(std::move(one));
            append_own_default(statements, column.id, name);
            return;
        }
    }

    void append_own_default(Statements& statements, const FactId& column,
                            const std::vector<std::string>& origin) const {
        const auto* own = context_.after.find({Kind::column_default, column.name});
        const auto* inherited = context_.after.find({Kind::column_default, origin});
        if (own && (!inherited || inherited->attributes != own->attributes))
            for (auto& one : create_object(*own, context_)) statements.push_back(std::move(one));
        if (own || !inherited) return;
        auto unwanted = *inherited;
        unwanted.id.name = column.name;
        unwanted.parent = column;
        for (auto& one : drop_object(unwanted, context_)) statements.push_back(std::move(one));
    }

    /// Default privileges that stay give a new object grants that it may not have.
    Statements with_usual_grants(Statements statements, const Fact& fact) const {
        for (auto& one : take_back_default_grants(fact, kept_default_grants_, context_))
            statements.push_back(std::move(one));
        return statements;
    }

    NewTable new_table(Node node) const {
        NewTable table{.table = items_[item_of(node)].after,
                       .columns = clauses_of(node, Kind::column),
                       .defaults = clauses_of(node, Kind::column_default),
                       .constraints = clauses_of(node, Kind::constraint),
                       .parents = clauses_of(node, Kind::inheritance)};
        const auto position = [](const char* note) {
            return [note](const Fact* fact) { return std::stoi('0' + note_of(*fact, note)); };
        };
        std::ranges::sort(table.columns, {}, position("position"));
        std::ranges::sort(table.parents, {}, position("order"));
        if (!table.parents.empty()) {
            const auto inherited = [](const Fact* fact) { return !note_of(*fact, "inherited").empty(); };
            // INHERITS brings them along.
            std::erase_if(table.columns, inherited);
            std::erase_if(table.constraints, inherited);
        }
        return table;
    }

    Statements write_altered(std::size_t index) const {
        const auto& item = items_[index];
        const auto kind = item.id().kind;
        if (kind != Kind::column && kind != Kind::constraint) return alter_object(*item.before, *item.after, context_);
        auto before = with_inherited_changes(items_, index, context_);
        if (item.as_text) {
            before.attributes["type"] = "text";
            before.attributes.erase("collation");
        }
        auto statements = alter_object(before, *item.after, context_);
        if (item.retyped) retype(statements, index, before);
        for (const auto heir : items_.own_not_nulls_below(index))
            statements.insert(statements.begin(), drop_not_null(*items_[heir].before));
        if (kind == Kind::column) hand_over(statements, index);
        return statements;
    }

    void retype(Statements& statements, std::size_t index, const Fact& before) const {
        const auto& item = items_[index];
        if (differs(before, *item.after, "type") || differs(before, *item.after, "collation")) return;
        const FactId table{Kind::table, {before.id.name[0], before.id.name[1]}};
        if (!note_of(before, "inherited").empty() && !items_.kept_links(table).empty()) return;
        const auto stands_aside = [&](std::size_t needed) {
            return items_[needed].aside && items_[needed].id().kind != Kind::collation;
        };
        // A type that comes again as another kind of type is another object under the same name.
        const auto type =
            std::ranges::any_of(item.new_needs, stands_aside) || std::ranges::any_of(item.old_needs, stands_aside);
        statements.insert(statements.begin(), change_type(before, *item.after, type, context_));
    }

    /// The position of the sequence that goes is that of the one that comes.
    void hand_over(Statements& statements, std::size_t index) const {
        const auto& column = items_[index];
        const auto found = std::ranges::find(actions_.handovers(), index, &Handover::column);
        const auto& fact = *column.after;
        if (found == actions_.handovers().end()) {
            if (attribute_of(*column.before, "identity").empty() && !attribute_of(fact, "identity").empty())
                statements.push_back(start_behind(fact));
            return;
        }
        const auto schema = fact.id.name[0];
        if (found->to_identity) {
            const auto& sequence = *items_[found->sequence].before;
            const auto aside = name_aside(sequence.id.name[1], context_);
            statements.insert(
                statements.begin(),
                statement("ALTER SEQUENCE " + qualified(sequence.id.name) + " RENAME TO " + quote_name(aside), fact));
            const auto old_name = qualified(std::vector{sequence.id.name[0], aside});
            statements.push_back(take_position(identity_sequence_of(fact), old_name, fact));
            statements.push_back(statement("DROP SEQUENCE " + old_name, fact));
        } else {
            const auto old_name = qualified(std::vector{schema, sequence_aside(*column.before)});
            statements.insert(statements.begin(),
                              take_position(qualified(items_[found->sequence].id().name), old_name, fact));
        }
    }

    static Statement take_position(const std::string& to, const std::string& from, const Fact& fact) {
        // is_called too: a sequence that never gave a value must give its first one.
        return statement("SELECT pg_catalog.setval(" + quote_text(to) + ", last_value, is_called) FROM " + from, fact);
    }

    static Statement start_behind(const Fact& column) {
        const auto name = quote_name(column.id.name.back());
        // No row, no position: HAVING then gives no row, and nothing is set.
        return statement("SELECT pg_catalog.setval(" + quote_text(identity_sequence_of(column)) + ", max(" + name +
                             ")) FROM " + table_of(column) + " HAVING max(" + name + ") > 0",
                         column);
    }

    Actions& actions_;
    const Items& items_;
    const RenderContext& context_;
    std::vector<std::vector<Node>> guests_;
    std::vector<const Fact*> kept_default_grants_;
};

}  // namespace

Statements plan_section(const RenderContext& context) {
    const auto before = facts_to_plan(context.before);
    const auto after = facts_to_plan(context.after);
    Items items(before, after, context);
    Actions actions(items);
    static_cast<void>(actions.ordered());  // cycles are gone then
    return SectionWriter(actions, context).write();
}

}  // namespace rev::schema::postgres
