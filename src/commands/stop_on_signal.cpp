#include "commands/stop_on_signal.hpp"
#include "rev/stop.hpp"

#include "run/prepared.hpp"

namespace rev::commands {

StopOnSignal::StopOnSignal() {
    struct sigaction action {};
    action.sa_handler = request_stop;
    // The second signal ends the process, in case the first leads to nothing.
    action.sa_flags = SA_RESETHAND;
    ::sigaction(SIGINT, &action, &interrupt_);
    ::sigaction(SIGTERM, &action, &terminate_);
    ::sigaction(SIGHUP, nullptr, &hang_up_);
    // nohup ignores it, and means it.
    if (hang_up_.sa_handler != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr);
}

StopOnSignal::~StopOnSignal() {
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGTERM, &terminate_, nullptr);
    ::sigaction(SIGHUP, &hang_up_, nullptr);
}

}  // namespace rev::commands
