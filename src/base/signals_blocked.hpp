#pragma once

#include <csignal>

namespace rev::base {

/// While it lives, the calling thread takes no signal, nor do threads that it starts then, ever: signals are for the
/// thread that waits for the database, or for the application's.
class SignalsBlocked {
public:
    /// Of the thread that makes it.
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    /// Gives back the mask that there was. On the same thread.
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_{};
};

}  // namespace rev::base
