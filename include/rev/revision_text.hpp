#pragma once

#include <string_view>

namespace rev::script {

/// A revision file in memory, such as one that is compiled into a program. Refers to what must outlive its user.
struct RevisionText {
    std::string_view path;  ///< how messages and the log name it, such as "versions/1975ea83b712_add_account.sql"
    std::string_view text;  ///< the whole file. Source: docs/revision-files.md
};

}  // namespace rev::script

namespace rev {
using script::RevisionText;
}  // namespace rev
