#pragma once

#include <string_view>

namespace rev::foreign {

/// alembic/recorder.py.
extern const std::string_view recorder_text;

}  // namespace rev::foreign
