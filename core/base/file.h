#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace quarry {

/// What a person can do about an error of the file system (errno); empty where nothing is known.
[[nodiscard]] std::string file_error_hint(int error_number);

/// Size and modification time of a regular file, as one `stat` gives them.
struct FileStamp {
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;  ///< Nanoseconds since the epoch.

    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// Nothing when the path does not exist or is no regular file; follows symbolic links.
[[nodiscard]] std::optional<FileStamp> stat_file(const std::filesystem::path& path);

/// Whether a folder's owner shares it: its group may write there, and keeps what is made in it (the set-group-ID bit).
[[nodiscard]] bool folder_is_shared(const std::filesystem::path& folder);

/// The whole content of a file. Throws Error(failed) with the path and the system's reason; refuses a file over
/// `max_bytes` without reading it whole, and one that is not a regular file.
[[nodiscard]] std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes);

/// The same of a file below `folder`, by its path from there: no symbolic link is followed on the way, though a folder
/// be replaced by one at this very moment. `folder` itself may be one.
[[nodiscard]] std::string read_file_below(const std::filesystem::path& folder, std::string_view relative,
                                          std::uint64_t max_bytes);

/// At most the first `count` bytes of a file, as `read_file_below` reads it; of the file `relative` itself when
/// `folder` is empty.
[[nodiscard]] std::string read_beginning(const std::filesystem::path& folder, std::string_view relative,
                                         std::size_t count);

/// The names of a folder's files, sorted; without hidden ones and sub-folders. `error` is set when it cannot be read.
[[nodiscard]] std::vector<std::string> file_names(const std::filesystem::path& folder, std::error_code& error);

/// Replaces a file in one step: writes beside it, syncs, renames. Throws Error(failed); the old content stays then. A
/// file that is there keeps its mode; a new one is readable by all, or its owner. /dev/stdout and such are written to.
void write_file_atomically(const std::filesystem::path& path, std::string_view content, bool is_private = false);

/// A directory below the system's temporary one, or another, removed with all it holds when this goes.
class TemporaryDirectory {
public:
    explicit TemporaryDirectory(std::string_view prefix = "quarry",
                                const std::filesystem::path& parent = std::filesystem::temp_directory_path());
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace quarry
