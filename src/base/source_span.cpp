#include "base/source_span.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace rev::base {

Location SourceSpan::at(std::size_t offset) const {
    // An error at the end of the text is reported behind its last byte.
    const auto position = position_of(text, std::min(offset, text.size()));
    // Only the text's first line begins somewhere else than at the line's beginning.
    const auto shift = position.line == 1 ? first_column - 1 : 0;
    return {.file = std::string(path),
            .line = first_line + position.line - 1,
            .column = position.column + shift,
            .line_text = std::string(position.line_text)};
}

}  // namespace rev::base
