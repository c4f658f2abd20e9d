// Tables become partitions, and leave.
#include <algorithm>

#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/parts.hpp"

namespace rev::schema::postgres {
namespace {

constexpr std::size_t longest_beginning = 40;

Statement attach(const Fact& partition) {
    return statement("ALTER TABLE " + attribute_of(partition, "of") + " ATTACH PARTITION " + table_of(partition) + ' ' +
                         attribute_of(partition, "bound"),
                     partition, HazardKind::may_fail, "a row outside its bound stops it");
}

bool is_default(const Fact& partition) { return attribute_of(partition, "bound") == "DEFAULT"; }

/// The default partition beside it, which may hold rows that the new one's bound is for.
const Fact* find_default_beside(const Fact& partition, const Model& model) {
    const auto facts = model.facts();
    const auto found = std::ranges::find_if(facts, [&](const Fact& other) {
        return other.id.kind == Kind::partition && other.id != partition.id && is_default(other) &&
               attribute_of(other, "of") == attribute_of(partition, "of");
    });
    return found == facts.end() ? nullptr : &*found;
}

void append_checked(Statements& statements, const FactId& table, const std::string& name, const std::string& condition,
                    const Fact& partition) {
    const auto alter = "ALTER TABLE " + qualified(table.name) + ' ';
    statements.push_back(
        statement(alter + "ADD CONSTRAINT " + quote_name(name) + " CHECK (" + condition + ") NOT VALID", partition));
    statements.push_back(statement(alter + "VALIDATE CONSTRAINT " + quote_name(name), partition, HazardKind::may_fail,
                                   "a row outside its bound stops it"));
}

/// Whether a key refers to the rows, which would be gone for it.
bool is_referred_to(const FactId& table, const Model& model) {
    return std::ranges::any_of(model.facts(), [&](const Fact& fact) {
        if (fact.id.kind != Kind::constraint || attribute_of(fact, "type") != "FOREIGN KEY") return false;
        return std::ranges::any_of(fact.depends_on, [&](const FactId& id) {
            return id.kind == Kind::constraint && id.name[0] == table.name[0] && id.name[1] == table.name[1] &&
                   fact.parent != table;
        });
    });
}

/// Whether a trigger or a rule of the table would take the rows for deleted or new ones. `event`: the note that says
/// so.
bool is_watched(const FactId& table, const char* event, const Model& model) {
    return std::ranges::any_of(model.facts(),
                               [&](const Fact& fact) { return fact.parent == table && !note_of(fact, event).empty(); });
}

/// Of the whole, only triggers for each row have one of each partition.
bool is_each_row_watched(const FactId& whole, const Model& model) {
    return std::ranges::any_of(model.facts(), [&](const Fact& fact) {
        return fact.parent == whole && fact.id.kind == Kind::trigger && note_of(fact, "on delete") == "row";
    });
}

/// A new partition begins with the rows for it that the default partition beside it has. In one statement: there is no
/// time when they are in both.
Statements take_rows_from_default(const Fact& partition, const RenderContext& context) {
    const auto* other = find_default_beside(partition, context.before);
    const auto condition = own_condition(partition, context.after);
    const auto is_plain = [&](const FactId& table, const Model& model) {
        const auto* fact = model.find(table);
        return fact && attribute_of(*fact, "kind").empty() && !is_referred_to(table, model);
    };
    if (!other || condition.empty() || is_default(partition) || !context.after.find(other->id) ||
        !is_plain(*partition.parent, context.after) || is_watched(*partition.parent, "on insert", context.after))
        return {};
    for (const auto* model : {&context.before, &context.after}) {
        if (!is_plain(*other->parent, *model) || is_watched(*other->parent, "on delete", *model)) return {};
        for (const auto& id : partition.depends_on)
            if (id.kind == Kind::table && id != *partition.parent &&
                (is_referred_to(id, *model) || is_each_row_watched(id, *model)))
                return {};
    }
    std::string columns;
    for (const auto& fact : context.after.facts())
        if (fact.id.kind == Kind::column && fact.parent == partition.parent && attribute_of(fact, "generated").empty())
            columns += (columns.empty() ? "" : ", ") + quote_name(fact.id.name.back());
    return {statement("WITH moved AS (\n    DELETE FROM " + qualified(other->parent->name) + "\n    WHERE " +
                          condition + "\n    RETURNING " + columns + "\n)\nINSERT INTO " +
                          qualified(partition.parent->name) + " (" + columns +
                          ")\n    OVERRIDING SYSTEM VALUE\n    SELECT " + columns + " FROM moved",
                      partition)};
}

/// ATTACH looks at all rows of the table, and at those of the default partition, while nobody may read them, unless a
/// valid CHECK says already what it looks for.
Statements attach_online(const Fact& partition, const RenderContext& context) {
    Statements statements;
    const auto* other = find_default_beside(partition, context.before);
    const auto& condition = note_of(partition, "condition");
    const auto own = own_condition(partition, context.after);
    const auto inside = shortened(partition.id.name.back(), longest_beginning) + "_is_inside";
    const auto outside = other ? shortened(other->id.name.back(), longest_beginning) + "_is_outside" : std::string();
    const auto drop = [&](const FactId& table, const std::string& name) {
        statements.push_back(
            statement("ALTER TABLE " + qualified(table.name) + " DROP CONSTRAINT " + quote_name(name), partition));
    };
    if (!condition.empty()) append_checked(statements, *partition.parent, inside, condition, partition);
    if (other && !own.empty()) append_checked(statements, *other->parent, outside, "NOT " + own, partition);
    statements.push_back(attach(partition));
    if (!condition.empty()) drop(*partition.parent, inside);
    if (other && !own.empty()) drop(*other->parent, outside);
    return statements;
}

/// It leaves the bounds behind as a CHECK of a name of its own choice, where no CHECK of the table says the same.
Statement drop_bounds(const Fact& partition, const RenderContext& context) {
    const auto table = table_of(partition);
    std::string known;
    // Those that go behind it have a statement of their own.
    for (const auto& fact : context.before.facts())
        if (fact.id.kind == Kind::constraint && fact.parent == partition.parent &&
            attribute_of(fact, "type") == "CHECK")
            known += (known.empty() ? "" : ", ") + quote_text(fact.id.name.back());
    const auto body =
        "\nDECLARE\n    bounds name;\nBEGIN\n    FOR bounds IN\n        SELECT conname FROM "
        "pg_catalog.pg_constraint\n        WHERE conrelid = " +
        quote_text(table) + "::regclass AND contype = 'c'" +
        (known.empty() ? "" : " AND conname NOT IN (" + known + ")") + "\n    LOOP\n        EXECUTE " +
        quote_text("ALTER TABLE " + table + " DROP CONSTRAINT ") + " || quote_ident(bounds);\n    END LOOP;\nEND\n";
    const auto is_quotable = body.find("$bounds$") == std::string::npos;
    return statement("DO " + (is_quotable ? "$bounds$" + body + "$bounds$" : quote_text(body)), partition);
}

}  // namespace

std::string own_condition(const Fact& partition, const Model& model) {
    const auto& all = note_of(partition, "condition");
    const auto whole = partitioned_table_of(partition);
    const auto* above = whole ? model.find({Kind::partition, whole->name}) : nullptr;
    if (!above) return all;
    // "((a) AND (b))" above, "((a) AND (b) AND (c))" here.
    const auto& of_above = note_of(*above, "condition");
    if (all.size() < 2 || of_above.size() < 2) return "";
    const auto list = all.substr(1, all.size() - 2);
    for (const auto& beginning : {of_above, of_above.substr(1, of_above.size() - 2)})
        if (list.starts_with(beginning + " AND "))
            return '(' + list.substr(beginning.size() + std::string_view(" AND ").size()) + ')';
    return "";
}

Statements attach_partition(const Fact& partition, const RenderContext& context, bool default_stays) {
    const auto is_foreign = note_of(partition, "table kind") == "f";
    if (context.online && !is_foreign) return attach_online(partition, context);
    auto statements = default_stays ? take_rows_from_default(partition, context) : Statements{};
    auto plain = attach(partition);
    if (partition.parent && context.before.find(*partition.parent))
        plain.hazards.push_back({HazardKind::blocks_reads, partition.id,
                                 "nobody reads the table while its rows are checked against the bound"});
    if (find_default_beside(partition, context.before))
        plain.hazards.push_back(
            {HazardKind::blocks_reads, partition.id, "nobody reads the default partition while its rows are checked"});
    statements.push_back(std::move(plain));
    return statements;
}

Statements detach_partition(const Fact& partition, const RenderContext& context) {
    constexpr int detaches_concurrently = 140000;
    const auto sql = "ALTER TABLE " + attribute_of(partition, "of") + " DETACH PARTITION " + table_of(partition);
    const auto beside_default = is_default(partition) || find_default_beside(partition, context.before);
    if (!context.online || context.after.find(partition.id) || beside_default ||
        context.version < detaches_concurrently)
        return {statement(sql, partition)};
    return {statement(sql + " CONCURRENTLY", partition), drop_bounds(partition, context)};
}

}  // namespace rev::schema::postgres
