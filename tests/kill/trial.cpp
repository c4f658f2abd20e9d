#include "kill/trial.hpp"

#include <signal.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "kill/traced_program.hpp"

namespace rev::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int most_attempts = 8;
constexpr int unfinished_exit_code = 4;

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// How often each revision was brought up or down.
std::map<std::string, int> counted(const State& state) {
    std::map<std::string, int> counts;
    for (const auto& event : state.events)
        if (event.event != "fail") ++counts[event.revision];
    return counts;
}

std::string told(const std::string& line, const ProgramResult& result) {
    return "rev " + line + " ended with " + std::to_string(result.exit_code) + ": " + result.err;
}

/// The ids that a message such as "...; the database is at b1, c1 (head)" names last; absent if there is none.
std::optional<std::set<std::string>> rows_said(const std::string& text) {
    constexpr std::string_view label = "the database is at ";
    const auto at = text.rfind(label);
    if (at == std::string::npos) return std::nullopt;
    std::set<std::string> rows;
    std::istringstream line(text.substr(at + label.size(), text.find('\n', at) - at - label.size()));
    for (std::string row; std::getline(line >> std::ws, row, ',');) rows.insert(row.substr(0, row.find(' ')));
    rows.erase("base");
    return rows;
}

}  // namespace

std::string name_of(Blow blow) {
    constexpr const char* names[] = {"kill", "interrupt", "terminate", "disconnect"};
    return names[static_cast<int>(blow)];
}

/// One killed run and its recovery.
struct Stage::Play {
    explicit Play(unsigned seed) : random(seed) {}

    bool one_in(unsigned number) { return random() % number == 0; }
    void add(const std::string& problem) { problems.push_back(problem); }

    std::mt19937 random;
    State state;
    bool is_known = false;  ///< `state` is what there is
    bool is_done = false;
    std::vector<std::string> problems;
};

