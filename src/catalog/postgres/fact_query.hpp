#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/postgres/rare.hpp"
#include "schema/model.hpp"

namespace rev::catalog::postgres {

/// Object identifiers of the system catalogs: the same on every server.
enum Catalog : unsigned {
    catalog_proc = 1255,
    catalog_type = 1247,
    catalog_attribute = 1249,
    catalog_class = 1259,
    catalog_foreign_server = 1417,
    catalog_user_mapping = 1418,
    catalog_foreign_data_wrapper = 2328,
    catalog_attrdef = 2604,
    catalog_cast = 2605,
    catalog_constraint = 2606,
    catalog_conversion = 2607,
    catalog_language = 2612,
    catalog_namespace = 2615,
    catalog_opclass = 2616,
    catalog_operator = 2617,
    catalog_rewrite = 2618,
    catalog_trigger = 2620,
    catalog_opfamily = 2753,
    catalog_extension = 3079,
    catalog_policy = 3256,
    catalog_statistic_ext = 3381,
    catalog_collation = 3456,
    catalog_event_trigger = 3466,
    catalog_ts_config = 3602,
    catalog_ts_dict = 3600,
    catalog_ts_parser = 3601,
    catalog_ts_template = 3764,
    catalog_publication = 6104,
    catalog_publication_rel = 6106,
    catalog_publication_namespace = 6237,
};

/// One column of an answer behind the address and the name.
struct Field {
    /// Whether it becomes a fact's attribute, which is compared, or a note, which is not.
    enum class Role { attribute, note };
    Role role;
    std::string name;
    std::string sql;  ///< NULL: the fact has no such attribute
};

/// sql: of a text; where it is NULL, the fact goes without.
[[nodiscard]] inline Field attribute(std::string name, std::string sql) {
    return {Field::Role::attribute, std::move(name), std::move(sql)};
}
[[nodiscard]] inline Field note(std::string name, std::string sql) {
    return {Field::Role::note, std::move(name), std::move(sql)};
}
/// An attribute that is "true" or absent.
[[nodiscard]] inline Field flag(std::string name, const std::string& condition) {
    return attribute(std::move(name), "CASE WHEN " + condition + " THEN 'true' END");
}

/// A question of which every row is a fact.
struct FactQuery {
    schema::Kind kind;
    std::string address;             ///< SQL of `class, object, column number`
    std::string parent;              ///< the same of what it goes with; empty: nothing
    std::vector<std::string> names;  ///< SQL of the parts of its name
    std::vector<Field> fields;
    std::string from;               ///< FROM and what follows
    std::optional<Rare> rare = {};  ///< asks for these alone
};

/// The same question, for where there are such objects.
[[nodiscard]] inline FactQuery where_any(Rare kind, FactQuery query) {
    query.rare = kind;
    return query;
}

/// What the questions depend on.
struct ReadScope {
    int version = 0;                           ///< server_version_num
    RareKinds present;                         ///< of which kinds the database has any
    std::vector<std::string> schema_literals;  ///< the managed schemas, quoted; empty: all but the system's
};

/// One SELECT. Its columns: the address in three, the parent's in three (zeros: none), names, fields, as
/// Assembly::add_facts() takes them.
[[nodiscard]] std::string to_sql(const FactQuery& query);

/// SQL condition: the schema of alias `n` is managed.
[[nodiscard]] std::string in_managed_schema(const ReadScope& scope);
/// SQL condition: the object is of no extension, and not an internal part of another.
[[nodiscard]] std::string stands_alone(Catalog catalog, std::string_view oid);
/// SQL of options as `name=value, name='other value'`, sorted; NULL if there are none.
[[nodiscard]] std::string option_list(std::string_view array);
/// The same in the order in which they were given, which pg_dump shows.
[[nodiscard]] std::string options_as_given(std::string_view array);
/// 'true' where a stored expression gives another value for each row, else NULL.
[[nodiscard]] std::string is_volatile(std::string_view expression);
/// The same for foreign data: `name 'value', ...`.
[[nodiscard]] std::string foreign_option_list(std::string_view array);

/// The options of a sequence, `q` of pg_sequence: only what is not the default.
[[nodiscard]] std::vector<Field> sequence_fields();

/// The questions by group of kinds, in any order: each stands alone. Those whose `rare` is not in `scope.present` are
/// there too, and are for the caller to leave out.
[[nodiscard]] std::vector<FactQuery> relation_queries(const ReadScope& scope);
[[nodiscard]] std::vector<FactQuery> table_part_queries(const ReadScope& scope);
[[nodiscard]] std::vector<FactQuery> type_queries(const ReadScope& scope);
[[nodiscard]] std::vector<FactQuery> routine_queries(const ReadScope& scope);
[[nodiscard]] std::vector<FactQuery> operator_queries(const ReadScope& scope);
[[nodiscard]] std::vector<FactQuery> other_queries(const ReadScope& scope);

/// SQL for the name of the routine that a column of a catalog refers to; NULL: it refers to none.
[[nodiscard]] std::string routine_of(std::string_view column);

}  // namespace rev::catalog::postgres
