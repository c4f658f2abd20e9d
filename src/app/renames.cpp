#include "app/renames.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "rev/error.hpp"

namespace rev::app {
namespace {

Error bad_rename(const std::string& text, const std::string& why) {
    return Error(ExitCode::usage, "bad_rename", fmt::format("--rename {}: {}", printable(text), why))
        .with_hint("such as --rename crew=staff or --rename crew.nm=full_name: the old name, and what its last part "
                   "becomes");
}

/// Kinds that can get another name, in the order in which a name is looked for.
constexpr schema::Kind kinds[] = {
    schema::Kind::table,      schema::Kind::column,          schema::Kind::view,     schema::Kind::materialized_view,
    schema::Kind::index,      schema::Kind::sequence,        schema::Kind::type_enum, schema::Kind::domain,
    schema::Kind::type_composite, schema::Kind::attribute,   schema::Kind::type_range, schema::Kind::enum_label,
    schema::Kind::constraint, schema::Kind::trigger,         schema::Kind::policy,   schema::Kind::schema,
    schema::Kind::routine,    schema::Kind::virtual_table,
};

bool ends_with(const std::vector<std::string>& name, const std::vector<std::string>& end) {
    return name.size() >= end.size() && std::equal(end.rbegin(), end.rend(), name.rbegin());
}

/// The part that a rename changes: a routine's last part are its argument types.
std::size_t named_part(const schema::FactId& id) {
    return id.kind == schema::Kind::routine && id.name.size() > 1 ? id.name.size() - 2 : id.name.size() - 1;
}

std::optional<schema::FactId> find_old(const schema::Model& from, const std::vector<std::string>& parts) {
    for (const auto kind : kinds)
        for (const auto& fact : from.facts())
            if (fact.id.kind == kind && ends_with(fact.id.name, parts)) return fact.id;
    return std::nullopt;
}

/// With the names that its table, or what else it belongs to, has in the new model.
schema::FactId new_id_of(schema::FactId id, const std::string& new_part, std::span<const schema::Rename> renames) {
    for (const auto& rename : renames) {
        const auto& old_name = rename.from.name;
        const bool is_inside = id.name.size() > old_name.size() &&
                               std::equal(old_name.begin(), old_name.end(), id.name.begin()) &&
                               rename.from.kind != id.kind;
        if (is_inside) std::copy(rename.to.name.begin(), rename.to.name.end(), id.name.begin());
    }
    id.name.at(named_part(id)) = new_part;
    return id;
}

struct Parsed {
    std::string text;
    std::vector<std::string> old_parts;
    std::string new_part;
};

Parsed parse(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
        throw bad_rename(text, "it has no old and new name around a `=`");
    const auto new_parts = split_list(std::string_view(text).substr(equals + 1), '.');
    return {text, split_list(std::string_view(text).substr(0, equals), '.'), new_parts.back()};
}

}  // namespace

std::vector<schema::Rename> parse_renames(std::span<const std::string> texts, const schema::Model& from,
                                          const schema::Model& to) {
    std::vector<Parsed> parsed;
    for (const auto& text : texts) parsed.push_back(parse(text));
    // What holds others comes first.
    std::ranges::stable_sort(parsed, {}, [](const Parsed& each) { return each.old_parts.size(); });
    std::vector<schema::Rename> renames;
    for (const auto& each : parsed) {
        const auto old_id = find_old(from, each.old_parts);
        if (!old_id) throw bad_rename(each.text, fmt::format("there is no {}", join(each.old_parts, ".")));
        auto new_id = new_id_of(*old_id, each.new_part, renames);
        if (to.find(new_id) == nullptr)
            throw bad_rename(each.text, fmt::format("the desired schema has no {}", describe(new_id)));
        renames.push_back({*old_id, std::move(new_id)});
    }
    return renames;
}

void add_renames(schema::Hints& hints, std::span<const schema::Rename> renames) {
    for (const auto& rename : renames) {
        const auto is_same = [&](const schema::Rename& each) { return each.from == rename.from || each.to == rename.to; };
        if (std::ranges::none_of(hints.renames, is_same)) hints.renames.push_back(rename);
    }
}

std::string rename_argument(const schema::Rename& rename) {
    return fmt::format("{}={}", join(rename.from.name, "."), rename.to.name.at(named_part(rename.to)));
}

}  // namespace rev::app
