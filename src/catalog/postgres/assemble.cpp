// Makes facts of the rows that the queries gave. Whatever PostgreSQL has is at an address: its catalog, its oid, and
// the number of the column or 0. By that, pg_depend and the queries here speak of the same thing. Where one object is a
// part of another (the row type of a table, the index of a constraint), its address stands for the whole.

#include "catalog/postgres/assemble.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "base/text.hpp"

namespace rev::catalog::postgres {
namespace {

using schema::Fact;
using schema::FactId;
using schema::Kind;

constexpr auto nowhere = std::numeric_limits<std::size_t>::max();
constexpr std::size_t names_shown = 5;

template <typename Number>
Number number_in(const SqlValue& value) {
    Number number = 0;
    if (value) std::from_chars(value->data(), value->data() + value->size(), number);
    return number;
}

Address address_in(const SqlRow& row, std::size_t first) {
    return {number_in<unsigned>(row[first]), number_in<unsigned>(row[first + 1]), number_in<int>(row[first + 2])};
}

bool begins_with(const std::vector<std::string>& name, const std::vector<std::string>& beginning) {
    return name.size() >= beginning.size() && std::equal(beginning.begin(), beginning.end(), name.begin());
}

}  // namespace

bool matches_pattern(const std::vector<std::string>& name, const std::string& pattern) {
    // Without a dot it is about names in whatever schema, not about the schema's own.
    if (pattern.find('.') == std::string::npos)
        return !name.empty() &&
               std::ranges::any_of(name.size() > 1 ? std::span(name).subspan(1) : std::span(name),
                                   [&](const auto& part) { return base::fits(part, pattern, base::Wildcards::stars); });
    for (std::size_t parts = 1; parts <= name.size(); ++parts)
        if (base::fits(base::join(std::span(name).first(parts), "."), pattern, base::Wildcards::stars)) return true;
    return false;
}

void Assembly::add_facts(const FactQuery& query, Rows rows) {
    entries_.reserve(entries_.size() + rows.size());
    for (auto& row : rows) {
        Entry entry{.fact = {.id = {query.kind, {}}, .parent = {}, .attributes = {}, .notes = {}, .depends_on = {}},
                    .parent = address_in(row, 3)};
        std::size_t column = 6;
        for (std::size_t part = 0; part < query.names.size(); ++part)
            entry.fact.id.name.push_back(std::move(row[column++]).value_or(""));
        for (const auto& field : query.fields) {
            auto& value = row[column++];
            if (!value) continue;
            auto& values = field.role == Field::Role::attribute ? entry.fact.attributes : entry.fact.notes;
            values.emplace(field.name, std::move(*value));
        }
        const auto index = entries_.size();
        const auto address = address_in(row, 0);
        by_address_.emplace(address, index);
        // Its attributes are columns of a relation in pg_class, by which pg_depend speaks of them.
        if (query.kind == Kind::type_composite)
            by_address_.emplace(Address{catalog_class, number_in<unsigned>(entry.fact.notes["relation"]), 0}, index);
        // The index of a constraint is no fact: what is said of it (a comment, say) is said of the constraint.
        if (const auto of_index = entry.fact.notes.find("index"); of_index != entry.fact.notes.end())
            constraint_of_index_.emplace(number_in<unsigned>(of_index->second), index);
        if (const auto of_identity = entry.fact.notes.find("sequence"); of_identity != entry.fact.notes.end()) {
            column_of_sequence_.emplace(number_in<unsigned>(of_identity->second), index);
            entry.fact.notes.erase(of_identity);
        }
        entries_.push_back(std::move(entry));
    }
}

const Assembly::Entry* Assembly::direct(const Address& address) const {
    const auto found = by_address_.find(address);
    return found == by_address_.end() ? nullptr : &entries_[found->second];
}

/// The fact that stands for an object: its own, its table's for a column that has none, else what it is a part of.
std::size_t Assembly::resolve(Address address) const {
    // A part of a part is deep enough; the bound is in place of a search for circles, of which nothing says that there
    // are none.
    for (int steps = 0; steps < 8; ++steps) {
        if (const auto found = by_address_.find(address); found != by_address_.end()) return found->second;
        if (address.number != 0) {
            const auto whole = by_address_.find(Address{address.catalog, address.object, 0});
            if (whole != by_address_.end()) return whole->second;
        }
        auto next = part_of_.find(address);
        if (next == part_of_.end()) next = part_of_.find(Address{address.catalog, address.object, 0});
        if (next == part_of_.end()) return nowhere;
        address = next->second;
    }
    return nowhere;
}

void Assembly::depend(std::size_t dependent, std::size_t needed) {
    if (dependent == nowhere || needed == nowhere || dependent == needed) return;
    auto& fact = entries_[dependent].fact;
    const auto& other = entries_[needed].fact;
    // An object needs what it goes with anyway, and never its own parts.
    if (fact.parent == other.id || other.parent == fact.id) return;
    fact.depends_on.push_back(other.id);
}

void Assembly::settle_parents() {
    for (auto& entry : entries_)
        if (const auto* parent = direct(entry.parent)) entry.fact.parent = parent->fact.id;
}

/// Ownership, partitions and inheritance are facts of ours: pg_depend knows them by the table or the sequence.
void Assembly::depend_on_noted_objects() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        auto& notes = entries_[i].fact.notes;
        if (!notes.contains("object")) continue;
        depend(i, resolve({number_in<unsigned>(notes["class"]), number_in<unsigned>(notes["object"]),
                           number_in<int>(notes["number"])}));
        for (const auto* name : {"class", "object", "number"}) notes.erase(name);
    }
}

