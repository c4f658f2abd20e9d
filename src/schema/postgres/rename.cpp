#include "schema/postgres/rename.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/ranks.hpp"
#include "schema/postgres/rename_text.hpp"

namespace rev::schema::postgres {
namespace {

constexpr int not_null_has_a_name = 180000;

std::string rename_statement(const Fact& fact, const FactId& to) {
    const auto& name = quote_name(to.name.back());
    switch (fact.id.kind) {
        case Kind::column:
            return alter_table(fact) + " RENAME COLUMN " + quote_name(fact.id.name.back()) + " TO " + name;
        case Kind::attribute:
            return "ALTER TYPE " + table_of(fact) + " RENAME ATTRIBUTE " + quote_name(fact.id.name.back()) + " TO " +
                   name;
        case Kind::enum_label:
            return "ALTER TYPE " + table_of(fact) + " RENAME VALUE " + quote_text(fact.id.name.back()) + " TO " +
                   quote_text(to.name.back());
        case Kind::constraint:
            return alter_table(fact) + " RENAME CONSTRAINT " + quote_name(fact.id.name.back()) + " TO " + name;
        case Kind::domain_constraint:
            return "ALTER DOMAIN " + table_of(fact) + " RENAME CONSTRAINT " + quote_name(fact.id.name.back()) + " TO " +
                   name;
        case Kind::routine:
        case Kind::aggregate: {
            const auto object = object_name(fact);
            return "ALTER " + object.kind + ' ' + object.name + " RENAME TO " + quote_name(to.name[1]);
        }
        default: {
            const auto object = object_name(fact);
            return "ALTER " + object.kind + ' ' + object.name + " RENAME TO " + name;
        }
    }
}

/// A table and the like may also move to another schema.
bool changes_schema(const FactId& from, const FactId& to) {
    return from.name.size() == 2 && to.name.size() == 2 && from.name[0] != to.name[0] &&
           from.kind != Kind::event_trigger;
}

class Renamer {
public:
    Renamer(const Model& from, const Model& to, int version)
        : facts_(from.facts().begin(), from.facts().end()), from_(from), to_(to), version_(version) {}

    void apply_hints(const Hints& hints) {
        auto renames = hints.renames;
        // Tables before their columns, whose names begin with the table's.
        std::ranges::stable_sort(renames, {}, [](const Rename& rename) { return rename.from.name.size(); });
        std::vector<Rename> pending;
        for (auto rename : renames) {
            rename.from = moved(rename.from);
            if (is_active(rename, renames)) pending.push_back(rename);
        }
        while (!pending.empty()) apply_next(pending);
    }

    /// What belongs to a column or a table and only has another name.
    void apply_consequences() {
        rename_owned_sequences();
        rename_parts();
        rename_same_kind(Kind::constraint);
        rename_same_kind(Kind::index);
    }

    RenamedModel result() && {
        return {Model(Dialect::postgresql, from_.server_version(), std::move(facts_)), std::move(statements_)};
    }

private:
    const Fact* find(const FactId& id) const {
        const auto found = std::ranges::find(facts_, id, &Fact::id);
        return found == facts_.end() ? nullptr : &*found;
    }

    /// Hints for columns of a renamed table may name the table as it was or as it is.
    FactId moved(FactId id) const {
        for (const auto& [from, to] : done_)
            if (id.name.size() > from.name.size() && std::equal(from.name.begin(), from.name.end(), id.name.begin()))
                std::ranges::copy(to.name, id.name.begin());
        return id;
    }

    bool is_active(const Rename& rename, const std::vector<Rename>& all) const {
        if (rename.from == rename.to || rename.from.kind != rename.to.kind || !to_.find(rename.to)) return false;
        if (!find(rename.from)) {
            // Perhaps it is one of a table that is renamed too: looked at again when that is done.
            return std::ranges::any_of(
                all, [&](const Rename& other) { return other.from.name.size() < rename.from.name.size(); });
        }
        if (!find(rename.to) || takes_over(rename)) return true;
        return std::ranges::any_of(all, [&](const Rename& other) { return other.from == rename.to; });
    }

    /// Whether it gets the name of one that goes: users_new becomes users. Its rows are wanted, not those of the other.
    bool takes_over(const Rename& rename) const {
        const auto kind = rename.from.kind;
        const auto is_known_by_name = kind == Kind::table || kind == Kind::column || kind == Kind::sequence ||
                                      kind == Kind::view || kind == Kind::materialized_view;
        return is_known_by_name && find(rename.from) && find(rename.to) && !to_.find(rename.from);
    }

