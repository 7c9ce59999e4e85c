#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/file.h"

namespace quarry::ingest {

/// A file that git tracks, as its index has it.
struct GitFile {
    std::string blob;  ///< The id of its content; empty where the index has several (a merge).
    FileStamp stamp;   ///< When git last looked. Zero when it may have been changed right after.

    /// Whether the file in the work tree, which has this stamp now, is the blob.
    [[nodiscard]] bool is_clean(const FileStamp& now) const noexcept {
        return !blob.empty() && stamp.mtime_ns != 0 && stamp == now;
    }
};

/// What git tracks below a folder, by absolute path.
struct GitFiles {
    std::unordered_map<std::string, GitFile> files;
    std::unordered_set<std::string> folders;  ///< Those with tracked files in them or below.
    // Since a revision, when one was given:
    std::optional<std::unordered_set<std::string>> changed;  ///< Staged or committed since, as the index has it.
    std::vector<std::string> deleted;
};

/// Asks git what it tracks below a folder, and with `since` (any revision that git knows) what changed since then.
///
/// Only the index and trees are read. Nothing that a repository's own configuration names is run: no hooks, no file
/// system monitor, no filters, no remotes. Throws Error(failed) when git is not installed, the folder is in no
/// repository, or the revision is not known; Error(interrupted).
[[nodiscard]] GitFiles list_git_files(const std::string& folder, std::string_view since,
                                      const Cancellation& cancellation);

}  // namespace quarry::ingest