void Assembly::add_dependencies(const Rows& rows) {
    settle_parents();
    const auto kind = [](const SqlRow& row) { return row[6].value_or(" ").front(); };
    // All parts first: a dependency may come before the row that says what its object is a part of.
    for (const auto& row : rows)
        if (kind(row) == 'i' || kind(row) == 'e') part_of_.emplace(address_in(row, 0), address_in(row, 3));
    for (const auto& row : rows) {
        const auto dependent = resolve(address_in(row, 0));
        // P and S: the part of a partition is made with that of the whole.
        if (dependent == nowhere || kind(row) == 'P' || kind(row) == 'S') continue;
        const auto needed = resolve(address_in(row, 3));
        if (needed == nowhere) continue;
        const auto dependent_kind = entries_[dependent].fact.id.kind;
        // A column that owns it: sequence_owners() has that as a fact of its own.
        if (dependent_kind == Kind::sequence && kind(row) == 'a') continue;
        const auto same_kind = dependent_kind == entries_[needed].fact.id.kind;
        // Partitions, and their indexes: facts of their own say what they are parts of.
        if (same_kind && (dependent_kind == Kind::index || dependent_kind == Kind::table)) continue;
        // A foreign key needs the key of the other table also as a partition's.
        if (same_kind && dependent_kind == Kind::constraint && entries_[dependent].fact.notes.contains("inherited") &&
            entries_[dependent].fact.attributes["type"] == entries_[needed].fact.attributes["type"])
            continue;
        depend(dependent, needed);
    }
    depend_on_noted_objects();
}

Assembly::Subject Assembly::subject(const Address& address, const SqlValue& column) const {
    Subject found{.entry = direct(address), .name = {}};
    std::string kind;
    if (!found.entry && address.catalog == catalog_class && address.number == 0) {
        if (const auto column = column_of_sequence_.find(address.object); column != column_of_sequence_.end()) {
            found.entry = &entries_[column->second];
            found.name = {"identity sequence"};
            const auto& name = found.entry->fact.id.name;
            found.name.insert(found.name.end(), name.begin(), name.end());
            return found;
        }
        const auto constraint = constraint_of_index_.find(address.object);
        if (constraint == constraint_of_index_.end()) return found;
        found.entry = &entries_[constraint->second];
        const auto& name = found.entry->fact.id.name;
        found.name = {"index", name.front(), name.back()};
        return found;
    }
    if (!found.entry && column) {
        found.entry = direct({address.catalog, address.object, 0});
        kind = "column";
    }
    if (!found.entry) return found;
    found.name = {kind.empty() ? std::string(to_string(found.entry->fact.id.kind)) : kind};
    const auto& name = found.entry->fact.id.name;
    found.name.insert(found.name.end(), name.begin(), name.end());
    if (!kind.empty()) found.name.push_back(*column);
    return found;
}

