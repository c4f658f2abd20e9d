#include "schema/kind.hpp"

#include <algorithm>
#include <array>

namespace rev::schema {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Kind::other) + 1> names = {
    "schema",
    "extension",
    "collation",
    "enum type",
    "enum label",
    "composite type",
    "attribute",
    "range type",
    "domain",
    "domain constraint",
    "base type",
    "sequence",
    "table",
    "column",
    "default",
    "constraint",
    "index",
    "view",
    "materialized view",
    "routine",
    "aggregate",
    "operator",
    "operator class",
    "operator family",
    "cast",
    "conversion",
    "language",
    "trigger",
    "event trigger",
    "rule",
    "policy",
    "statistics",
    "text search parser",
    "text search dictionary",
    "text search template",
    "text search configuration",
    "foreign data wrapper",
    "foreign server",
    "user mapping",
    "publication",
    "publication member",
    "subscription",
    "partition",
    "inheritance",
    "owner",
    "grant",
    "default grant",
    "comment",
    "security label",
    "virtual table",
    "other",
};

}  // namespace

std::string_view to_string(Kind kind) { return names.at(static_cast<std::size_t>(kind)); }

std::span<const std::string_view> kind_names() noexcept { return names; }

std::optional<Kind> find_kind(std::string_view name) noexcept {
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? std::nullopt : std::optional(static_cast<Kind>(found - names.begin()));
}

}  // namespace rev::schema
