#include "schema/postgres/section.hpp"

#include <algorithm>
#include <iterator>

#include "schema/postgres/actions.hpp"
#include "schema/postgres/mentions.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/parts.hpp"

namespace rev::schema::postgres {
namespace {

/// A table's replica identity may name an index, which is made after the table: it is an item of its own here.
std::vector<Fact> facts_to_plan(const Model& model) {
    std::vector<Fact> facts(model.facts().begin(), model.facts().end());
    std::vector<Fact> split;
    for (auto& fact : facts) {
        const auto identity = fact.attributes.find("replica identity");
        if (fact.id.kind != Kind::table || identity == fact.attributes.end()) continue;
        Fact own{{Kind::table, fact.id.name}, fact.id, {{"replica identity", identity->second}}, {}, {}};
        own.id.name.emplace_back("replica identity");
        constexpr std::string_view by_index = "USING INDEX ";
        if (identity->second.starts_with(by_index)) {
            for (const auto& other : model.facts()) {
                const auto can_be = (other.id.kind == Kind::index || other.id.kind == Kind::constraint) && other.parent == fact.id;
                if (can_be && quote_name(other.id.name.back()) == identity->second.substr(by_index.size()))
                    own.depends_on.push_back(other.id);
            }
        }
        fact.attributes.erase(identity);
        split.push_back(std::move(own));
    }
    std::move(split.begin(), split.end(), std::back_inserter(facts));
    std::ranges::sort(facts, {}, &Fact::id);
    return facts;
}

/// A name that nobody has, for what stands aside meanwhile.
std::string name_aside(const std::string& name, const RenderContext& context) {
    constexpr std::size_t longest = 50;
    const auto base = name.substr(0, longest) + "__old";
    auto free = base;
    const auto taken = [&](const Model& model) {
        return std::ranges::any_of(model.facts(), [&](const Fact& fact) { return fact.id.name.size() > 1 && fact.id.name[1] == free; });
    };
    for (int number = 2; taken(context.before) || taken(context.after); ++number) free = base + std::to_string(number);
    return free;
}

std::string identity_sequence_name(const Fact& column) {
    if (const auto& name = attribute_of(column, "identity sequence"); !name.empty()) return name;
    return qualified(std::vector{column.id.name[0], column.id.name[1] + '_' + column.id.name[2] + "_seq"});
}

class SectionWriter {
public:
    SectionWriter(Actions& actions, const RenderContext& context) : actions_(actions), items_(actions.items()), context_(context) {
        guests_.resize(items_.size() * 3);
        for (Node node = 0; node < guests_.size(); ++node)
            if (actions_.exists(node) && actions_.host(node) != node) guests_[actions_.host(node)].push_back(node);
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
            std::move(written.begin(), written.end(), std::back_inserter(statements));
        }
        // A body may name what comes later, or a table in the middle of its change.
        if (checks_bodies && arrivals > 1) statements.insert(statements.begin(), Statement{.sql = "SET LOCAL check_function_bodies = off"});
        return statements;
    }

private:
    Statements write(Node node) const {
        const auto& item = items_[item_of(node)];
        switch (step_of(node)) {
            case Step::leave: return write_leave(item);
            case Step::arrive: return item.is_created() ? write_created(node) : write_altered(item_of(node));
            case Step::clear: return {drop_aside(item)};
        }
        return {};
    }

    Statements write_leave(const Item& item) const {
        if (item.aside) return {rename_aside(item)};
        if (item.is_dropped()) return drop_object(*item.before, context_);
        const auto name = identity_sequence_name(*item.before);
        return {statement("ALTER SEQUENCE " + name + " RENAME TO " + quote_name(sequence_aside(*item.before)), *item.before)};
    }

    std::string sequence_aside(const Fact& column) const { return name_aside(column.id.name[1] + '_' + column.id.name[2] + "_seq", context_); }

    Statement rename_aside(const Item& item) const {
        const auto object = object_name(*item.before);
        return statement("ALTER " + object.kind + ' ' + object.name + " RENAME TO " + quote_name(name_aside(item.id().name[1], context_)),
                         *item.before);
    }

    Statement drop_aside(const Item& item) const {
        const auto object = object_name(*item.before);
        return statement("DROP " + object.kind + ' ' + qualified(std::vector{item.id().name[0], name_aside(item.id().name[1], context_)}),
                         *item.before);
    }

    std::vector<const Fact*> clauses_of(Node node, Kind kind) const {
        std::vector<const Fact*> found;
        for (const auto guest : guests_[node])
            if (actions_.is_clause(guest) && items_[item_of(guest)].id().kind == kind) found.push_back(items_[item_of(guest)].after);
        return found;
    }

