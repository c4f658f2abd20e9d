#pragma once

#include <array>
#include <streambuf>
#include <string>

namespace rev::report {

/// Writes to a file descriptor in large blocks. A reader that went away (`rev history | head`) is no failure: what is
/// written after that is dropped. Any other failure is kept for `error()`.
class OutputBuffer : public std::streambuf {
public:
    /// descriptor: stays open, and somebody else's. Whatever is left is written by the destructor.
    explicit OutputBuffer(int descriptor);
    ~OutputBuffer() override;
    OutputBuffer(const OutputBuffer&) = delete;
    OutputBuffer& operator=(const OutputBuffer&) = delete;

    /// errno of the first failed write, 0 if there was none or only a closed pipe.
    [[nodiscard]] int error() const noexcept { return error_; }

protected:
    int_type overflow(int_type c) override;
    int sync() override;

private:
    [[nodiscard]] bool wait_for_reader() const;
    void write_out();

    int descriptor_;
    int error_ = 0;
    bool closed_ = false;
    std::array<char, 65536> block_;
};

}  // namespace rev::report
