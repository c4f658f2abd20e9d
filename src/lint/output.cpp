#include "lint/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "rev/version.hpp"

namespace rev::lint {
namespace {

using nlohmann::ordered_json;

void write_document(std::ostream& out, const ordered_json& document) {
    out << document.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

std::string_view id_of(const Finding& finding) { return text_of(finding.rule).id; }

ordered_json facts_of(const Facts& facts) {
    ordered_json document;
    document["lock"] = facts.lock.empty() ? ordered_json() : ordered_json(facts.lock);
    document["relation"] = facts.relation.empty() ? ordered_json() : ordered_json(facts.relation);
    document["rewrite"] = facts.rewrite;
    document["scan"] = facts.scan;
    document["rows"] = facts.rows;
    document["ms"] = facts.milliseconds;
    return document;
}

std::string url_escaped(std::string_view text, std::string_view more) {
    std::string result;
    for (const char c : text) {
        const bool ends = c == '%' || c == '\r' || c == '\n' || more.find(c) != std::string_view::npos;
        if (ends) {
            result += fmt::format("%{:02X}", static_cast<unsigned>(c));
        } else {
            result += c;
        }
    }
    return result;
}

/// The same for the same finding whatever line it is on. Source: FNV-1a.
std::string fingerprint_of(const Finding& finding, std::size_t occurrence) {
    std::uint64_t hash = 14695981039346656037ULL;
    const auto add = [&](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    };
    add(id_of(finding));
    add("\n" + finding.path + "\n" + finding.message + "\n" + std::to_string(occurrence));
    return fmt::format("{:016x}", hash);
}

/// The words of GitLab's Code Quality reports.
std::string_view severity_of(Level level) {
    switch (level) {
        case Level::error:
            return "critical";
        case Level::warning:
            return "major";
        case Level::notice:
            break;
    }
    return "info";
}

ordered_json sarif_rule(const RuleText& rule) {
    ordered_json document;
    document["id"] = rule.id;
    document["shortDescription"]["text"] = rule.summary;
    document["help"]["text"] = rule.hint;
    // SARIF calls the lowest level "note".
    document["defaultConfiguration"]["level"] = rule.level == Level::notice ? "note" : level_name(rule.level);
    return document;
}

/// A path as a relative reference of a URI.
std::string uri_of(std::string_view path) {
    std::string uri;
    for (const char c : path) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              std::string_view("-._~/").find(c) != std::string_view::npos;
        if (is_plain) {
            uri += c;
        } else {
            uri += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        }
    }
    return uri;
}

ordered_json sarif_result(const Finding& finding) {
    ordered_json document;
    document["ruleId"] = id_of(finding);
    document["ruleIndex"] = static_cast<std::size_t>(finding.rule);
    document["level"] = finding.level == Level::notice ? "note" : level_name(finding.level);
    document["message"]["text"] = finding.hint.empty() ? finding.message : finding.message + "; " + finding.hint;
    ordered_json location;
    location["physicalLocation"]["artifactLocation"]["uri"] = uri_of(finding.path);
    location["physicalLocation"]["region"]["startLine"] = finding.line;
    location["physicalLocation"]["region"]["startColumn"] = finding.column;
    document["locations"] = ordered_json::array({location});
    return document;
}

ordered_json json_of(const Finding& finding) {
    ordered_json document;
    document["rule"] = id_of(finding);
    document["level"] = level_name(finding.level);
    if (!finding.revision.empty()) document["revision"] = finding.revision;
    document["path"] = finding.path;
    document["line"] = finding.line;
    document["column"] = finding.column;
    document["message"] = finding.message;
    document["hint"] = finding.hint;
    if (finding.facts) document["facts"] = facts_of(*finding.facts);
    return document;
}

}  // namespace

std::string summary_of(const LintResult& result) {
    std::vector<std::string> parts;
    for (const Level level : {Level::error, Level::warning, Level::notice}) {
        const auto count = std::ranges::count(result.findings, level, &Finding::level);
        if (count > 0) parts.push_back(base::counted(static_cast<std::size_t>(count), level_name(level)));
    }
    const auto where = " in " + base::counted(result.revisions, "revision");
    return parts.empty() ? "nothing found" + where : base::join(parts, ", ") + where;
}

void write_text(std::ostream& out, const LintResult& result) {
    for (const Finding& finding : result.findings) {
        out << fmt::format("{}:{}:{}: {}: {} [{}]\n", base::printable_word(finding.path), finding.line, finding.column,
                           level_name(finding.level), base::printable(finding.message), id_of(finding));
        if (!finding.line_text.empty()) {
            const auto shown = base::printable(finding.line_text);
            out << fmt::format("    {}\n    {:>{}}\n", shown, '^', finding.column);
        }
        if (!finding.hint.empty()) out << fmt::format("    hint: {}\n", base::printable(finding.hint));
    }
}

void write_json(std::ostream& out, const LintResult& result) {
    ordered_json findings = ordered_json::array();
    for (const Finding& finding : result.findings) findings.push_back(json_of(finding));
    ordered_json document;
    document["findings"] = std::move(findings);
    write_document(out, document);
}

void write_fix_json(std::ostream& out, const FixReport& report) {
    ordered_json fixed = ordered_json::array();
    for (const FixedRevision& each : report.fixed) {
        ordered_json document;
        document["revision"] = each.revision;
        document["path"] = each.path;
        document["rules"] = ordered_json::array();
        for (const Rule rule : each.rules) document["rules"].push_back(text_of(rule).id);
        document["second"] = ordered_json();
        if (!each.second_revision.empty())
            document["second"] = {{"revision", each.second_revision}, {"path", each.second_path}};
        fixed.push_back(std::move(document));
    }
    ordered_json left = ordered_json::array();
    for (const Unfixed& each : report.unfixed) {
        left.push_back(json_of(each.finding));
        left.back()["reason"] = each.reason;
    }
    ordered_json document;
    document["fixed"] = std::move(fixed);
    document["difference"] = report.difference;
    document["proven"] = report.is_proven;
    document["written"] = report.is_written;
    document["failures"] = report.failures;
    document["findings"] = std::move(left);
    write_document(out, document);
}

void write_github(std::ostream& out, const LintResult& result) {
    for (const Finding& finding : result.findings)
        out << fmt::format(
            "::{} file={},line={},col={},title={}::{}\n", level_name(finding.level),
            url_escaped(base::printable(finding.path), ":,"), finding.line, finding.column, id_of(finding),
            url_escaped(base::printable(finding.hint.empty() ? finding.message : finding.message + "\n" + finding.hint),
                        ""));
}

void write_gitlab(std::ostream& out, const LintResult& result) {
    ordered_json document = ordered_json::array();
    // Counted among equal ones: GitLab compares fingerprints of two reports, and a new finding must not move the
    // others'.
    std::map<std::string, std::size_t> occurrences;
    for (const Finding& finding : result.findings) {
        ordered_json issue;
        issue["description"] = finding.hint.empty() ? finding.message : finding.message + "; " + finding.hint;
        issue["check_name"] = id_of(finding);
        issue["fingerprint"] = fingerprint_of(finding, occurrences[fingerprint_of(finding, 0)]++);
        issue["severity"] = severity_of(finding.level);
        issue["location"]["path"] = finding.path;
        issue["location"]["lines"]["begin"] = finding.line;
        document.push_back(std::move(issue));
    }
    write_document(out, document);
}

void write_sarif(std::ostream& out, const LintResult& result) {
    ordered_json run;
    ordered_json& driver = run["tool"]["driver"];
    driver["name"] = "rev";
    driver["version"] = base::version;
    driver["rules"] = ordered_json::array();
    for (const RuleText& rule : all_rules()) driver["rules"].push_back(sarif_rule(rule));
    // Else a reader may count UTF-16 units.
    run["columnKind"] = "unicodeCodePoints";
    run["results"] = ordered_json::array();
    for (const Finding& finding : result.findings) run["results"].push_back(sarif_result(finding));
    ordered_json document;
    document["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
    document["version"] = "2.1.0";
    document["runs"] = ordered_json::array({run});
    write_document(out, document);
}

}  // namespace rev::lint
