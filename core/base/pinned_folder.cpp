// Folders that stay the ones that were looked at.
#include "core/base/pinned_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "core/base/error.h"

namespace quarry {
namespace {

namespace fs = std::filesystem;

constexpr const char* descriptors = "/proc/self/fd";

/// Owns a descriptor on the way to a folder.
class HeldDescriptor {
public:
    explicit HeldDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
    ~HeldDescriptor() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    HeldDescriptor(HeldDescriptor&& other) noexcept : descriptor_(other.release()) {}
    HeldDescriptor& operator=(HeldDescriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }

private:
    int descriptor_;
};

constexpr int open_folder = O_PATH | O_DIRECTORY | O_CLOEXEC;

[[noreturn]] void fail_folder(const fs::path& folder, const char* doing, int number) {
    const bool forbidden = number == EACCES || number == EPERM;
    throw Error(ErrorCode::failed, fmt::format("cannot {} the folder {}", doing, folder.string()),
                forbidden ? "check that you may read the folders above it, and write there" : "")
        .because(std::strerror(number));
}

HeldDescriptor enter(const HeldDescriptor& from, const std::string& name, const fs::path& folder,
                     PinnedFolder::Missing missing) {
    HeldDescriptor next(::openat(from.get(), name.c_str(), open_folder | O_NOFOLLOW));
    if (next.get() < 0 && errno == ENOENT && missing == PinnedFolder::Missing::make) {
        constexpr mode_t as_the_mask_says = 0777;
        if (::mkdirat(from.get(), name.c_str(), as_the_mask_says) != 0 && errno != EEXIST) {
            fail_folder(folder, "create", errno);
        }
        next = HeldDescriptor(::openat(from.get(), name.c_str(), open_folder | O_NOFOLLOW));
    }
    if (next.get() >= 0) return next;
    const int number = errno;
    struct stat info {};
    if (::fstatat(from.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode)) {
        throw Error(ErrorCode::failed, fmt::format("cannot open the folder {}", folder.string()),
                    "run the command again if somebody moved it just now; links on the way to it are looked at once")
            .because(fmt::format("{} is a symbolic link", name));
    }
    fail_folder(folder, missing == PinnedFolder::Missing::make ? "create" : "open", number);
}

}  // namespace

PinnedFolder::PinnedFolder(int descriptor, const fs::path& folder)
    : descriptor_(descriptor), path_(fs::path(descriptors) / std::to_string(descriptor)) {
    std::error_code none;
    if (!fs::is_directory(path_, none)) path_ = folder;
}

PinnedFolder::~PinnedFolder() { ::close(descriptor_); }

std::shared_ptr<const PinnedFolder> PinnedFolder::open(const fs::path& folder, Missing missing) {
    HeldDescriptor here(::open(folder.is_absolute() ? "/" : ".", open_folder));
    if (here.get() < 0) fail_folder(folder, "open", errno);
    for (const fs::path& part : folder.relative_path()) {
        if (!part.empty() && part != ".") here = enter(here, part.string(), folder, missing);
    }
    struct stat info {};
    if (::fstat(here.get(), &info) != 0) fail_folder(folder, "open", errno);

    // Shared by the whole process, as SQLite's own list of open files is.
    using Key = std::pair<dev_t, ino_t>;
    static std::mutex mutex;
    static std::map<Key, std::weak_ptr<const PinnedFolder>> pinned;
    const std::lock_guard lock(mutex);
    std::erase_if(pinned, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<const PinnedFolder>& known = pinned[{info.st_dev, info.st_ino}];
    if (auto shared = known.lock()) return shared;
    auto made = std::make_shared<const PinnedFolder>(here.get(), folder);
    static_cast<void>(here.release());
    known = made;
    return made;
}

fs::path shown_path(const fs::path& path) {
    const fs::path below = path.lexically_relative(descriptors);
    if (below.empty() || *below.begin() == ".." || *below.begin() == ".") return path;
    std::error_code gone;
    fs::path real = fs::read_symlink(fs::path(descriptors) / *below.begin(), gone);
    if (gone) return path;
    for (auto part = std::next(below.begin()); part != below.end(); ++part) real /= *part;
    return real;
}

}  // namespace quarry
