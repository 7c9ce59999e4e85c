// Files in memory, for reading and for writing.

#include "core/base/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/pinned_folder.h"

namespace quarry {
namespace {

constexpr std::string_view unfinished = ".unfinished-";

[[noreturn]] void fail_to_write(const std::filesystem::path& path, int number) {
    throw Error(ErrorCode::failed, fmt::format("cannot write {}", shown_path(path).string()), file_error_hint(number))
        .because(std::strerror(number));
}

}  // namespace

std::optional<MappedFile> MappedFile::open(const std::filesystem::path& path, Links links) {
    const int no_link = links == Links::refuse ? O_NOFOLLOW : 0;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | no_link);
    if (descriptor < 0) return std::nullopt;
    struct stat info {};
    void* data = MAP_FAILED;
    if (::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
        data = ::mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_SHARED, descriptor, 0);
    }
    if (data == MAP_FAILED) {
        ::close(descriptor);
        return std::nullopt;
    }
    return MappedFile(descriptor, static_cast<const char*>(data), static_cast<std::size_t>(info.st_size));
}

bool MappedFile::read(std::size_t offset, std::span<char> to) const noexcept {
    while (!to.empty()) {
        const ssize_t count = ::pread(descriptor_, to.data(), to.size(), static_cast<off_t>(offset));
        if (count <= 0) {
            if (count < 0 && errno == EINTR) continue;
            return false;
        }
        offset += static_cast<std::size_t>(count);
        to = to.subspan(static_cast<std::size_t>(count));
    }
    return true;
}

void MappedFile::release() const noexcept { ::madvise(const_cast<char*>(data_), size_, MADV_DONTNEED); }

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
    if (descriptor_ >= 0) ::close(descriptor_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

MappedOutput::MappedOutput(std::filesystem::path path, std::size_t size) : path_(std::move(path)) {
    std::string pattern = fmt::format("{}{}XXXXXX", path_.string(), unfinished);
    descriptor_ = ::mkostemp(pattern.data(), O_CLOEXEC);
    if (descriptor_ < 0) fail_to_write(path_, errno);
    temporary_ = pattern;
    try {
        // As the file that it replaces; a new one is its owner's, and the group's of a shared folder.
        struct stat before = {};
        const bool replaces = ::stat(path_.c_str(), &before) == 0;
        const mode_t mode = replaces ? before.st_mode & 0777 : folder_is_shared(path_.parent_path()) ? 0640 : 0600;
        if (::fchmod(descriptor_, mode) != 0) fail_to_write(path_, errno);
        grow(size);
    } catch (...) {
        close();
        throw;
    }
}

MappedOutput::~MappedOutput() { close(); }

void MappedOutput::close() noexcept {
    if (data_ != nullptr) ::munmap(data_, size_);
    data_ = nullptr;
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
    temporary_.clear();
}

// The pages are the file's: what was written to them stays there.
void MappedOutput::release() noexcept { ::madvise(data_, size_, MADV_DONTNEED); }

void MappedOutput::grow(std::size_t size) {
    // Space that is not there must show here, not as a signal when the memory is written.
    const int failure = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
    if (failure != 0) fail_to_write(path_, failure);
    if (data_ != nullptr) ::munmap(data_, size_);
    data_ = nullptr;
    void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
    if (data == MAP_FAILED) fail_to_write(path_, errno);
    data_ = static_cast<char*>(data);
    size_ = size;
}

void MappedOutput::commit() {
    if (::msync(data_, size_, MS_SYNC) != 0 || ::fsync(descriptor_) != 0) fail_to_write(path_, errno);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail_to_write(path_, errno);
    temporary_.clear();
    close();
}

void remove_leftovers(const std::filesystem::path& path) {
    const std::string prefix = path.filename().string() + std::string(unfinished);
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(path.parent_path(), ignored)) {
        if (entry.path().filename().string().starts_with(prefix)) std::filesystem::remove(entry.path(), ignored);
    }
}

}  // namespace quarry
