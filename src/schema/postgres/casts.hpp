#pragma once

#include <string>

#include "schema/model.hpp"

namespace rev::schema::postgres {

/// How the values of one type become those of another.
enum class Conversion {
    assignment,       ///< the server does it by itself
    explicit_cast,    ///< value::type
    through_text,     ///< value::text::type
    through_integer,  ///< value::integer::type
    to_bytes,         ///< a text's bytes; the cast would read backslashes in it
    from_bytes,       ///< the text that bytes are; the server by itself makes hexadecimal digits of them
    from_address,     ///< an address as it is shown; the cast would add the length of a mask
    none,             ///< nothing is known
};

/// Between two types as format_type() spells them. Types and casts are looked for in both models.
[[nodiscard]] Conversion find_conversion(const std::string& from_type, const std::string& to_type, const Model& before,
                                         const Model& after);

}  // namespace rev::schema::postgres
