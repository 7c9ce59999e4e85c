#include "core/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "core/base/error.h"
#include "core/base/pinned_folder.h"
#include "core/base/text.h"

namespace quarry {
namespace {

/// Owns a file descriptor.
class Descriptor {
public:
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] bool ok() const noexcept { return fd_ >= 0; }

private:
    int fd_;
};

[[noreturn]] void fail(std::string message, int error_number, std::string hint = {}) {
    throw Error(ErrorCode::failed, std::move(message), std::move(hint)).because(std::strerror(error_number));
}

void write_all(int fd, std::string_view content, const std::string& what) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            fail(what, errno, file_error_hint(errno));
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

std::string file_error_hint(int error_number) {
    if (error_number == EACCES || error_number == EPERM) return "check who owns it and its permissions (ls -l)";
    if (error_number == ENOSPC || error_number == EDQUOT) return "free some disk space, then run the command again";
    return {};
}

std::optional<FileStamp> stat_file(const std::filesystem::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
    return FileStamp{static_cast<std::uint64_t>(info.st_size),
                     static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec};
}

namespace {

// O_NONBLOCK: opening a FIFO must not wait for a writer.
constexpr int open_to_read = O_RDONLY | O_CLOEXEC | O_NONBLOCK;

/// The size of an open file, which must be a regular one.
std::uint64_t size_of_regular(const Descriptor& file, const std::string& what) {
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) fail(what, errno);
    if (S_ISDIR(info.st_mode)) fail(what, EISDIR);
    if (!S_ISREG(info.st_mode)) throw Error(ErrorCode::failed, what).because("it is not a regular file");
    return static_cast<std::uint64_t>(info.st_size);
}

/// Reads on into content[used, …); false at the file's end.
bool read_more(const Descriptor& file, const std::string& what, std::string& content, std::size_t& used) {
    for (;;) {
        const ssize_t got = ::read(file.get(), content.data() + used, content.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail(what, errno);
        used += static_cast<std::size_t>(got);
        return got > 0;
    }
}

std::string read_open_file(const Descriptor& file, const std::string& what, std::uint64_t max_bytes) {
    const std::uint64_t size = size_of_regular(file, what);
    const auto too_large = [&] {
        return Error(ErrorCode::failed, what)
            .because(fmt::format("it is larger than the limit of {}", human_bytes(max_bytes)));
    };
    if (size > max_bytes) throw too_large();

    std::string content;
    content.resize(static_cast<std::size_t>(size) + 1);
    std::size_t used = 0;
    while (read_more(file, what, content, used)) {
        if (used > max_bytes) throw too_large();
        if (used == content.size()) content.resize(content.size() * 2);
    }
    content.resize(used);
    return content;
}

std::unique_ptr<Descriptor> open_file(const std::filesystem::path& path, const std::string& what) {
    auto opened = std::make_unique<Descriptor>(::open(path.c_str(), open_to_read));
    if (!opened->ok()) fail(what, errno, file_error_hint(errno));
    return opened;
}

/// Opens a path below a folder without following links, or says in `errno` why not. Linux 5.6 does so in one call.
std::unique_ptr<Descriptor> open_without_links(const std::filesystem::path& folder, std::string_view relative) {
    auto opened = std::make_unique<Descriptor>(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!opened->ok()) return opened;
    open_how how{};
    how.flags = open_to_read;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
    const long at_once = ::syscall(SYS_openat2, opened->get(), std::string(relative).c_str(), &how, sizeof how);
    // An older system, or a container that forbids what it does not know.
    const bool lacks_it = at_once < 0 && (errno == ENOSYS || errno == EPERM);
    if (!lacks_it) return std::make_unique<Descriptor>(static_cast<int>(at_once));
    const std::vector<std::string_view> names = split(relative, '/');
    for (std::size_t i = 0; i < names.size() && opened->ok(); ++i) {
        if (names[i] == "..") {
            errno = EXDEV;
            return std::make_unique<Descriptor>(-1);
        }
        const int flags =
            i + 1 < names.size() ? O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC : open_to_read | O_NOFOLLOW;
        opened = std::make_unique<Descriptor>(::openat(opened->get(), std::string(names[i]).c_str(), flags));
    }
    return opened;
}

std::unique_ptr<Descriptor> open_below(const std::filesystem::path& folder, std::string_view relative,
                                       const std::string& what) {
    auto opened = open_without_links(folder, relative);
    if (opened->ok()) return opened;
    if (errno == ELOOP || errno == ENOTDIR || errno == EXDEV) {
        throw Error(ErrorCode::failed, what,
                    "links out of a folder are not followed; to read the file, give its own path")
            .because("a folder or the file on the way is a symbolic link");
    }
    fail(what, errno, file_error_hint(errno));
}

}  // namespace

bool folder_is_shared(const std::filesystem::path& folder) {
    struct stat info {};
    return ::stat(folder.empty() ? "." : folder.c_str(), &info) == 0 && (info.st_mode & S_ISGID) != 0 &&
           (info.st_mode & S_IWGRP) != 0;
}

std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
    const std::string what = fmt::format("cannot read {}", path.string());
    return read_open_file(*open_file(path, what), what, max_bytes);
}