    Statements write_created(Node node) const {
        const auto& fact = *items_[item_of(node)].after;
        if (fact.id.kind == Kind::table && fact.id.name.size() == 2) return create_table(new_table(node), context_);
        if (fact.id.kind == Kind::column) {
            const auto defaults = clauses_of(node, Kind::column_default);
            return add_column(fact, defaults.empty() ? nullptr : defaults.front(), context_);
        }
        return create_object(fact, context_);
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
            const auto inherited = [](const Fact* fact) { return !attribute_of(*fact, "inherited").empty(); };
            std::erase_if(table.columns, inherited);
            std::erase_if(table.constraints, inherited);
        }
        return table;
    }

    /// What a change of the table that it inherits from does to it is done with that.
    Fact with_inherited_changes(std::size_t index) const {
        const auto& item = items_[index];
        auto before = *item.before;
        const FactId table{Kind::table, {before.id.name[0], before.id.name[1]}};
        for (const auto link : items_.kept_links(table)) {
            for (const auto& parent : items_[link].any().depends_on) {
                const auto whole = items_.find({before.id.kind, {parent.name[0], parent.name[1], before.id.name[2]}});
                if (!whole || !items_[*whole].before || !items_[*whole].after || items_[*whole].fate != Fate::alter) continue;
                take_over(before, *items_[*whole].before, *items_[*whole].after, *item.after);
            }
        }
        return before;
    }

    static void take_over(Fact& fact, const Fact& whole_before, const Fact& whole_after, const Fact& wanted) {
        for (const auto* name : {"type", "collation", "not null", "not null not valid", "not null name", "expression", "not valid", "not enforced",
                                 "deferrable", "deferred", "statistics", "storage", "identity"}) {
            if (!differs(whole_before, whole_after, name) || attribute_of(whole_after, name) != attribute_of(wanted, name)) continue;
            const auto found = wanted.attributes.find(name);
            if (found == wanted.attributes.end()) fact.attributes.erase(name);
            else fact.attributes[name] = found->second;
        }
    }

    Statements write_altered(std::size_t index) const {
        const auto& item = items_[index];
        const auto kind = item.id().kind;
        if (kind != Kind::column && kind != Kind::constraint) return alter_object(*item.before, *item.after, context_);
        const auto before = with_inherited_changes(index);
        auto statements = alter_object(before, *item.after, context_);
        if (item.retyped) retype(statements, index, before);
        if (kind == Kind::column) hand_over(statements, index);
        return statements;
    }

    void retype(Statements& statements, std::size_t index, const Fact& before) const {
        const auto& item = items_[index];
        if (differs(before, *item.after, "type") || differs(before, *item.after, "collation")) return;
        const FactId table{Kind::table, {before.id.name[0], before.id.name[1]}};
        if (!attribute_of(before, "inherited").empty() && !items_.kept_links(table).empty()) return;
        const auto type = std::ranges::any_of(item.new_needs, [&](std::size_t needed) {
            return items_[needed].aside && items_[needed].id().kind != Kind::collation;
        });
        statements.insert(statements.begin(), change_type(before, *item.after, type, context_));
    }

    /// The position of the sequence that goes is that of the one that comes.
    void hand_over(Statements& statements, std::size_t index) const {
        const auto& column = items_[index];
        const auto found = std::ranges::find(actions_.handovers(), index, &Handover::column);
        const auto& fact = *column.after;
        if (found == actions_.handovers().end()) {
            if (attribute_of(*column.before, "identity").empty() && !attribute_of(fact, "identity").empty()) statements.push_back(start_behind(fact));
            return;
        }
        const auto schema = fact.id.name[0];
        if (found->to_identity) {
            const auto& sequence = *items_[found->sequence].before;
            const auto aside = name_aside(sequence.id.name[1], context_);
            statements.insert(statements.begin(), statement("ALTER SEQUENCE " + qualified(sequence.id.name) + " RENAME TO " + quote_name(aside), fact));
            const auto old_name = qualified(std::vector{sequence.id.name[0], aside});
            statements.push_back(take_position(identity_sequence_name(fact), old_name, fact));
            statements.push_back(statement("DROP SEQUENCE " + old_name, fact));
        } else {
            const auto old_name = qualified(std::vector{schema, sequence_aside(*column.before)});
            statements.insert(statements.begin(), take_position(qualified(items_[found->sequence].id().name), old_name, fact));
        }
    }

    static Statement take_position(const std::string& to, const std::string& from, const Fact& fact) {
        return statement("SELECT pg_catalog.setval(" + quote_text(to) + ", last_value, is_called) FROM " + from, fact);
    }

    static Statement start_behind(const Fact& column) {
        const auto name = quote_name(column.id.name.back());
        return statement("SELECT pg_catalog.setval(" + quote_text(identity_sequence_name(column)) + ", max(" + name + ")) FROM " +
                             table_of(column) + " HAVING max(" + name + ") > 0",
                         column);
    }

    Actions& actions_;
    const Items& items_;
    const RenderContext& context_;
    std::vector<std::vector<Node>> guests_;
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
