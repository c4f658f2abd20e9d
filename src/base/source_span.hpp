#pragma once

#include <cstddef>
#include <string_view>

#include "rev/error.hpp"

namespace rev::base {

/// A piece of a text file and where it stands there, in one value: whoever has the text can say where a byte of it is.
/// Both views must outlive it.
struct SourceSpan {
    std::string_view text;
    std::string_view path = {};    ///< as messages show it; empty: no file
    std::size_t first_line = 1;    ///< of the text's first byte in the file, 1-based
    std::size_t first_column = 1;  ///< of it, 1-based, in characters

    /// The place of a byte of the text, with the line as far as the text holds it. offset: at most the text's size.
    [[nodiscard]] Location at(std::size_t offset) const;
};

}  // namespace rev::base
