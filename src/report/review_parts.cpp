#include "report/review_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/schema_text.hpp"

namespace rev::report {

std::string review_title(const Review& review) {
    const auto count = review.revisions.empty() ? std::string("No new revision")
                                                : base::counted(review.revisions.size(), "new revision");
    return review.base.empty() ? count : count + " since " + review.base;
}

std::string shown_sql(std::string_view sql) { return base::with_line_feeds(base::trim(sql)); }

std::string section_title(const Section& section) {
    auto title = std::string(section_name(section.kind));
    if (section.dialect) title += fmt::format(" for {}", dialect_name(*section.dialect));
    return title;
}

std::string drops_text(const ReviewedRevision& reviewed) {
    if (reviewed.lost.empty()) return "loses nothing";
    return "drops " + base::join_first(reviewed.lost, ", ");
}

std::vector<std::string> hazards_of(const Review& review) {
    std::vector<std::string> lines;
    for (const auto& schema : review.schemas)
        // Both engines may have the same one, which is told once.
        for (const auto& hazard : schema.added.hazards)
            if (auto line = hazard_text(hazard); std::ranges::find(lines, line) == lines.end())
                lines.push_back(std::move(line));
    return lines;
}

}  // namespace rev::report
