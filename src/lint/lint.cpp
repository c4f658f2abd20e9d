#include "lint/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "lint/judge.hpp"
#include "lint/sqlite_judge.hpp"
#include "rev/plan.hpp"
#include "run/limits.hpp"

namespace rev::lint {
namespace {

using RevisionSet = std::set<const Revision*>;

/// The revisions of the request and all below them, parents first.
Revisions in_order(const Graph& graph, const LintRequest& request) {
    RevisionSet wanted;
    if (request.files.empty()) {
        std::vector<RevisionId> ids;
        for (const auto* revision : request.revisions) ids.push_back(revision->id);
        const auto below = applied(graph, ids);
        wanted.insert(below.begin(), below.end());
    }
    Revisions ordered;
    for (const auto& step : plan_upgrade(graph, {}, "heads").steps)
        // For loose files, everything that is in the project lies below them.
        if (!request.files.empty() || wanted.contains(step.revision)) ordered.push_back(step.revision);
    return ordered;
}

std::optional<std::chrono::milliseconds> lock_limit(const Config& config, const RevisionHeader* header,
                                                    const SectionText& section) {
    if (header != nullptr && !header->statement_lock_timeout.empty())
        return parse_duration(header->statement_lock_timeout);
    // The same order as a run has it: header, alembic.yaml, and what is usual for such a section.
    return config.limits.lock_timeout ? config.limits.lock_timeout : run::usual_lock_timeout(section.statements);
}

void finish(const Config& config, const RevisionHeader* header, SectionText& section) {
    read_statements(section);
    const auto limit = lock_limit(config, header, section);
    section.bounds_lock_waits = limit && limit->count() > 0;
    section.in_transaction = header == nullptr || header->transaction.value_or(true);
    section.enforces_foreign_keys = config.sqlite_foreign_keys;
    if (header != nullptr)
        section.enforces_foreign_keys = header->sqlite_foreign_keys.value_or(config.sqlite_foreign_keys);
}

/// A variable without a value stands for itself, which is a name more often than not.
std::vector<Variable> variables_of(const Config& config, const RevisionHeader& header) {
    std::vector<Variable> variables;
    for (const auto& name : header.variables) {
        const auto found = config.variables.find(name);
        variables.push_back({name, found == config.variables.end() ? name : found->second});
    }
    return variables;
}

/// A section, and whether it says itself for which dialect it is.
struct ReadSection {
    SectionText text;
    bool is_explicit = false;
};

std::unique_ptr<ReadSection> read_section(const ScriptDirectory& scripts, const Revision& revision, SectionKind kind,
                                          Dialect dialect) {
    const RevisionFile file = scripts.read(revision);
    const Section* section = file.find_section(kind, dialect);
    if (section == nullptr || section->todo) return nullptr;
    auto read = std::make_unique<ReadSection>();
    read->is_explicit = section->dialect.has_value();
    read->text.revision = revision.id;
    read->text.path = revision.path;
    const base::SourceSpan written{
        .text = file.text_of(*section), .path = revision.path, .first_line = section->first_line};
    if (file.header.variables.empty()) {
        read->text.keep({std::string(written.text), {}});
    } else {
        read->text.keep(fill_in_variables(written, variables_of(scripts.config(), file.header), dialect),
                        std::string(written.text));
    }
    read->text.first_line = section->first_line;
    read->text.dialect = dialect;
    finish(scripts.config(), &file.header, read->text);
    return read;
}

using ReadSections = std::vector<std::unique_ptr<ReadSection>>;

/// Of each revision; null: it has none for the dialect.
ReadSections read_sections(const ScriptDirectory& scripts, const Revisions& revisions, Dialect dialect) {
    ReadSections sections(revisions.size());
    scripts.pool().for_each_index(revisions.size(), [&] {
        return [&](std::size_t index) {
            sections[index] = read_section(scripts, *revisions[index], SectionKind::upgrade, dialect);
        };
    });
    return sections;
}

SectionText section_of(const Config& config, const LooseFile& file, Dialect dialect) {
    SectionText section;
    section.path = file.path;
    section.keep({file.text, {}});
    section.dialect = dialect;
    finish(config, nullptr, section);
    return section;
}

JudgeSettings settings_of(const Config& config, const LintRequest& request) {
    JudgeSettings settings;
    settings.server_version = server_version(config, request);
    settings.is_version_known = request.server_version.has_value() || config.lint.server_version != 0;
    settings.small_tables.insert(config.lint.small_tables.begin(), config.lint.small_tables.end());
    return settings;
}

/// Runs one judge over the sections of a dialect.
template <typename AnyJudge>
class Run {
public:
    Run(AnyJudge& judge, PlanNumber& plan, const LintRequest& request, const JudgeSettings& settings)
        : judge_(judge), plan_(plan), request_(request), settings_(settings), is_one_plan_(request.is_one_plan) {}

    /// is_asked: its findings are wanted.
    void read(const SectionText& section, bool is_asked) {
        // What lies below was run long ago: nothing of it belongs to the plan that is asked about.
        if (!is_asked || !is_one_plan_) end_plan();
        judge_.read(section);
        if (is_asked) {
            asked_.push_back(&section);
            ++result.revisions;
            result.statements += section.statements.size();
        }
        if (!is_asked || !is_one_plan_) end_plan();
    }
    void end_plan() {
        auto found = judge_.end_plan();
        for (const SectionText* section : asked_) {
            std::vector<Finding> here;
            std::ranges::copy_if(found, std::back_inserter(here),
                                 [&](const Finding& finding) { return finding.path == section->path; });
            add_facts(*section, here);
            apply_ignores(*section, here);
            std::ranges::stable_sort(here, {},
                                     [](const Finding& finding) { return std::pair(finding.line, finding.column); });
            std::ranges::move(here, std::back_inserter(result.findings));
        }
        asked_.clear();
        ++plan_;
    }

