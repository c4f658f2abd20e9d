#include "run/unclosed.hpp"

namespace rev::run {

Error unclosed_error(const SqlInFile& source, const Unclosed& found) {
    const bool is_comment = found.kind == Unclosed::Kind::comment;
    return Error(ExitCode::graph, error_codes::unclosed,
                 is_comment ? "the section ends inside a comment that begins here"
                            : "the section ends inside a quote that begins here")
        .with_location(place_at(source, found.offset))
        .with_hint(is_comment ? "close it with */, once for each /* in it: what stands behind it would not be run"
                              : "close it; nothing was run");
}

}  // namespace rev::run
