#include "core/serve/log_writer.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace quarry::serve {
namespace {

constexpr std::chrono::milliseconds between_writes{10};

}  // namespace

LogWriter::LogWriter(std::function<void(std::string_view lines)> write)
    : write_(std::move(write)), thread_([this] { run(); }) {}

LogWriter::~LogWriter() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void LogWriter::add(std::string_view line) {
    bool is_first = false;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() + line.size() > most_bytes) {
            ++dropped_;
            return;
        }
        is_first = waiting_.empty();
        if (!is_first) waiting_ += '\n';
        waiting_ += line;
    }
    if (is_first) changed_.notify_all();
}

void LogWriter::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        std::string lines = std::exchange(waiting_, {});
        if (const std::size_t dropped = std::exchange(dropped_, 0); dropped > 0) {
            lines += fmt::format("\n{{\"dropped\":{}}}", dropped);
        }
        lock.unlock();
        write_(lines);
        lock.lock();
        // Others come meanwhile, and go together.
        changed_.wait_for(lock, between_writes, [this] { return ending_; });
    }
}

}  // namespace quarry::serve