Stage::Stage(Server server, Story story)
    : server_(server),
      story_(std::move(story)),
      revisions_(known_revisions(server)),
      target_(open_target(server, project_.path())) {
    project_.url = target_->url();
    write_revisions(project_, revisions_);
    for (const auto& line : story_.before)
        if (const auto result = run(line); result.exit_code != 0) throw std::runtime_error(told(line, result));
    target_->wait_until_alone();
    target_->keep();

    const auto traced = run_traced(command(story_.line), options(), 0);
    if (traced.result.exit_code != 0) throw std::runtime_error(told(story_.line, traced.result));
    calls_ = traced.calls;
    target_->wait_until_alone();
    reference_ = read();
    for (const auto& problem : contradictions(reference_, revisions_, !story_.only_rows))
        throw std::runtime_error("without a kill: " + problem);

    target_->restore();
    const auto start = Clock::now();
    static_cast<void>(run(story_.line));
    duration_ = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

ProgramOptions Stage::options() const { return project_.options(); }

Arguments Stage::command(const std::string& line) const { return rev_command(line); }

ProgramResult Stage::run(const std::string& line) const { return run_program(command(line), options()); }

State Stage::read() const {
    return read_state(server_, [this](const std::string& sql) { return target_->query(sql); });
}

void Stage::strike(const RunningProgram& program, Blow blow) const {
    switch (blow) {
        case Blow::interrupt:
            return program.signal(SIGINT);
        case Blow::terminate:
            return program.signal(SIGTERM);
        case Blow::disconnect:
            if (target_->end_sessions()) return;
            [[fallthrough]];
        case Blow::kill:
            return program.signal(SIGKILL);
    }
}

ProgramResult Stage::run_and_strike(const std::string& line, const Moment& moment) const {
    const auto blow = [&](const RunningProgram& program) { strike(program, moment.blow); };
    if (moment.call != 0) return run_traced(command(line), options(), moment.call, blow).result;
    RunningProgram program(command(line), options());
    std::this_thread::sleep_for(moment.after);
    blow(program);
    return program.wait();
}

/// How it may end, and that what it says is so.
void Stage::judge_end(Play& play, const std::string& line, Blow blow, const ProgramResult& result) const {
    std::set<int> allowed{0};
    if (blow == Blow::kill || server_ == Server::sqlite) allowed.insert(128 + SIGKILL);
    if (blow == Blow::interrupt) allowed.insert(128 + SIGINT);
    if (blow == Blow::terminate) allowed.insert(128 + SIGTERM);
    const bool lost = result.exit_code == 4 && has(result.err, "connection");
    if (!allowed.contains(result.exit_code) && !(lost && blow == Blow::disconnect)) play.add(told(line, result));
    if (!play.is_known) return;
    const auto said = rows_said(result.err);
    if (said && *said != play.state.rows) play.add("it says something else than there is: " + result.err);
}

std::vector<std::string> Stage::play(const Moment& moment, unsigned seed) {
    Play play(seed);
    target_->restore();
    const auto result = run_and_strike(story_.line, moment);
    // Now and then the next run comes while the killed one's session is still at work.
    if (!play.one_in(4)) look(play);
    judge_end(play, story_.line, moment.blow, result);
    finish(play);
    if (play.problems.empty()) compare_with_reference(play);
    return play.problems;
}

void Stage::look(Play& play) {
    target_->wait_until_alone();
    // rev first: what a killed writer left in SQLite's journal is then for rev to put back.
    const bool with_status = play.one_in(3);
    const auto status = with_status ? run("status") : ProgramResult{};
    play.state = read();
    play.is_known = true;
    for (const auto& problem : contradictions(play.state, revisions_, !story_.only_rows)) play.add(problem);
    if (!with_status) return;
    if (status.exit_code != 0) play.add(told("status", status));
    for (const auto& row : play.state.rows)
        if (!has(status.out, " " + row + (row == "q1" ? " (head)" : ""))) play.add("status does not show " + row);
    if (has(status.out, "Unfinished") != play.state.ledger.has_value()) play.add("status is wrong: " + status.out);
    if (!play.state.ledger) return;
    const auto& ledger = *play.state.ledger;
    if (!has(status.out, ledger.direction + " of " + ledger.revision + " stopped ")) play.add("status: " + status.out);
}

void Stage::finish(Play& play) {
    for (int attempt = 0; attempt < most_attempts && !play.is_done && play.problems.empty(); ++attempt) go_on(play);
    if (!play.is_done && play.problems.empty()) play.add("it does not come to an end");
}

void Stage::go_on(Play& play) {
    const bool unfinished = play.is_known && play.state.ledger.has_value();
    if (unfinished && play.one_in(4)) {
        const auto refused = run(story_.line);
        if (refused.exit_code != unfinished_exit_code || !has(refused.err, "rev resume"))
            play.add("an unfinished run is not refused: " + told(story_.line, refused));
    }
    if (unfinished && play.one_in(4)) return finish_by_hand(play);

    const std::string line = unfinished ? "resume" : story_.line;
    if (play.one_in(3)) {
        const Moment moment{.call = 1 + play.random() % calls_,
                            .blow = all_blows[play.random() % std::size(all_blows)]};
        const auto result = run_and_strike(line, moment);
        const bool was_known = play.is_known;
        play.is_done = result.exit_code == 0 && line == story_.line;
        look(play);
        if (was_known) judge_end(play, line, moment.blow, result);
        return;
    }
    const auto result = run(line);
    const bool met_unfinished =
        !play.is_known && result.exit_code == unfinished_exit_code && has(result.err, "rev resume");
    if (result.exit_code != 0 && !met_unfinished) play.add(told(line, result));
    play.is_done = result.exit_code == 0 && line == story_.line;
    look(play);
}

/// What a person would do who cannot use `rev resume`.
void Stage::finish_by_hand(Play& play) {
    const auto ledger = *play.state.ledger;
    const bool up = ledger.direction == "upgrade";
    const auto revision = std::find_if(revisions_.begin(), revisions_.end(),
                                       [&](const KnownRevision& known) { return known.id == ledger.revision; });
    const auto& parts = up ? revision->upgrade : revision->downgrade;
    for (auto i = ledger.statement - 1; i < parts.size(); ++i) {
        const auto& part = parts[i];
        const auto& facts = play.state.facts;
        const bool running = i == ledger.statement - 1;
        if (running && !part.makes.empty() && facts.contains(part.makes.front())) continue;
        if (part.is_left_out) continue;
        if (!part.batches.empty()) {
            for (auto done = running ? ledger.batches : 0; done < part.batches.size(); ++done) target_->query(part.sql);
            continue;
        }
        const bool cut_off = facts.contains(part.cut_off);
        if (running && !part.removes.empty() && !cut_off && !facts.contains(part.removes.front())) continue;
        if (running && up && cut_off) target_->query("DROP INDEX " + part.cut_off.substr(part.cut_off.rfind(' ') + 1));
        target_->query(part.sql);
    }
    const auto line = "repair " + ledger.revision + (up ? " --applied" : " --not-applied") + " --yes";
    if (const auto result = run(line); result.exit_code != 0) play.add(told(line, result));
    look(play);
}

void Stage::compare_with_reference(Play& play) {
    target_->wait_until_alone();
    const auto state = read();
    if (state.facts != reference_.facts) play.add("another schema than without a kill: " + text_of(state.facts));
    if (state.rows != reference_.rows) play.add("other rows than without a kill");
    if (state.ledger) play.add("the ledger is not empty");
    if (!story_.logs_each_time && counted(state) != counted(reference_))
        play.add("the log has other events than without a kill");
    for (const auto& problem : contradictions(state, revisions_, !story_.only_rows)) play.add(problem);
}

}  // namespace rev::test
