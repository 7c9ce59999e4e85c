#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

namespace quarry {

/// A file's content in memory, read from disk as it is looked at. What was mapped stays what it was though the file be
/// replaced by another or removed; it must not be changed in place. Reading is safe from many threads.
class MappedFile {
public:
    enum class Links { follow, refuse };
    /// Nothing when there is no such file, or it is not a regular one, is empty, or may not be read, or is a symbolic
    /// link where these are refused.
    [[nodiscard]] static std::optional<MappedFile> open(const std::filesystem::path& path, Links links = Links::follow);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    /// Valid as long as this is.
    [[nodiscard]] std::string_view bytes() const noexcept { return {data_, size_}; }
    /// Copies bytes from the file, which, once, costs less than to look at them: the memory of this process does not
    /// grow. False when that fails; they can still be looked at.
    [[nodiscard]] bool read(std::size_t offset, std::span<char> to) const noexcept;
    /// Takes what was looked at out of this process's memory, until it is looked at again: for a pass over a large
    /// file.
    void release() const noexcept;

private:
    MappedFile(int descriptor, const char* data, std::size_t size) noexcept
        : descriptor_(descriptor), data_(data), size_(size) {}

    int descriptor_ = -1;
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

/// A file that is written in memory and takes its place in one step, when it is complete. Until then it has a name of
/// its own beside that place, which goes with this; a killed process leaves it, and `remove_leftovers` clears it.
class MappedOutput {
public:
    /// Throws Error(failed) when it cannot be made.
    MappedOutput(std::filesystem::path path, std::size_t size);
    ~MappedOutput();
    MappedOutput(const MappedOutput&) = delete;
    MappedOutput& operator=(const MappedOutput&) = delete;

    /// Zeros at first. Invalid after `grow`.
    [[nodiscard]] char* data() noexcept { return data_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Takes what was written out of this process's memory, until it is looked at again: for a pass over a large file.
    void release() noexcept;
    /// Makes it larger, with zeros. Throws Error(failed), for want of space above all.
    void grow(std::size_t size);
    /// Writes it to disk and puts it in its place. Throws Error(failed).
    void commit();

private:
    void close() noexcept;

    std::filesystem::path path_;
    std::filesystem::path temporary_;
    int descriptor_ = -1;
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

/// Removes what killed writers of this file left beside it. Only for who holds the lock under which it is written.
void remove_leftovers(const std::filesystem::path& path);

}  // namespace quarry