std::string read_file_below(const std::filesystem::path& folder, std::string_view relative, std::uint64_t max_bytes) {
    const std::string what = fmt::format("cannot read {}", (folder / relative).string());
    return read_open_file(*open_below(folder, relative, what), what, max_bytes);
}

std::string read_beginning(const std::filesystem::path& folder, std::string_view relative, std::size_t count) {
    const std::string what = fmt::format("cannot read {}", (folder / relative).string());
    const auto file = folder.empty() ? open_file(relative, what) : open_below(folder, relative, what);
    static_cast<void>(size_of_regular(*file, what));
    std::string content(count, '\0');
    std::size_t used = 0;
    while (used < count && read_more(*file, what, content, used)) continue;
    content.resize(used);
    return content;
}

std::vector<std::string> file_names(const std::filesystem::path& folder, std::error_code& error) {
    std::vector<std::string> names;
    std::filesystem::directory_iterator entries(folder, error);
    while (!error && entries != std::filesystem::directory_iterator()) {
        std::string name = entries->path().filename().string();
        std::error_code ignored;
        if (!name.starts_with('.') && !entries->is_directory(ignored)) names.push_back(std::move(name));
        entries.increment(error);
    }
    std::sort(names.begin(), names.end());
    return names;
}

namespace {

/// A device, or a name of what is open, such as /dev/stdout: nothing may take its place.
bool is_device_name(const std::filesystem::path& path) {
    std::error_code unknown;
    const std::filesystem::path normal = std::filesystem::absolute(path, unknown).lexically_normal();
    const std::string name = normal.string();
    // /proc/self/fd/3/name is a file in an open folder (core/base/pinned_folder.h).
    if (name.starts_with("/proc/")) return normal.parent_path().filename() == "fd";
    return name.starts_with("/dev/") && !name.starts_with("/dev/shm/");
}

}  // namespace

void write_file_atomically(const std::filesystem::path& path, std::string_view content, bool is_private) {
    const std::string what = fmt::format("cannot write {}", shown_path(path).string());
    if (is_device_name(path)) {
        const Descriptor device(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY));
        if (!device.ok()) fail(what, errno, file_error_hint(errno));
        return write_all(device.get(), content, what);
    }
    std::string temporary = path.string() + ".XXXXXX";
    const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!file.ok()) fail(what, errno, file_error_hint(errno));
    try {
        struct stat info {};
        const mode_t mode =
            ::stat(path.c_str(), &info) == 0 ? (info.st_mode & 07777) : mode_t{is_private ? 0600U : 0644U};
        if (::fchmod(file.get(), mode) != 0) fail(what, errno);
        write_all(file.get(), content, what);
        if (::fsync(file.get()) != 0) fail(what, errno, file_error_hint(errno));
        if (::rename(temporary.c_str(), path.c_str()) != 0) fail(what, errno, file_error_hint(errno));
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
}

TemporaryDirectory::TemporaryDirectory(std::string_view prefix, const std::filesystem::path& parent) {
    std::string pattern = (parent / fmt::format("{}-XXXXXX", prefix)).string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        fail(fmt::format("cannot create a temporary directory {}", pattern), errno, file_error_hint(errno));
    }
    path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace quarry
