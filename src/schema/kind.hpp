#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rev::schema {

/// What a fact is. The names (`to_string`) are what users meet in reports, in `ignore:` and in JSON.
enum class Kind : std::uint8_t {
    schema,
    extension,
    collation,
    type_enum,
    enum_label,
    type_composite,
    attribute,
    type_range,
    domain,
    domain_constraint,
    base_type,
    sequence,
    table,
    column,
    column_default,
    constraint,
    index,
    view,
    materialized_view,
    routine,
    aggregate,
    operator_,
    operator_class,
    operator_family,
    cast,
    conversion,
    language,
    trigger,
    event_trigger,
    rule,
    policy,
    statistics,
    text_search_parser,
    text_search_dictionary,
    text_search_template,
    text_search_configuration,
    foreign_data_wrapper,
    foreign_server,
    user_mapping,
    publication,
    publication_member,
    subscription,
    partition,  ///< that a table is a partition, with its bound
    inheritance,
    owner,
    grant,
    default_grant,
    comment,
    security_label,
    virtual_table,  ///< SQLite
    other,
};

/// "table", "enum label", "materialized view", ...: words of PostgreSQL's and SQLite's documentation.
[[nodiscard]] std::string_view to_string(Kind kind);
/// The names of all kinds, in their order.
[[nodiscard]] std::span<const std::string_view> kind_names() noexcept;
/// The kind of that name.
[[nodiscard]] std::optional<Kind> find_kind(std::string_view name) noexcept;

}  // namespace rev::schema
