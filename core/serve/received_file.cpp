#include "core/serve/received_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "core/base/error.h"
#include "core/crypto/secret.h"
#include "core/serve/service.h"

namespace quarry::serve {
namespace {

constexpr std::size_t most_pieces_waiting = 1024 * 1024;

FileNotKept cannot_keep(int error) {
    const bool full = error == ENOSPC || error == EDQUOT;
    return {ErrorCode::failed, fmt::format("cannot keep the uploaded file: {}",
                                           full ? "the server's disk is full" : std::strerror(error))};
}

}  // namespace

NewFile::NewFile(const std::filesystem::path& folder) : path_(folder / ("part-" + crypto::random_hex(16))) {
    descriptor_ = ::open(path_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor_ < 0) throw cannot_keep(errno);
}

NewFile::~NewFile() {
    ::close(descriptor_);
    if (!path_.empty()) ::unlink(path_.c_str());
}

void NewFile::write(std::string_view bytes) {
    hash_.add(bytes);
    bytes_ += bytes.size();
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) throw cannot_keep(errno);
        if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string NewFile::keep() {
    std::string hash = hash_.digest();
    const std::filesystem::path kept = path_.parent_path() / hash;
    if (::fsync(descriptor_) != 0 || ::rename(path_.c_str(), kept.c_str()) != 0) throw cannot_keep(errno);
    path_.clear();
    return hash;
}

void ReceivedFile::start(std::function<void()> wake) {
    wake_ = std::move(wake);
    if (!uploads_.submit([self = shared_from_this()] { self->prepare(); }))
        refuse(503, "the server is busy; try again");
}

bool ReceivedFile::is_ready() {
    const std::lock_guard lock(mutex_);
    return prepared_ && status_ == 0 && waiting_bytes_ < most_pieces_waiting;
}

std::pair<int, std::string> ReceivedFile::refusal() {
    const std::lock_guard lock(mutex_);
    return {status_, why_};
}

void ReceivedFile::take(std::string piece) {
    {
        const std::lock_guard lock(mutex_);
        waiting_bytes_ += piece.size();
        waiting_.push_back(std::move(piece));
    }
    go_on();
}

void ReceivedFile::go_on() {
    {
        const std::lock_guard lock(mutex_);
        if (scheduled_ || writing_ || waiting_.empty() || status_ != 0) return;
        scheduled_ = true;
    }
    if (!uploads_.submit([self = shared_from_this()] { self->write_waiting(); })) {
        refuse(503, "the server is busy; try again");
    }
}

void ReceivedFile::prepare() {
    try {
        auto [status, why] = uploads_.service().refusal_of_file(head_);
        if (status != 0) return refuse(status, std::move(why));
        uploads_.recount();
        std::uint64_t length = 0;
        const std::string_view digits = head_.header("Content-Length");
        std::from_chars(digits.data(), digits.data() + digits.size(), length);
        if (!uploads_.has_room(length)) return refuse(413, "the file would exceed the quota of uploads");
        file_ = std::make_unique<NewFile>(uploads_.folder());
    } catch (...) {
        return refuse(507, uploads_.service().public_failure(std::current_exception()).message());
    }
    {
        const std::lock_guard lock(mutex_);
        prepared_ = true;
    }
    wake_();
}

void ReceivedFile::write_waiting() {
    {
        const std::lock_guard lock(mutex_);
        scheduled_ = false;
        if (std::exchange(writing_, true)) return;  // whoever waits for the end does it
    }
    for (;;) {
        std::string piece;
        {
            const std::lock_guard lock(mutex_);
            if (waiting_.empty()) {
                writing_ = false;
                break;
            }
            piece = std::move(waiting_.front());
            waiting_.pop_front();
        }
        try {
            if (!uploads_.count(piece.size())) return refuse(413, "the file would exceed the quota of uploads");
            file_->write(piece);
        } catch (const FileNotKept& error) {
            static_cast<void>(uploads_.service().public_failure(std::current_exception()));
            return refuse(507, error.message());
        }
        const std::lock_guard lock(mutex_);
        waiting_bytes_ -= piece.size();
    }
    written_.notify_all();
    wake_();
}

void ReceivedFile::refuse(int status, std::string why) {
    {
        const std::lock_guard lock(mutex_);
        status_ = status;
        why_ = std::move(why);
        writing_ = false;
        waiting_.clear();
        file_.reset();  // no thread works for this one now
    }
    written_.notify_all();
    wake_();
}

NewFile& ReceivedFile::complete() {
    // What still waits is written here: the pool's threads may all be waiting themselves.
    write_waiting();
    std::unique_lock lock(mutex_);
    written_.wait(lock, [&] { return !writing_ && (status_ != 0 || waiting_.empty()); });
    if (status_ == 507) throw FileNotKept(ErrorCode::failed, why_);
    if (status_ != 0) throw Error(status_ == 413 ? ErrorCode::budget_exceeded : ErrorCode::locked, why_);
    return *file_;
}

}  // namespace quarry::serve
