#include "schema/postgres/casts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "schema/postgres/names.hpp"
#include "sql/token_text.hpp"

namespace rev::schema::postgres {
namespace {

struct KnownCast {
    std::string_view from;
    std::string_view to;  ///< names of types with a bar around each: "|integer|real|"
};

/// Casts that every server has and applies by itself on assignment. Source: pg_cast of 15 and 18.
constexpr std::string_view numbers = "|bigint|double precision|integer|numeric|real|smallint|";
constexpr auto assignments = std::to_array<KnownCast>({
    {"bigint", "|money|oid|"},
    {"oid", "|bigint|integer|"},
    {"integer", "|money|oid|"},
    {"numeric", "|money|"},
    {"money", "|numeric|"},
    {"bit", "|bit varying|"},
    {"bit varying", "|bit|"},
    {"box", "|polygon|"},
    {"date", "|timestamp with time zone|timestamp without time zone|"},
    {"interval", "|time without time zone|"},
    {"json", "|jsonb|"},
    {"jsonb", "|json|"},
    {"macaddr", "|macaddr8|"},
    {"macaddr8", "|macaddr|"},
    {"path", "|polygon|"},
    {"point", "|box|"},
    {"polygon", "|path|"},
    {"cidr", "|inet|"},
    {"inet", "|cidr|"},
    {"time with time zone", "|time without time zone|"},
    {"time without time zone", "|interval|time with time zone|"},
    {"timestamp with time zone", "|date|time with time zone|time without time zone|timestamp without time zone|"},
    {"timestamp without time zone", "|date|time without time zone|timestamp with time zone|"},
});
constexpr auto explicit_casts = std::to_array<KnownCast>({
    {"bigint", "|bit|"},
    {"integer", "|bit|boolean|"},
    {"boolean", "|integer|"},
    {"bit", "|bigint|integer|"},
    {"box", "|circle|lseg|point|"},
    {"circle", "|box|point|polygon|"},
    {"jsonb", "|bigint|boolean|double precision|integer|numeric|real|smallint|"},
    {"lseg", "|point|"},
    {"polygon", "|box|circle|point|"},
    {"daterange", "|datemultirange|"},
    {"int4range", "|int4multirange|"},
    {"int8range", "|int8multirange|"},
    {"numrange", "|nummultirange|"},
    {"tsrange", "|tsmultirange|"},
    {"tstzrange", "|tstzmultirange|"},
});

bool listed(std::string_view list, std::string_view type) {
    return list.find('|' + std::string(type) + '|') != std::string_view::npos;
}

template <std::size_t count>
bool knows(const std::array<KnownCast, count>& casts, std::string_view from, std::string_view to) {
    return std::ranges::any_of(casts, [&](const auto& cast) { return cast.from == from && listed(cast.to, to); });
}

bool is_array(std::string_view type) { return type.ends_with("[]"); }

/// Without lengths and precisions: "character varying", "timestamp without time zone".
std::string without_modifier(std::string_view type) {
    const auto text = sql::tokens_of(type, Dialect::postgresql);
    std::string plain;
    std::size_t at = 0;
    for (std::size_t token = 0; token < text.tokens.size(); ++token) {
        if (!text.is(token, "(")) continue;
        plain += type.substr(at, text.tokens[token].begin - at);
        token = text.behind_parentheses(token) - 1;
        at = text.tokens[token].end;
    }
    plain += type.substr(at);
    // The fields of an interval ("interval day to second") are no brackets.
    return plain.starts_with("interval") && !is_array(plain) ? "interval" : plain;
}

bool is_string(std::string_view type) {
    return type == "text" || type == "character varying" || type == "character" || type == "name" || type == "citext" ||
           type.ends_with(".citext");
}

bool is_builtin(std::string_view type) { return type.find('.') == std::string_view::npos; }

class ConversionFinder {
public:
    ConversionFinder(const Model& before, const Model& after) : models_{&before, &after} {}

