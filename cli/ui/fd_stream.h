#pragma once

#include <streambuf>
#include <vector>

#include "core/base/cancel.h"

namespace quarry::cli {

/// Standard output over a file descriptor that remembers why writing failed.
///
/// std::cout forgets `errno`, and a closed pipe (quiet) must be told apart from a full disk (an error). After the first
/// failure everything further is dropped and the stream is bad. Does not own the descriptor.
class FdOutput : public std::streambuf {
public:
    explicit FdOutput(int descriptor);
    ~FdOutput() override;
    FdOutput(const FdOutput&) = delete;
    FdOutput& operator=(const FdOutput&) = delete;

    /// `errno` of the write that failed; 0 when none did.
    [[nodiscard]] int failure() const noexcept { return failure_; }

protected:
    int_type overflow(int_type character) override;
    std::streamsize xsputn(const char* bytes, std::streamsize count) override;
    int sync() override;

private:
    bool write_all(const char* bytes, std::size_t count);
    bool flush_buffer();

    int descriptor_;
    int failure_ = 0;
    std::vector<char> buffer_;
};

/// Standard input over a file descriptor. Reading throws: Error(interrupted) when cancelled, also while it waits for
/// input, on whatever thread it reads, so that half an input is never taken for the whole; Error(failed) when the
/// system refuses. The stream on it needs `exceptions(std::ios::badbit)` to let these through. Does not own the
/// descriptor.
class FdInput : public std::streambuf {
public:
    FdInput(int descriptor, const Cancellation& cancellation);

protected:
    int_type underflow() override;

private:
    int descriptor_;
    const Cancellation& cancellation_;
    std::vector<char> buffer_;
};

}  // namespace quarry::cli
