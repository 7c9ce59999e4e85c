#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace quarry::serve {

/// Writes lines of a log on a thread of its own, many at once when many come: what they are written to may be slow, and
/// then nothing else waits. Lines that would make more than `most_bytes` wait are dropped, and counted in a line.
/// Thread-safe.
class LogWriter {
public:
    static constexpr std::size_t most_bytes = 4 * 1024 * 1024;

    /// `write` is given one or more lines with line ends between them; called on that thread. Must not throw.
    explicit LogWriter(std::function<void(std::string_view lines)> write);
    /// Writes what is left.
    ~LogWriter();
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;

    void add(std::string_view line);

private:
    void run();

    const std::function<void(std::string_view lines)> write_;
    std::mutex mutex_;  ///< Of those below.
    std::condition_variable changed_;
    std::string waiting_;
    std::size_t dropped_ = 0;
    bool ending_ = false;
    std::thread thread_;  ///< Last: it uses the others.
};

}  // namespace quarry::serve
