#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/net/message.h"
#include "core/serve/uploads.h"

namespace quarry::serve {

/// The disk takes no more, or not there. Its text may be read by all.
class FileNotKept final : public Error {
public:
    using Error::Error;
};

/// A file in the folder of uploads that is being written, and is removed unless it is kept. Used by one thread at a
/// time.
class NewFile {
public:
    /// Throws FileNotKept.
    explicit NewFile(const std::filesystem::path& folder);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    /// Throws FileNotKept.
    void write(std::string_view bytes);
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    /// Brings it to the disk under its hash, which it gives. Throws FileNotKept.
    [[nodiscard]] std::string keep();

private:
    std::filesystem::path path_;
    int descriptor_ = -1;
    std::uint64_t bytes_ = 0;
    Sha256 hash_;
};

/// A request's body on its way to a file. A megabyte at most waits for the disk.
class ReceivedFile final : public net::BodyReceiver, public std::enable_shared_from_this<ReceivedFile> {
public:
    ReceivedFile(Uploads& uploads, net::Request head) : uploads_(uploads), head_(std::move(head)) {}

    void start(std::function<void()> wake) override;
    [[nodiscard]] bool is_ready() override;
    void take(std::string piece) override;
    [[nodiscard]] std::pair<int, std::string> refusal() override;

    /// The file with all of the body. Waits. Throws Error where it was refused.
    [[nodiscard]] NewFile& complete();

private:
    void prepare();
    void write_waiting();
    void refuse(int status, std::string why);
    void go_on();

    Uploads& uploads_;
    const net::Request head_;
    std::unique_ptr<NewFile> file_{};  ///< Used by the thread of the pool that works for this one.
    std::function<void()> wake_{};
    std::mutex mutex_;  ///< Of those below.
    std::condition_variable written_;
    std::deque<std::string> waiting_{};
    std::size_t waiting_bytes_ = 0;
    bool prepared_ = false, scheduled_ = false, writing_ = false;
    int status_ = 0;
    std::string why_{};
};

}  // namespace quarry::serve
