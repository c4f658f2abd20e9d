#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rev/error.hpp"
#include "schema/model.hpp"

namespace rev::foreign {

/// What `there` has otherwise than `expected`, a sentence part for each fact: "lacks index public.by_name",
/// "has column public.t.a too", "has column public.t.b with type text and not integer". A part of something that is
/// named is not named again. At most ten, then how many there are more.
[[nodiscard]] std::vector<std::string> differences(const schema::Model& expected, const schema::Model& there);

/// What an error says and its detail.
[[nodiscard]] std::string words_of(const Error& error);
/// The same without line feeds.
[[nodiscard]] std::string one_line(const Error& error);

}  // namespace rev::foreign
