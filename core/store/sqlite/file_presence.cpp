// Names that are held: locks on single bytes of a file beside the base, each name at a place of its own.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/store/base_address.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/presence.h"

namespace quarry::store {
namespace {

/// Where a name is locked: two names of a base are at one place once in 2^62.
off_t place_of(std::string_view name) {
    std::uint64_t place = 0;
    for (const char digit : sha256(name).substr(0, 16)) {
        place = place * 16 + static_cast<std::uint64_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return static_cast<off_t>(place >> 2);
}

/// The file stays empty. Its locks are those of the open file (F_OFD_SETLK, fcntl(2)), so that two servers in one
/// process see each other, and the system drops them with the last descriptor.
class FilePresence final : public Presence {
public:
    /// Whoever may use the base may use the file.
    explicit FilePresence(std::filesystem::path path, const std::filesystem::path& base) : path_(std::move(path)) {
        descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (descriptor_ < 0) throw failure("make");
        struct stat of_base {
        }, own{};
        const bool is_own = ::fstat(descriptor_, &own) == 0 && own.st_uid == ::geteuid();
        if (is_own && ::stat(base.c_str(), &of_base) == 0) {
            static_cast<void>(::fchmod(descriptor_, of_base.st_mode & 0666));
        }
    }
    ~FilePresence() override { ::close(descriptor_); }
    FilePresence(const FilePresence&) = delete;
    FilePresence& operator=(const FilePresence&) = delete;

    void hold(std::string_view name) override {
        // Shared: the others hold the same byte.
        struct flock lock = lock_of(name, F_RDLCK);
        if (::fcntl(descriptor_, F_OFD_SETLK, &lock) != 0) throw failure("lock");
    }
    void release(std::string_view name) noexcept override {
        struct flock lock = lock_of(name, F_UNLCK);
        static_cast<void>(::fcntl(descriptor_, F_OFD_SETLK, &lock));
    }
    [[nodiscard]] bool is_held_elsewhere(std::string_view name) override {
        // What would be in the way of an exclusive lock; nothing is locked by asking.
        struct flock lock = lock_of(name, F_WRLCK);
        if (::fcntl(descriptor_, F_OFD_GETLK, &lock) != 0) throw failure("look at");
        return lock.l_type != F_UNLCK;
    }

private:
    static struct flock lock_of(std::string_view name, short type) {
        struct flock lock {};
        lock.l_type = type;
        lock.l_whence = SEEK_SET;
        lock.l_start = place_of(name);
        lock.l_len = 1;
        return lock;
    }
    [[nodiscard]] Error failure(std::string_view doing) const {
        const int number = errno;
        Error error(ErrorCode::failed, fmt::format("cannot {} the lock file {}", doing, path_.string()),
                    number == ELOOP ? "remove it: it is a symbolic link, and those are not followed"
                                    : "check that you may write to its folder");
        return std::move(error).because(std::strerror(number));
    }

    const std::filesystem::path path_;
    int descriptor_ = -1;
};

}  // namespace

std::unique_ptr<Presence> open_presence(const std::filesystem::path& base) {
    if (is_server_base(base)) return postgresql::open_server_presence(base.native());
    std::filesystem::path path = base;
    path += ".serving";
    return std::make_unique<FilePresence>(std::move(path), base);
}

}  // namespace quarry::store
