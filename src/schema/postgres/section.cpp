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
#include "schema/postgres/section_aside.hpp"

namespace rev::schema::postgres {
namespace {

class SectionWriter {
public:
    SectionWriter(Actions& actions, const RenderContext& context)
        : actions_(actions), items_(actions.items()), context_(context), aside_(actions, context) {
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
                return aside_.clear(item);
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
        if (item.aside) return aside_.step_aside(item);
        if (item.is_dropped()) return drop_object(*item.before, context_);
        const auto name = identity_sequence_of(*item.before);
        return {statement("ALTER SEQUENCE " + name + " RENAME TO " + quote_name(sequence_aside(*item.before, context_)),
                          *item.before)};
    }

    static Statement column_to_text(const Fact& column) {
        const auto name = quote_name(column.id.name.back());
        return statement(alter_table(column) + " ALTER COLUMN " + name + " TYPE text USING " + name + "::text", column,
                         HazardKind::rewrites_table, "it is text while the table whose rows it holds changes");
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
        if (fact.id.kind == Kind::partition)
            return attach_partition(fact, context_, items_.stays_default_beside(item_of(node)));
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
        // The values are those of a type that is another object now, whichever domain of it the column takes.
        if (kind == Kind::column && !item.as_text && items_.has_values_of_remade(item))
            before.attributes["type"] = attribute_of(*item.after, "type");
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
            const auto old_name = qualified(std::vector{schema, sequence_aside(*column.before, context_)});
            statements.insert(statements.begin(),
                              take_position(qualified(items_[found->sequence].id().name), old_name, fact));
        }
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
    AsideWriter aside_;
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
