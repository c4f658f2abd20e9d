#include "report/rehearsal_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/text_reporter.hpp"

namespace rev::report {
namespace {

std::string_view reason_text(run::Unrehearsed reason) {
    switch (reason) {
        case run::Unrehearsed::outside_transaction:
            return "not rehearsed: it runs outside a transaction";
        case run::Unrehearsed::needs_commit:
            return "not rehearsed: it uses an enum value that a step before it has to commit first";
        case run::Unrehearsed::needs_own_transaction:
            return "not rehearsed: it fails in a transaction in which something ran before it";
        case run::Unrehearsed::after_such_a_step:
            break;
    }
    return "not rehearsed: it comes after such a step";
}

void append_fact(std::string& text, std::string_view name, std::string_view value) {
    text += fmt::format("    {:<10} {}\n", name, base::printable(value));
}

void append_effects(std::string& text, const run::StepEffects& effects) {
    if (effects.rows != 0) append_fact(text, "rows", std::to_string(effects.rows));
    for (const auto& table : effects.written) append_fact(text, "writes", table);
    for (const auto& table : effects.altered) append_fact(text, "alters", table);
    for (const auto& [table, bytes] : effects.rewritten)
        append_fact(text, "rewrites", fmt::format("{} ({})", table, size_text(static_cast<std::uintmax_t>(bytes))));
    for (const auto& [table, mode] : effects.locks) append_fact(text, "locks", fmt::format("{} ({})", table, mode));
}

}  // namespace

std::string rehearsal_text(std::span<const run::RehearsedStep> steps, Style style) {
    std::string text;
    for (const auto& step : steps) {
        const auto outcome =
            step.unrehearsed ? std::string(reason_text(*step.unrehearsed)) : duration_text(step.duration);
        text += fmt::format("{} {}\n", step_text(*step.step, style), style.faint("(" + outcome + ")"));
        for (const auto& remark : step.remarks) append_fact(text, "remark", remark);
        if (!step.unrehearsed) append_effects(text, step.effects);
    }
    return text;
}

}  // namespace rev::report
