// The library's interface for other languages: C++ values become JSON documents, exceptions exit codes.
#include "rev/c.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>

#include "json/value.hpp"
#include "rev/project.hpp"
#include "rev/version.hpp"

namespace rev::c_interface {
namespace {

using json::Object;

/// What a callback that wants no more is turned into; it never leaves this file.
/// Derived from nothing, so that no handler on its way takes it for a failure of what it passes through.
struct StoppedByCallback {};

struct Options {
    ProjectOptions project;
    RunOptions run;
};

Error bad_options(const std::string& message) {
    return Error(ExitCode::usage, error_codes::bad_options, message).with_hint("include/rev/c.h lists the members");
}

std::string text_of(const Object& value, const std::string& name) {
    if (!value.is_string()) throw bad_options("the option " + name + " is not a text");
    return value.get<std::string>();
}

void set_option(Options& options, const std::string& name, const Object& value) {
    if (name == "environment") {
        options.project.environment = text_of(value, name);
    } else if (name == "tag") {
        options.run.tag = text_of(value, name);
    } else if (name == "wait_ms") {
        constexpr std::uint64_t longest = std::numeric_limits<std::uint32_t>::max();
        if (!value.is_number_unsigned()) throw bad_options("the option wait_ms is not a number from 0 on");
        // Some fifty days: beyond that, a sum of times would overflow somewhere, and nobody means it.
        options.run.wait = std::chrono::milliseconds(std::min(value.get<std::uint64_t>(), longest));
    } else if (name == "variables") {
        if (!value.is_object()) throw bad_options("the option variables is not an object");
        for (const auto& [variable, text] : value.items())
            options.project.variables[variable] = text_of(text, "variables." + variable);
    } else {
        // Refused and not passed over: of a misspelt `environment` the run would go to another database.
        throw bad_options("there is no option " + name);
    }
}

Options read_options(const char* text) {
    Options options;
    if (text == nullptr) return options;
    // Without exceptions: what is no JSON gives a value that is no object either.
    const auto document = Object::parse(text, nullptr, false);
    if (!document.is_object()) throw bad_options("the options are not a JSON object");
    for (const auto& [name, value] : document.items()) set_option(options, name, value);
    return options;
}

std::string_view kind_name(RunEvent::Kind kind) {
    switch (kind) {
        case RunEvent::Kind::run_started:
            return "run_started";
        case RunEvent::Kind::step_started:
            return "step_started";
        case RunEvent::Kind::step_finished:
            return "step_finished";
        case RunEvent::Kind::retrying:
            return "retrying";
        case RunEvent::Kind::waiting:
            return "waiting";
        case RunEvent::Kind::notice:
            return "notice";
        case RunEvent::Kind::remark:
            return "remark";
        case RunEvent::Kind::warning:
            return "warning";
        case RunEvent::Kind::backed_up:
            break;
    }
    return "backed_up";
}

/// A step is a revision's or a repeatable object's.
void add_subject(Object& object, const Revision* revision, const Repeatable* repeatable) {
    if (revision != nullptr)
        object["revision"] = revision->id;
    else
        object["repeatable"] = repeatable->name;
    object["message"] = revision != nullptr ? revision->message : repeatable->message;
}

Object event_object(const RunEvent& event) {
    Object object{{"event", kind_name(event.kind)}, {"of", event.of}};
    if (event.revision != nullptr || event.repeatable != nullptr) {
        object["direction"] = direction_name(event.direction);
        add_subject(object, event.revision, event.repeatable);
        object["number"] = event.number;
    }
    if (!event.text.empty()) object["text"] = event.text;
    object["time_ms"] = event.time.count();
    return object;
}

std::function<void(const RunEvent&)> teller(rev_event_callback on_event, void* data) {
    if (on_event == nullptr) return {};
    return [on_event, data](const RunEvent& event) {
        if (on_event(json::dump(event_object(event)).c_str(), data) != 0) throw StoppedByCallback();
    };
}

Object result_object(const RunResult& result) {
    Object object;
    if (result.rows_known) object["rows"] = json::sorted(result.rows);
    object["steps"] = json::array_of(result.steps, [](const StepResult& step) {
        Object object{{"direction", direction_name(step.direction)}};
        if (step.repeatable.empty())
            object["revision"] = step.revision;
        else
            object["repeatable"] = step.repeatable;
        object["duration_ms"] = step.duration.count();
        return object;
    });
    return object;
}

/// document: may be null; nothing may fail here any more.
void give(char** json, const Object& document) noexcept {
    if (json == nullptr) return;
    try {
        const auto text = json::dump(document);
        // malloc(), as it goes out of the library and comes back through rev_free(): no operator new of the program's
        // may be between the two.
        *json = static_cast<char*>(std::malloc(text.size() + 1));
        if (*json != nullptr) std::memcpy(*json, text.c_str(), text.size() + 1);
    } catch (...) {
        *json = nullptr;
    }
}

int fail(char** json, const Error& error, Object document = Object::object()) {
    document["error"] = json::error_object(error);
    give(json, document);
    return static_cast<int>(error.exit_code());
}

/// Calls `make` for the document. No exception may reach a caller in another language.
int answer(char** json, const std::function<Object()>& make) noexcept {
    try {
        give(json, make());
        return static_cast<int>(ExitCode::done);
        // Before Error, which it is, too: the steps that are committed have to be in the answer.
    } catch (const RunError& error) {
        return fail(json, error, result_object(error.result));
    } catch (const GraphError& error) {
        return fail(json, to_error(error));
    } catch (const Error& error) {
        return fail(json, error);
    } catch (const StoppedByCallback&) {
        return fail(json, Error(ExitCode::interrupted, error_codes::interrupted, "the callback asked to stop"));
    } catch (const std::exception& error) {
        return fail(json, Error(ExitCode::usage, error_codes::internal, error.what()));
    } catch (...) {
        return fail(json, Error(ExitCode::usage, error_codes::internal, "an exception of an unknown type"));
    }
}

/// What every call is about.
struct Subject {
    Options options;
    Project project;
    std::string url;
};

Subject subject_of(const char* project, const char* url, const char* options) {
    if (project == nullptr) throw Error(ExitCode::usage, error_codes::usage, "no project is given");
    auto read = read_options(options);
    auto opened = Project::open(project, read.project);
    // Only then: the URL of alembic.yaml may name a variable that is not set here.
    std::string database = url == nullptr ? require_url(opened.config()) : url;
    return {std::move(read), std::move(opened), std::move(database)};
}

using Walk = RunResult (Project::*)(const DatabaseRef&, std::string_view, const RunOptions&) const;

Object walk(Subject subject, Walk direction, const char* target, rev_event_callback on_event, void* data) {
    subject.options.run.on_event = teller(on_event, data);
    return result_object((subject.project.*direction)(subject.url, target, subject.options.run));
}

}  // namespace
}  // namespace rev::c_interface

