#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/review.hpp"

/// What the Markdown and the HTML of a review say alike: plain text, which each escapes.
namespace rev::report {

/// "3 new revisions since main".
[[nodiscard]] std::string review_title(const Review& review);

/// Without blanks around it, and with LF for CRLF.
[[nodiscard]] std::string shown_sql(std::string_view sql);

/// "upgrade", "downgrade for sqlite".
[[nodiscard]] std::string section_title(const Section& section);

/// What the downgrade of a reversible revision drops: "drops table account, index nm", or "loses nothing".
[[nodiscard]] std::string drops_text(const ReviewedRevision& reviewed);

/// As hazard_text() words them: those of all engines, each once.
[[nodiscard]] std::vector<std::string> hazards_of(const Review& review);

}  // namespace rev::report
