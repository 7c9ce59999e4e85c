#pragma once

#include <filesystem>
#include <memory>

namespace quarry {

/// A folder that was reached without following a symbolic link, and is held open: what is opened below `path()` is in
/// this very folder, whatever takes the place of its name, or of a folder above it, meanwhile. A file in it may still
/// be a link, which who opens it leaves alone with O_NOFOLLOW.
class PinnedFolder {
public:
    enum class Missing { refuse, make };
    /// Throws Error(failed) when the folder cannot be opened or made, or a part of its path is a symbolic link.
    ///
    /// Those who want the same folder at the same time share one: SQLite keeps the name by which a file was opened
    /// first for as long as any connection of the process has it open.
    [[nodiscard]] static std::shared_ptr<const PinnedFolder> open(const std::filesystem::path& folder,
                                                                  Missing missing = Missing::refuse);
    /// Takes over an open descriptor.
    PinnedFolder(int descriptor, const std::filesystem::path& folder);
    ~PinnedFolder();
    PinnedFolder(const PinnedFolder&) = delete;
    PinnedFolder& operator=(const PinnedFolder&) = delete;

    /// Valid in this process as long as this is: /proc/self/fd/N. Where there is no /proc it is the folder's own path,
    /// which holds for the moment of its opening only.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    int descriptor_;
    std::filesystem::path path_;
};

/// What a path below a pinned folder is called for people: where it is now. Any other path as it is.
[[nodiscard]] std::filesystem::path shown_path(const std::filesystem::path& path);

}  // namespace quarry