namespace c = rev::c_interface;

extern "C" {

const char* rev_version(void) { return rev::base::version; }

int rev_upgrade(const char* project, const char* url, const char* target, const char* options,
                rev_event_callback on_event, void* data, char** json) {
    return c::answer(json, [&] {
        return c::walk(c::subject_of(project, url, options), &rev::Project::upgrade,
                       target == nullptr ? "heads" : target, on_event, data);
    });
}

int rev_downgrade(const char* project, const char* url, const char* target, const char* options,
                  rev_event_callback on_event, void* data, char** json) {
    return c::answer(json, [&] {
        // No default, unlike rev_upgrade(): a target that was forgotten must not take everything back.
        if (target == nullptr) throw rev::Error(rev::ExitCode::usage, rev::error_codes::usage, "no target is given");
        return c::walk(c::subject_of(project, url, options), &rev::Project::downgrade, target, on_event, data);
    });
}

int rev_current(const char* project, const char* url, const char* options, char** json) {
    return c::answer(json, [&] {
        const auto subject = c::subject_of(project, url, options);
        const auto current = rev::json::array_of(subject.project.current(subject.url), [&](const auto* revision) {
            return c::Object{{"revision", revision->id},
                             {"message", revision->message},
                             {"is_head", subject.project.graph().is_head(*revision)}};
        });
        return c::Object{{"current", current}};
    });
}

int rev_pending(const char* project, const char* url, const char* target, const char* options, char** json) {
    return c::answer(json, [&] {
        const auto subject = c::subject_of(project, url, options);
        const auto plan = subject.project.pending(subject.url, target == nullptr ? "heads" : target);
        const auto pending = rev::json::array_of(plan.steps, [](const rev::Step& step) {
            c::Object object;
            c::add_subject(object, step.revision, step.repeatable);
            return object;
        });
        return c::Object{{"pending", pending}};
    });
}

// Nothing else may be done here: a signal handler may call both.
void rev_request_stop(int signal_number) { rev::request_stop(signal_number); }

void rev_clear_stop(void) { rev::clear_stop(); }

void rev_free(char* text) { std::free(text); }
}
