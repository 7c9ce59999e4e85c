// Writes a folder of imported migrations, whole or not at all.
#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/migrate/import.h"

namespace quarry::migrate {
namespace {

namespace fs = std::filesystem;

/// The folder's own path, also of "migrations/" and ".".
fs::path plain_path(const fs::path& folder) {
    const fs::path path = fs::absolute(folder).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

Error folder_failure(const fs::path& folder, const std::error_code& cause) {
    return Error(ErrorCode::failed, fmt::format("cannot write the folder {}", folder.string()),
                 "check the path and its permissions")
        .because(cause.message());
}

/// A folder beside another one, removed unless it took that one's place.
class FolderBeside {
public:
    explicit FolderBeside(const fs::path& folder)
        : target_(folder),
          path_(folder.parent_path() / fmt::format(".{}.import-{}", folder.filename().string(), ::getpid())) {
        std::error_code error;
        fs::create_directories(folder.parent_path(), error);
        if (!error) fs::create_directory(path_, error);
        if (error) throw folder_failure(folder, error);
    }
    ~FolderBeside() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    FolderBeside(const FolderBeside&) = delete;
    FolderBeside& operator=(const FolderBeside&) = delete;

    [[nodiscard]] const fs::path& path() const noexcept { return path_; }
    /// rename(2) replaces an empty folder, and no other.
    void take_place() const {
        std::error_code error;
        fs::rename(path_, target_, error);
        if (error) throw folder_failure(target_, error);
    }

private:
    fs::path target_;
    fs::path path_;
};

}  // namespace

void require_new_folder(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(folder, error))) return;
    const bool usable = fs::is_directory(folder, error) && fs::is_empty(folder, error) && !error;
    if (usable && !fs::equivalent(folder, fs::current_path(), error)) return;
    throw Error(ErrorCode::failed, fmt::format("{} exists already; nothing was written", folder.string()),
                "give a new folder with --dir; when its files are imported already, this takes over what is applied: "
                "quarry migrate import --ledger-only");
}

void write_imported(const fs::path& folder, std::span<const ImportedMigration> migrations,
                    const std::function<void()>& then) {
    require_new_folder(folder);
    const fs::path target = plain_path(folder);
    const FolderBeside beside(target);
    for (const ImportedMigration& one : migrations) write_file_atomically(beside.path() / one.file_name, one.text);
    std::error_code ignored;
    const bool existed = fs::exists(target, ignored);
    beside.take_place();
    try {
        if (then) then();
    } catch (...) {
        fs::remove_all(target, ignored);
        if (existed) fs::create_directory(target, ignored);
        throw;
    }
}

}  // namespace quarry::migrate
