#include "run/scripted_statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "base/text.hpp"
#include "rev/config.hpp"
#include "run/guards.hpp"

namespace rev::run {
namespace {

/// A dollar quote that `body` does not have.
std::string quote_for(std::string_view body) {
    std::string quote = "$rev$";
    for (int number = 1; body.find(quote) != std::string_view::npos; ++number) quote = fmt::format("$rev{}$", number);
    return quote;
}

std::string indented(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        result.append("    ").append(line).append("\n");
    }
    return result;
}

std::string condition_of(Database& writer, const PreparedStep& step, std::size_t statement) {
    std::vector<std::string> conditions;
    for (const auto& marker : markers_above(step, statement)) {
        if (!marker.is_guard()) continue;
        const auto* denial = marker.kind == sql::StatementMarker::Kind::unless ? "NOT " : "";
        conditions.push_back(fmt::format("{}EXISTS ({})", denial, guard_sql(writer, step, marker)));
    }
    return base::join(conditions, " AND ");
}

/// Runs it until it changes no row.
std::string loop(const std::string& execute, const sql::StatementMarker& repetition) {
    auto text = "LOOP\n    " + execute +
                "    GET DIAGNOSTICS rev_rows = ROW_COUNT;\n"
                "    EXIT WHEN rev_rows OPERATOR(pg_catalog.=) 0;\n    COMMIT;\n";
    if (!repetition.pause.empty()) {
        const auto pause = parse_duration(repetition.pause).value_or(std::chrono::milliseconds(0));
        text += fmt::format("    PERFORM pg_catalog.pg_sleep({});\n", static_cast<double>(pause.count()) / 1000);
    }
    return text + "END LOOP;\n";
}

}  // namespace

std::string scripted_statement(Database& writer, const PreparedStep& step, std::size_t statement) {
    const auto* repetition = repetition_of(step, statement);
    // As a text: PL/pgSQL itself would refuse a SELECT without INTO, and take names in it for its variables.
    const auto execute = fmt::format("EXECUTE {};\n", writer.quote_literal(step.statements[statement].text));
    auto body = repetition == nullptr ? execute : loop(execute, *repetition);
    if (const auto condition = condition_of(writer, step, statement); !condition.empty())
        body = fmt::format("IF {} THEN\n{}ELSE\n    RAISE NOTICE 'skipped: line {} of {}';\nEND IF;\n", condition,
                           indented(body), step.statements[statement].line, step.step.revision->id);
    body = (repetition == nullptr ? "BEGIN\n" : "DECLARE\n    rev_rows bigint;\nBEGIN\n") + indented(body) + "END\n";
    std::string text;
    for (const auto& marker : markers_above(step, statement)) text += fmt::format("-- {}\n", marker.text);
    if (repetition != nullptr)
        text += "-- Each round commits. If this is cut off it cannot be resumed: it begins anew with what is left\n";
    const auto quote = quote_for(body);
    return fmt::format("{}DO {}\n{}{};\n", text, quote, body, quote);
}

}  // namespace rev::run