void Assembly::say(Kind kind, const Subject& subject, std::vector<std::string> more, schema::Attributes attributes,
                   schema::Attributes notes) {
    if (!subject.entry) return;
    FactId id{kind, subject.name};
    id.name.insert(id.name.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    // The parent's kind in words may be that of a part; the SQL needs to know what the whole is.
    notes.emplace("of", to_string(subject.entry->fact.id.kind));
    said_.push_back({std::move(id), subject.entry->fact.id, std::move(attributes), std::move(notes), {}});
}

void Assembly::add_owners(const Rows& rows) {
    for (const auto& row : rows) {
        const auto address = Address{number_in<unsigned>(row[0]), number_in<unsigned>(row[1]), 0};
        // A sequence that belongs to a column has its table's owner, always.
        if (direct({0, address.object, 0})) continue;
        const auto who = subject(address, {});
        // An index has its table's owner, always.
        const auto kind = who.entry ? who.entry->fact.id.kind : Kind::other;
        if (kind == Kind::index || kind == Kind::constraint || kind == Kind::column) continue;
        // A composite type is in two catalogs.
        if (kind == Kind::type_composite && address.catalog == catalog_class) continue;
        say(Kind::owner, who, {}, {{"role", row[2].value_or("")}}, {});
    }
}

void Assembly::add_grants(const Rows& rows) {
    for (const auto& row : rows) {
        const auto who = subject(address_in(row, 0), row[3]);
        say(Kind::grant, who, {row[4].value_or("")}, {{"privileges", row[5].value_or("")}},
            {{"usual", row[6].value_or("")}});
    }
}

void Assembly::add_default_grants(const Rows& rows) {
    for (const auto& row : rows) {
        if (!options_.schemas.empty() && row[1] &&
            std::ranges::find(options_.schemas, *row[1]) == options_.schemas.end())
            continue;
        Fact fact{
            {Kind::default_grant, {row[0].value_or(""), row[1].value_or(""), row[2].value_or(""), row[3].value_or("")}},
            {},
            {{"privileges", row[4].value_or("")}},
            {{"usual", row[5].value_or("")}},
            {}};
        if (row[1]) fact.parent = FactId{Kind::schema, {*row[1]}};
        said_.push_back(std::move(fact));
    }
}

void Assembly::add_comments(const Rows& rows) {
    for (const auto& row : rows)
        say(Kind::comment, subject(address_in(row, 0), row[3]), {}, {{"text", row[4].value_or("")}}, {});
}

void Assembly::add_security_labels(const Rows& rows) {
    for (const auto& row : rows)
        say(Kind::security_label, subject(address_in(row, 0), row[3]), {row[4].value_or("")},
            {{"label", row[5].value_or("")}}, {});
}

void Assembly::add_unmodelled(const Rows& rows) {
    for (const auto& row : rows) {
        const auto kind = row[0].value_or("");
        // The rows are sorted by kind.
        if (unmodelled_.empty() || unmodelled_.back().kind != kind) unmodelled_.push_back({kind, 0, {}});
        auto& entry = unmodelled_.back();
        ++entry.count;
        if (entry.names.size() < names_shown) entry.names.push_back(row[1].value_or(""));
    }
}

bool Assembly::left_out(const Entry& entry) const {
    const auto& name = entry.fact.id.name;
    const auto own = [&](const auto& table) {
        return begins_with(name, table) && (entry.fact.id.kind == Kind::table || entry.fact.parent.has_value()) &&
               entry.fact.id.kind != Kind::index;
    };
    const auto own_part = [&](const auto& table) { return entry.fact.parent && entry.fact.parent->name == table; };
    if (std::ranges::any_of(options_.own_tables, own) || std::ranges::any_of(options_.own_tables, own_part))
        return true;
    return std::ranges::any_of(options_.exclude, [&](const auto& pattern) {
        return matches_pattern(name, pattern) ||
               (entry.fact.parent && matches_pattern(entry.fact.parent->name, pattern));
    });
}

schema::Model Assembly::model() && {
    std::set<FactId> kept;
    std::vector<Fact> facts;
    for (auto& entry : entries_) {
        if (left_out(entry) || options_.ignore.contains(entry.fact.id.kind)) continue;
        kept.insert(entry.fact.id);
        entry.fact.notes.erase("relation");
        entry.fact.notes.erase("index");
        facts.push_back(std::move(entry.fact));
    }
    for (auto& fact : said_) {
        const auto about_left_out = fact.parent && !kept.contains(*fact.parent);
        if (!about_left_out && !options_.ignore.contains(fact.id.kind)) facts.push_back(std::move(fact));
    }
    // Behind both loops, when it is known what is kept: a part of something that is left out need not fit the pattern
    // itself.
    std::erase_if(facts, [&](const Fact& fact) {
        return fact.parent && fact.id.kind != Kind::schema && !kept.contains(*fact.parent);
    });
    for (auto& fact : facts) {
        // What is left out is there anyway, and need not be waited for.
        std::erase_if(fact.depends_on, [&](const FactId& id) { return !kept.contains(id); });
        std::ranges::sort(fact.depends_on);
        fact.depends_on.erase(std::unique(fact.depends_on.begin(), fact.depends_on.end()), fact.depends_on.end());
    }
    return {Dialect::postgresql, version_, std::move(facts), std::move(unmodelled_)};
}

}  // namespace rev::catalog::postgres
