#pragma once

#include <string>

namespace rev::foreign {

// Programs in Python: guard.py, scratch.py, sent_text.py, and behind them what is the tool's.
[[nodiscard]] std::string alembic_program();
[[nodiscard]] std::string django_program();

}  // namespace rev::foreign
