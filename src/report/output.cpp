#include "report/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "rev/stop.hpp"

namespace rev::report {

/// Not std::cout's own buffer: it says nothing of why a write failed, and blocks for ever behind a reader that has
/// stopped reading.
OutputBuffer::OutputBuffer(int descriptor) : descriptor_(descriptor) {
    setp(block_.data(), block_.data() + block_.size());
}

OutputBuffer::~OutputBuffer() { write_out(); }

OutputBuffer::int_type OutputBuffer::overflow(int_type c) {
    write_out();
    // Never eof: a stream that has failed would swallow the rest without a word, and the failure is asked for at the
    // end.
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
}

int OutputBuffer::sync() {
    write_out();
    return 0;
}

/// Until the next PIPE_BUF bytes can be written at once. False: a stop was asked for while nobody reads.
bool OutputBuffer::wait_for_reader() const {
    constexpr int milliseconds = 100;
    for (;;) {
        pollfd descriptor{descriptor_, POLLOUT, 0};
        if (::poll(&descriptor, 1, milliseconds) > 0) return true;
        if (stop_requested()) return false;
    }
}

void OutputBuffer::write_out() {
    const char* next = pbase();
    while (next < pptr() && !closed_) {
        if (!wait_for_reader()) {
            closed_ = true;
            break;
        }
        const auto rest = static_cast<std::size_t>(pptr() - next);
        // PIPE_BUF bytes at most: for these poll() promises room, and a longer write could block after all.
        const auto written = ::write(descriptor_, next, std::min<std::size_t>(rest, PIPE_BUF));
        if (written >= 0) {
            next += written;
        } else if (errno != EINTR) {
            closed_ = true;
            // A reader that has seen enough, such as `head`, is no failure.
            if (errno != EPIPE) error_ = errno;
        }
    }
    setp(block_.data(), block_.data() + block_.size());
}

}  // namespace rev::report