    void apply_next(std::vector<Rename>& pending) {
        for (std::size_t i = 0; i < pending.size(); ++i) {
            auto rename = pending[i];
            rename.from = moved(rename.from);
            const auto waits_for_table = std::ranges::any_of(
                pending, [&](const Rename& other) { return other.from.name.size() < rename.from.name.size(); });
            // The table had its new name already, and the column has its own, too.
            if (!waits_for_table && !find(rename.from)) {
                pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(i));
                return;
            }
            const auto taken = find(rename.to) && rename.to != rename.from;
            const auto gives_way =
                taken && takes_over(rename) &&
                std::ranges::none_of(pending, [&](const Rename& other) { return other.from == rename.to; });
            if (waits_for_table || (taken && !gives_way && pending.size() > 1)) continue;
            pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(i));
            if (find(rename.from) && (!taken || gives_way)) {
                if (gives_way)
                    rename_aside(rename.to);
                else
                    make_way(rename);
                rename_fact(rename.from, rename.to);
            }
            return;
        }
        // They take each other's names: one steps aside first.
        auto& first = pending.front();
        auto aside = first.from;
        aside.name.back() += "__aside";
        rename_fact(first.from, aside);
        first.from = aside;
    }

    /// The name may be that of an object of another kind, which goes or gets another name itself: renames are the first
    /// statements.
    void make_way(const Rename& rename) {
        const auto wanted = name_keys(*to_.find(rename.to));
        const auto holds_name = [&](const Fact& fact) {
            const auto keys = fact.id == rename.from ? std::vector<std::string>{} : name_keys(fact);
            return std::ranges::find_first_of(keys, wanted) != keys.end();
        };
        const auto holder = std::ranges::find_if(facts_, holds_name);
        if (holder == facts_.end() || holder->id == rename.to || holder->id.kind == Kind::routine) return;
        rename_aside(FactId(holder->id));
    }

    void rename_aside(const FactId& id) {
        auto aside = id;
        aside.name.back() += "__aside";
        rename_fact(id, aside);
    }

    void rename_fact(const FactId& from, const FactId& to) {
        const auto fact = *find(from);
        auto current = fact;
        if (changes_schema(from, to)) {
            const auto object = object_name(current);
            statements_.push_back(statement(
                "ALTER " + object.kind + ' ' + object.name + " SET SCHEMA " + quote_name(to.name[0]), current));
            current.id.name[0] = to.name[0];
        }
        if (current.id != to)
            statements_.push_back(statement(rename_statement(current, to), current, HazardKind::breaks_old_code,
                                            "programs that use the old name fail"));
        if (version_ >= not_null_has_a_name || from.kind == Kind::table || from.kind == Kind::column)
            keep_derived_names(from);
        if (from.kind == Kind::table && changes_schema(from, to)) take_along(from, to.name[0]);
        rename_in_facts(facts_, from, to);
        done_.emplace_back(from, to);
        if (from.kind == Kind::column || from.kind == Kind::constraint) rename_at_heirs(from, to);
    }

    /// The server gives the new name to what partitions and heirs have from the table.
    void rename_at_heirs(const FactId& from, const FactId& to) {
        const FactId table{Kind::table, {to.name[0], to.name[1]}};
        std::vector<std::pair<FactId, FactId>> renames;
        for (const auto& link : facts_) {
            const auto is_link = link.id.kind == Kind::partition || link.id.kind == Kind::inheritance;
            if (!is_link || std::ranges::find(link.depends_on, table) == link.depends_on.end()) continue;
            const auto part_called = [&](const std::string& name) {
                return FactId{from.kind, {link.id.name[0], link.id.name[1], name}};
            };
            const auto* part = find(part_called(from.name.back()));
            if (link.id.name[1] == table.name[1] && link.id.name[0] == table.name[0]) continue;
            if (part && (from.kind == Kind::column || is_inherited(*part)))
                renames.emplace_back(part->id, part_called(to.name.back()));
        }
        for (const auto& [old_id, id] : renames) {
            if (from.kind == Kind::column) keep_derived_names(old_id);
            rename_in_facts(facts_, old_id, id);
            done_.emplace_back(old_id, id);
            rename_at_heirs(old_id, id);
        }
    }