    LintResult result;

private:
    void add_facts(const SectionText& section, std::vector<Finding>& findings) const {
        if (request_.facts == nullptr || section.dialect != request_.dialect) return;
        const auto found = request_.facts->find(section.path);
        if (found != request_.facts->end()) apply_facts(section, found->second, settings_.small_tables, findings);
    }

    AnyJudge& judge_;
    PlanNumber& plan_;
    const LintRequest& request_;
    const JudgeSettings& settings_;
    bool is_one_plan_;
    std::vector<const SectionText*> asked_;
};

template <typename AnyJudge>
LintResult run_judge(AnyJudge& judge, PlanNumber& plan, const Config& config, const ReadSections& sections,
                     const std::vector<bool>& asked, const LintRequest& request, const JudgeSettings& settings,
                     Dialect dialect) {
    Run<AnyJudge> run(judge, plan, request, settings);
    for (std::size_t index = 0; index < sections.size(); ++index)
        if (sections[index]) run.read(sections[index]->text, asked[index]);
    std::vector<SectionText> loose;
    for (const LooseFile& file : request.files) loose.push_back(section_of(config, file, dialect));
    if (dialect == request.dialect)
        for (const SectionText& section : loose) run.read(section, true);
    run.end_plan();
    return std::move(run.result);
}

LintResult lint_dialect(const ScriptDirectory& scripts, const Revisions& revisions, const LintRequest& request,
                        Dialect dialect) {
    const auto sections = read_sections(scripts, revisions, dialect);
    const RevisionSet wanted(request.revisions.begin(), request.revisions.end());
    std::vector<bool> asked(revisions.size());
    for (std::size_t index = 0; index < revisions.size(); ++index) {
        // A section for every dialect is judged once, for the dialect that was asked for.
        const bool is_of_it = dialect == request.dialect || (sections[index] && sections[index]->is_explicit);
        asked[index] = is_of_it && wanted.contains(revisions[index]);
    }
    const auto settings = settings_of(scripts.config(), request);
    if (dialect == Dialect::sqlite) {
        const bool has_facts = request.facts != nullptr && request.dialect == Dialect::sqlite;
        SqliteJudge judge(settings.small_tables,
                          has_facts ? SqliteTrial::Extent::columns : SqliteTrial::Extent::statements);
        return run_judge(judge, judge.plan(), scripts.config(), sections, asked, request, settings, dialect);
    }
    Symbols symbols;
    Judge judge(symbols, settings);
    return run_judge(judge, symbols.plan, scripts.config(), sections, asked, request, settings, dialect);
}

/// Whether a revision of the request has an upgrade section that names the dialect.
bool has_sections_for(const ScriptDirectory& scripts, const LintRequest& request, Dialect dialect) {
    return std::ranges::any_of(request.revisions, [&](const Revision* revision) {
        const auto file = scripts.read(*revision);
        return std::ranges::any_of(file.sections, [&](const Section& section) {
            return section.kind == SectionKind::upgrade && section.dialect == dialect;
        });
    });
}

Error unknown_rule(const LintLevel& setting) {
    std::vector<std::string> names;
    for (const RuleText& rule : all_rules()) names.emplace_back(rule.id);
    const auto near = base::closest(setting.rule, names);
    return Error(ExitCode::usage, error_codes::unknown_rule,
                 fmt::format("lint has no rule {}", base::printable_word(setting.rule)))
        .with_location(setting.location)
        .with_hint(near.empty() ? "docs/lint.md lists the rules" : base::did_you_mean(near));
}

}  // namespace

void apply_levels(const Config& config, std::vector<Finding>& findings) {
    for (const LintLevel& setting : config.lint.levels) {
        const auto rule = find_rule(setting.rule);
        if (!rule) throw unknown_rule(setting);
        const auto level = find_level(setting.level);
        if (!level) std::erase_if(findings, [&](const Finding& finding) { return finding.rule == *rule; });
        for (Finding& finding : findings)
            // A finding that was softened because of its circumstances stays as it is.
            if (level && finding.rule == *rule && finding.level == text_of(*rule).level) finding.level = *level;
    }
}

LintResult lint_revisions(const ScriptDirectory& scripts, const Graph& graph, const LintRequest& request) {
    const auto revisions = in_order(graph, request);
    auto result = lint_dialect(scripts, revisions, request, request.dialect);
    const auto other = request.dialect == Dialect::sqlite ? Dialect::postgresql : Dialect::sqlite;
    if (has_sections_for(scripts, request, other)) {
        auto more = lint_dialect(scripts, revisions, request, other);
        std::ranges::move(more.findings, std::back_inserter(result.findings));
        result.statements += more.statements;
    }
    apply_levels(scripts.config(), result.findings);
    return result;
}

std::vector<SectionText> sections_of(const ScriptDirectory& scripts, const Graph& graph, const LintRequest& request) {
    const auto revisions = in_order(graph, request);
    std::vector<SectionText> sections;
    for (auto& section : read_sections(scripts, revisions, request.dialect))
        if (section) sections.push_back(std::move(section->text));
    return sections;
}

std::optional<SectionText> downgrade_section(const ScriptDirectory& scripts, const Revision& revision,
                                             Dialect dialect) {
    const auto read = read_section(scripts, revision, SectionKind::downgrade, dialect);
    return read ? std::optional(std::move(read->text)) : std::nullopt;
}

int server_version(const Config& config, const LintRequest& request) {
    // The version whose grammar the parser has.
    constexpr int usual = 15;
    const int configured = config.lint.server_version == 0 ? usual : config.lint.server_version;
    return request.server_version.value_or(configured);
}

}  // namespace rev::lint
