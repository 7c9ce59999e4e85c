#include "core/base/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "core/base/error.h"
#include "core/base/pinned_folder.h"

namespace quarry {

FileLock::FileLock(const std::filesystem::path& path, std::chrono::milliseconds wait, const Cancellation* cancel) {
    constexpr std::chrono::milliseconds between_looks{20};
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor_ < 0) {
        throw Error(ErrorCode::failed, fmt::format("cannot make the lock file {}", shown_path(path).string()),
                    errno == ELOOP ? "remove it: it is a symbolic link, and those are not followed"
                                   : "check that you may write to its folder")
            .because(std::strerror(errno));
    }
    const auto end = std::chrono::steady_clock::now() + wait;
    while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const bool cancelled = cancel != nullptr && cancel->cancelled();
        if (!cancelled && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(between_looks);
            continue;
        }
        ::close(descriptor_);
        if (cancelled) throw Error(ErrorCode::interrupted, "interrupted");
        throw Error(ErrorCode::locked, fmt::format("another process holds the lock {}", shown_path(path).string()),
                    "run the command again when it is done, or wait longer with --lock-wait SECONDS");
    }
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace quarry