    /// A table's indexes and the sequences of its columns move with it.
    void take_along(const FactId& table, const std::string& schema) {
        std::vector<FactId> moving;
        for (const auto& fact : facts_) {
            if (fact.id.kind == Kind::index && fact.parent == table) moving.push_back(fact.id);
            const auto of_column = [&](const FactId& id) {
                return id.kind == Kind::column && id.name[0] == table.name[0] && id.name[1] == table.name[1];
            };
            if (fact.id.kind == Kind::sequence && fact.id.name.size() == 3 &&
                std::ranges::any_of(fact.depends_on, of_column))
                moving.push_back(*fact.parent);
        }
        for (const auto& id : moving) rename_in_facts(facts_, id, {id.kind, {schema, id.name[1]}});
        for (auto& fact : facts_) {
            const auto sequence = fact.attributes.find("identity sequence");
            if (fact.parent != table || sequence == fact.attributes.end()) continue;
            const auto old_schema = quote_name(table.name[0]) + '.';
            if (sequence->second.starts_with(old_schema))
                sequence->second.replace(0, old_schema.size(), quote_name(schema) + '.');
        }
    }

    /// Names that the server made of a table's and a column's name stay what they are.
    void keep_derived_names(const FactId& id) {
        for (auto& fact : facts_) {
            if (fact.id.kind != Kind::column || (fact.id != id && fact.parent != id)) continue;
            const auto& name = fact.id.name;
            if (!attribute_of(fact, "identity").empty())
                fact.attributes.emplace("identity sequence",
                                        qualified(std::vector{name[0], name[1] + '_' + name[2] + "_seq"}));
            if (version_ >= not_null_has_a_name && !attribute_of(fact, "not null").empty() &&
                !note_of(fact, "not null constraint").empty())
                fact.attributes.emplace("not null name", note_of(fact, "not null constraint"));
        }
    }

    void rename_owned_sequences() {
        std::vector<std::pair<FactId, FactId>> renames;
        for (const auto& wanted : to_.facts()) {
            if (wanted.id.kind != Kind::sequence || wanted.id.name.size() != 3 || find(*wanted.parent)) continue;
            for (const auto& fact : facts_) {
                const auto same =
                    fact.id.kind == Kind::sequence && fact.id.name.size() == 3 && fact.depends_on == wanted.depends_on;
                if (same && !to_.find(*fact.parent)) renames.emplace_back(*fact.parent, *wanted.parent);
            }
        }
        for (const auto& [from, to] : renames) {
            if (!find(from) || find(to)) continue;
            make_way({from, to});
            rename_fact(from, to);
        }
    }

    /// A partition has one part of each index and key of the whole: under another name it is the same one.
    void rename_parts() {
        std::vector<std::pair<FactId, FactId>> renames;
        for (const auto& wanted : to_.facts()) {
            const auto& whole = whole_of(wanted);
            if (whole.empty() || find(wanted.id)) continue;
            for (const auto& fact : facts_)
                if (fact.id.kind == wanted.id.kind && fact.parent == wanted.parent && whole_of(fact) == whole &&
                    !to_.find(fact.id))
                    renames.emplace_back(fact.id, wanted.id);
        }
        for (const auto& [from, to] : renames) {
            if (!find(from) || find(to)) continue;
            make_way({from, to});
            rename_fact(from, to);
        }
    }

    static const std::string& whole_of(const Fact& fact) {
        static const std::string none;
        if (fact.id.kind != Kind::index && fact.id.kind != Kind::constraint) return none;
        return note_of(fact, fact.id.kind == Kind::index ? "whole" : "part of");
    }

    void rename_same_kind(Kind kind) {
        std::vector<std::pair<FactId, FactId>> renames;
        std::set<FactId> used;
        for (const auto& wanted : to_.facts()) {
            if (wanted.id.kind != kind || find(wanted.id) || is_inherited(wanted)) continue;
            for (const auto& fact : facts_) {
                // What is alike in everything but its name is taken for renamed: a constraint or an index made anew
                // would cost more, and nothing is lost if it was another.
                if (fact.id.kind != kind || fact.parent != wanted.parent || fact.attributes != wanted.attributes)
                    continue;
                if (to_.find(fact.id) || used.contains(fact.id)) continue;
                used.insert(fact.id);
                renames.emplace_back(fact.id, wanted.id);
                break;
            }
        }
        for (const auto& [from, to] : renames) {
            if (!find(from)) continue;  // it made way for another and has that name
            make_way({from, to});
            rename_fact(from, to);
        }
    }

    static bool is_inherited(const Fact& fact) {
        return !note_of(fact, "inherited").empty() || !note_of(fact, "merged").empty();
    }

    std::vector<Fact> facts_;
    const Model& from_;
    const Model& to_;
    int version_;
    Statements statements_;
    std::vector<std::pair<FactId, FactId>> done_;
};

}  // namespace

RenamedModel apply_renames(const Model& from, const Model& to, const Hints& hints, int version) {
    Renamer renamer(from, to, version);
    renamer.apply_hints(hints);
    renamer.apply_consequences();
    return std::move(renamer).result();
}

}  // namespace rev::schema::postgres
