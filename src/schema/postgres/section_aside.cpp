#include "schema/postgres/section_aside.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/parts.hpp"

namespace rev::schema::postgres {
namespace {

/// Whether it is a partition's share of what its table has.
bool is_share(const Fact& part) {
    return !(note_of(part, "inherited").empty() && note_of(part, "part of").empty() && note_of(part, "whole").empty());
}

}  // namespace

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

std::string sequence_aside(const Fact& column, const RenderContext& context) {
    return name_aside(column.id.name[1] + '_' + column.id.name[2] + "_seq", context);
}

Statement take_position(const std::string& to, const std::string& from, const Fact& fact) {
    // is_called too: a sequence that never gave a value must give its first one.
    return statement("SELECT pg_catalog.setval(" + quote_text(to) + ", last_value, is_called) FROM " + from, fact);
}

Statements AsideWriter::step_aside(const Item& item) const {
    return item.id().kind == Kind::table ? table_aside(item) : rename_aside(item);
}

Statements AsideWriter::clear(const Item& item) const {
    return item.id().kind == Kind::table ? copy_rows(item) : Statements{drop_aside(item)};
}

Statements AsideWriter::rename_aside(const Item& item) const {
    const auto object = object_name(*item.before);
    Statements statements = {statement("ALTER " + object.kind + ' ' + object.name + " RENAME TO " +
                                           quote_name(name_aside(item.id().name[1], context_)),
                                       *item.before)};
    if (item.id().kind == Kind::type_range) append_range_aside(statements, *item.before);
    if (item.id().kind == Kind::domain) append_unneeded_of_domain(statements, *item.before);
    return statements;
}

/// The values that are there have been looked at, and no new ones come.
void AsideWriter::append_unneeded_of_domain(Statements& statements, const Fact& domain) const {
    const auto alter =
        "ALTER DOMAIN " + qualified(std::vector{domain.id.name[0], name_aside(domain.id.name[1], context_)}) + ' ';
    if (!attribute_of(domain, "default").empty() && needs_what_goes(domain.id, domain.id))
        statements.push_back(statement(alter + "DROP DEFAULT", domain));
    for (const auto* part : parts_of(context_.before, domain.id))
        if (part->id.kind == Kind::domain_constraint && needs_what_goes(part->id, domain.id))
            statements.push_back(statement(alter + "DROP CONSTRAINT " + quote_name(part->id.name.back()), domain));
}

std::vector<const Fact*> AsideWriter::parts_of(const Model& model, const FactId& table) const {
    std::vector<const Fact*> parts;
    for (const auto& fact : model.facts())
        if (fact.parent == table) parts.push_back(&fact);
    return parts;
}

/// Whether a part of a table that stands aside has been dropped by a statement of its own.
bool AsideWriter::is_dropped_before(const FactId& part, const Item& table) const {
    const auto found = items_.find(part);
    if (!found) return false;
    const auto leave = node_of(*found, Step::leave);
    return actions_.exists(leave) && item_of(actions_.host(leave)) != *items_.find(table.id());
}

/// A partition of a table that stays: two cannot have the same place there.
Statements AsideWriter::leave_whole(const Item& item) const {
    const auto link = items_.find({Kind::partition, item.id().name});
    if (!link || !items_[*link].before) return {};
    const auto goes_too = [&](std::size_t needed) {
        return items_[needed].id() != item.id() && items_[needed].is_dropped();
    };
    if (std::ranges::any_of(items_[*link].old_needs, goes_too)) return {};
    return drop_object(*items_[*link].before, context_);
}

/// Whether something goes before the table that stands aside, which it would keep from going.
bool AsideWriter::needs_what_goes(const FactId& part, const FactId& table) const {
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
void AsideWriter::append_unneeded(Statements& statements, const Fact& part, const Fact& table, const std::string& old,
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

/// Whether it is a partition of a table that stands aside as well, and goes with that.
bool AsideWriter::is_attached(const Item& table) const {
    const auto clear = node_of(*items_.find(table.id()), Step::clear);
    return actions_.host(clear) != clear;
}

/// Of the partitions that go with it. What they have from it goes with its own.
void AsideWriter::append_unneeded_of_partitions(Statements& statements, const Item& item) const {
    const auto clear = node_of(*items_.find(item.id()), Step::clear);
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& other = items_[i];
        if (other.id().kind != Kind::table || !other.before || other.id() == item.id()) continue;
        if (actions_.host(node_of(i, Step::leave)) != clear) continue;
        const auto& partition = *other.before;
        for (const auto* part : parts_of(context_.before, partition.id)) {
            if (!is_share(*part) || part->id.kind == Kind::column)
                append_unneeded(statements, *part, partition, qualified(partition.id.name), true);
        }
    }
}

/// With the names of its indexes and sequences, which the new one takes.
Statements AsideWriter::table_aside(const Item& item) const {
    const auto& table = *item.before;
    const auto aside = name_aside(table.id.name[1], context_);
    Statements statements = leave_whole(item);
    statements.push_back(statement(alter_table(table) + " RENAME TO " + quote_name(aside), table));
    const auto old_table = qualified(std::vector{table.id.name[0], aside});
    const auto attached = is_attached(item);
    auto parts = parts_of(context_.before, table.id);
    // A key goes behind those that refer to it from the table itself.
    std::stable_partition(parts.begin(), parts.end(),
                          [](const Fact* part) { return attribute_of(*part, "type") == "FOREIGN KEY"; });
    for (const auto* part : parts) {
        const auto& name = part->id.name.back();
        // A share of what goes, too, cannot go alone.
        const auto goes_with_whole = attached && part->id.kind != Kind::column && is_share(*part);
        if (goes_with_whole || is_dropped_before(part->id, item)) continue;
        if (part->id.kind != Kind::index && part->id.kind != Kind::statistics)
            append_unneeded(statements, *part, table, old_table, attached);
        // What its tables get from now on is not for the old one.
        if (part->id.kind == Kind::inheritance)
            statements.push_back(statement(
                "ALTER TABLE " + old_table + " NO INHERIT " + qualified(std::span(part->id.name).subspan(2)), table));
        if (part->id.kind == Kind::index)
            statements.push_back(statement("DROP INDEX " + qualified(part->id.name), table));
        if (part->id.kind == Kind::statistics)
            statements.push_back(statement("DROP STATISTICS " + qualified(part->id.name), table));
        // A CHECK has no index whose name would be in the way.
        if (part->id.kind == Kind::constraint && attribute_of(*part, "type") != "CHECK")
            statements.push_back(statement("ALTER TABLE " + old_table + " DROP CONSTRAINT " + quote_name(name), table));
        if (part->id.kind == Kind::column && !attribute_of(*part, "identity").empty())
            statements.push_back(statement("ALTER SEQUENCE " + identity_sequence_of(*part) + " RENAME TO " +
                                               quote_name(sequence_aside(*part, context_)),
                                           table));
    }
    append_unneeded_of_partitions(statements, item);
    return statements;
}

/// What ALTER COLUMN TYPE would make of the old value.
std::string AsideWriter::copied_value(const Fact& before, const Fact& after) const {
    const auto item = items_.find(after.id);
    const auto is_aside = [&](std::size_t needed) {
        const auto kind = items_[needed].id().kind;
        return items_[needed].aside && kind != Kind::collation && kind != Kind::table;
    };
    const auto remade =
        item && (std::ranges::any_of(items_[*item].new_needs, is_aside) || items_.has_values_of_remade(items_[*item]));
    const auto name = quote_name(after.id.name.back());
    if (!remade && !differs(before, after, "type")) return name;
    const auto change = change_type(before, after, remade, context_).sql;
    constexpr std::string_view word = " USING ";
    const auto at = change.find(word);
    return at == std::string::npos ? name : change.substr(at + word.size());
}

Statements AsideWriter::copy_rows(const Item& item) const {
    const auto& table = item.any();
    const auto old_table = qualified(std::vector{table.id.name[0], name_aside(table.id.name[1], context_)});
    const auto whole = item.moves ? items_.whole_before(*items_.find(table.id)) : std::nullopt;
    const auto target = whole ? items_[*whole].id() : table.id;
    std::vector<std::string> names;
    std::vector<std::string> values;
    Statements positions;
    for (const auto* part : parts_of(context_.after, target)) {
        if (part->id.kind != Kind::column) continue;
        const auto* before =
            context_.before.find({Kind::column, {table.id.name[0], table.id.name[1], part->id.name[2]}});
        if (!before || !attribute_of(*part, "generated").empty()) continue;
        names.push_back(quote_name(part->id.name.back()));
        values.push_back(copied_value(*before, *part));
        if (whole || attribute_of(*part, "identity").empty() || attribute_of(*before, "identity").empty()) continue;
        const auto old_sequence = qualified(std::vector{table.id.name[0], sequence_aside(*part, context_)});
        positions.push_back(take_position(identity_sequence_of(*part), old_sequence, table));
    }
    Statements statements;
    if (!names.empty()) {
        auto source = base::join(values, ", ") + " FROM " + old_table;
        if (const auto fits = whole && !item.after ? rows_with_a_place(*whole) : std::string(); !fits.empty()) {
            // The condition is one of the new columns.
            for (std::size_t i = 0; i < names.size(); ++i)
                if (values[i] != names[i]) values[i] += " AS " + names[i];
            source = base::join(names, ", ") + " FROM (SELECT " + base::join(values, ", ") + " FROM " + old_table +
                     ") AS moved\n    WHERE " + fits;
        }
        statements.push_back(statement("INSERT INTO " + qualified(target.name) + " (" + base::join(names, ", ") +
                                           ")\n    OVERRIDING SYSTEM VALUE\n    SELECT " + source,
                                       table, HazardKind::rewrites_table,
                                       "the table is made anew, and its rows are copied"));
    }
    // Behind the rows, so that the next value comes behind those that were given.
    std::move(positions.begin(), positions.end(), std::back_inserter(statements));
    auto drop = statement("DROP TABLE " + old_table, table);
    if (!item.after)
        drop.hazards.push_back({HazardKind::deletes_data, table.id, "rows that no other partition takes are deleted"});
    statements.push_back(std::move(drop));
    return statements;
}

/// Which rows of a partition that goes others of its table take; empty: all, as far as is known.
std::string AsideWriter::rows_with_a_place(std::size_t whole) const {
    std::string fits;
    for (const auto link : items_.partitions_of(whole, false)) {
        const auto& partition = *items_[link].after;
        // What stays as it was has no place for them: bounds do not overlap.
        if (items_[link].fate == Fate::keep && attribute_of(partition, "bound") != "DEFAULT") continue;
        const auto condition = own_condition(partition, context_.after);
        // The function that tells rows by their hashes names the table by its number.
        const auto is_known = !condition.empty() && attribute_of(partition, "bound") != "DEFAULT" &&
                              condition.find("satisfies_hash_partition") == std::string::npos;
        if (!is_known) return "";
        fits += (fits.empty() ? "" : " OR ") + condition;
    }
    return fits;
}

/// The functions that make a range have its name, and go with it.
void AsideWriter::append_range_aside(Statements& statements, const Fact& range) const {
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

Statement AsideWriter::drop_aside(const Item& item) const {
    const auto object = object_name(*item.before);
    // Behind a routine's name are its arguments.
    const auto arguments = object.name.substr(qualified(std::span(item.id().name).first(2)).size());
    return statement("DROP " + object.kind + ' ' +
                         qualified(std::vector{item.id().name[0], name_aside(item.id().name[1], context_)}) + arguments,
                     *item.before);
}

}  // namespace rev::schema::postgres