    [[nodiscard]] Conversion find(const std::string& from, const std::string& to) const {
        const auto source = base_of(without_modifier(from), *models_[0]);
        const auto target = base_of(without_modifier(to), *models_[1]);
        // Lengths alone: the server cuts or refuses by itself.
        if (source == target) return Conversion::assignment;
        if (is_array(source) && is_array(target))
            return of_elements(source.substr(0, source.size() - 2), target.substr(0, target.size() - 2));
        if (const auto cast = of_users(source, target); cast != Conversion::none) return cast;
        if (is_string(source) && target == "bytea") return Conversion::to_bytes;
        if (source == "bytea" && is_string(target)) return Conversion::from_bytes;
        if (source == "inet" && is_string(target)) return Conversion::from_address;
        // Every type has a text form, and that an assignment makes of it.
        if (is_string(target)) return Conversion::assignment;
        if (is_string(source)) return Conversion::explicit_cast;
        if (listed(numbers, source) && listed(numbers, target)) return Conversion::assignment;
        if (knows(assignments, source, target)) return Conversion::assignment;
        if (knows(explicit_casts, source, target)) return Conversion::explicit_cast;
        if ((source == "boolean" && listed(numbers, target)) || (listed(numbers, source) && target == "boolean"))
            return Conversion::through_integer;
        return of_own_types(source, target);
    }

private:
    Conversion of_elements(const std::string& from, const std::string& to) const {
        const auto conversion = find(from, to);
        // No function takes a whole array's.
        if (conversion == Conversion::to_bytes) return Conversion::explicit_cast;
        const auto is_text = conversion == Conversion::from_bytes || conversion == Conversion::from_address;
        return is_text ? Conversion::assignment : conversion;
    }

    /// An enum's labels go over by their names; of what an extension brings nothing is known but that it may have a
    /// cast.
    Conversion of_own_types(const std::string& from, const std::string& to) const {
        // Other ranges of the same values look the same.
        if ((is_kind(Kind::type_range, from, *models_[0]) && is_kind(Kind::type_range, to, *models_[1])) ||
            (is_multirange(from, *models_[0]) && is_multirange(to, *models_[1])))
            return Conversion::through_text;
        if (is_kind(Kind::type_enum, from, *models_[0]))
            return is_kind(Kind::type_enum, to, *models_[1]) ? Conversion::through_text : Conversion::none;
        const auto foreign = [&](const std::string& type, const Model& model) {
            return !is_builtin(type) && !is_own(type, model);
        };
        if (foreign(from, *models_[0]) || foreign(to, *models_[1])) return Conversion::explicit_cast;
        return Conversion::none;
    }

    Conversion of_users(const std::string& from, const std::string& to) const {
        for (const auto* model : models_) {
            const auto* cast = model->find({Kind::cast, {'(' + from + " AS " + to + ')'}});
            if (cast)
                return attribute_of(*cast, "context").empty() ? Conversion::explicit_cast : Conversion::assignment;
        }
        return Conversion::none;
    }

    static bool is_kind(Kind kind, const std::string& type, const Model& model) {
        return std::ranges::any_of(
            model.facts(), [&](const Fact& fact) { return fact.id.kind == kind && qualified(fact.id.name) == type; });
    }
    static bool is_multirange(const std::string& type, const Model& model) {
        return std::ranges::any_of(model.facts(), [&](const Fact& fact) {
            return fact.id.kind == Kind::type_range && qualified(split_parts(note_of(fact, "multirange"))) == type;
        });
    }
    static bool is_own(const std::string& type, const Model& model) {
        return is_multirange(type, model) || std::ranges::any_of(model.facts(), [&](const Fact& fact) {
                   const auto kind = fact.id.kind;
                   return kind >= Kind::type_enum && kind <= Kind::table && fact.id.name.size() == 2 &&
                          qualified(fact.id.name) == type;
               });
    }

    /// A domain's values are those of its base type.
    static std::string base_of(const std::string& type, const Model& model) {
        if (is_builtin(type)) return type;
        for (const auto& fact : model.facts())
            if (fact.id.kind == Kind::domain && qualified(fact.id.name) == type)
                return base_of(without_modifier(attribute_of(fact, "type")), model);
        return type;
    }

    std::array<const Model*, 2> models_;
};

}  // namespace

Conversion find_conversion(const std::string& from_type, const std::string& to_type, const Model& before,
                           const Model& after) {
    return ConversionFinder(before, after).find(from_type, to_type);
}

}  // namespace rev::schema::postgres
