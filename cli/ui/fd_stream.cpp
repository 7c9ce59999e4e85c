// Standard streams that keep the system's reason for a failure.
#include "cli/ui/fd_stream.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "core/base/error.h"

namespace quarry::cli {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;  // a pipe's capacity on Linux
constexpr int kLookMilliseconds = 100;           // how often a wait for input looks at the cancellation

}  // namespace

FdOutput::FdOutput(int descriptor) : descriptor_(descriptor), buffer_(kBufferBytes) {
    setp(buffer_.data(), buffer_.data() + buffer_.size());
}

FdOutput::~FdOutput() { flush_buffer(); }

bool FdOutput::write_all(const char* bytes, std::size_t count) {
    while (failure_ == 0 && count > 0) {
        const ssize_t written = ::write(descriptor_, bytes, count);
        if (written >= 0) {
            bytes += written;
            count -= static_cast<std::size_t>(written);
        } else if (errno != EINTR) {
            failure_ = errno;
        }
    }
    return failure_ == 0;
}

bool FdOutput::flush_buffer() {
    const bool written = write_all(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return written;
}

FdOutput::int_type FdOutput::overflow(int_type character) {
    if (!flush_buffer()) return traits_type::eof();
    if (!traits_type::eq_int_type(character, traits_type::eof())) {
        *pptr() = traits_type::to_char_type(character);
        pbump(1);
    }
    return traits_type::not_eof(character);
}

std::streamsize FdOutput::xsputn(const char* bytes, std::streamsize count) {
    if (count > epptr() - pptr()) {
        if (!flush_buffer()) return 0;
        if (static_cast<std::size_t>(count) >= buffer_.size()) {
            return write_all(bytes, static_cast<std::size_t>(count)) ? count : 0;
        }
    }
    std::memcpy(pptr(), bytes, static_cast<std::size_t>(count));
    pbump(static_cast<int>(count));
    return count;
}

int FdOutput::sync() { return flush_buffer() ? 0 : -1; }

FdInput::FdInput(int descriptor, const Cancellation& cancellation)
    : descriptor_(descriptor), cancellation_(cancellation), buffer_(kBufferBytes) {}

FdInput::int_type FdInput::underflow() {
    while (true) {
        cancellation_.check();
        // A signal wakes one thread, which need not be the one that reads; so no read is begun that could block.
        struct pollfd input = {.fd = descriptor_, .events = POLLIN, .revents = 0};
        const int ready = ::poll(&input, 1, kLookMilliseconds);
        if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
        const ssize_t count = ::read(descriptor_, buffer_.data(), buffer_.size());
        if (count > 0) {
            setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
            return traits_type::to_int_type(*gptr());
        }
        if (count == 0) return traits_type::eof();
        if (errno != EINTR && errno != EAGAIN) {
            throw Error(ErrorCode::failed, "cannot read standard input").because(std::strerror(errno));
        }
    }
}

}  // namespace quarry::cli
