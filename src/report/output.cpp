#include "report/output.hpp"

#include <unistd.h>

#include <cerrno>

namespace rev {

OutputBuffer::OutputBuffer(int descriptor) : descriptor_(descriptor) {
    setp(block_.data(), block_.data() + block_.size());
}

OutputBuffer::~OutputBuffer() { write_out(); }

OutputBuffer::int_type OutputBuffer::overflow(int_type c) {
    write_out();
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
}

int OutputBuffer::sync() {
    write_out();
    return 0;
}

void OutputBuffer::write_out() {
    const char* next = pbase();
    while (next < pptr() && !closed_) {
        const auto written = ::write(descriptor_, next, static_cast<std::size_t>(pptr() - next));
        if (written >= 0) {
            next += written;
        } else if (errno != EINTR) {
            closed_ = true;
            if (errno != EPIPE) error_ = errno;
        }
    }
    setp(block_.data(), block_.data() + block_.size());
}

}  // namespace rev
