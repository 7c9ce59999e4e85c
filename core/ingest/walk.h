#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry {

/// Why something on the way was left out.
enum class SkipReason { hidden, ignored, symbolic_link, special_file, unknown_type, empty, binary };

/// The stable name of a reason, as in JSON ("unknown_type").
[[nodiscard]] const char* skip_reason_name(SkipReason reason) noexcept;

struct WalkedFile {
    std::string path;  ///< Absolute and lexically normal.
    FileStamp stamp;
    bool named = false;  ///< Given itself, not found in a folder.
};

/// What a walk calls; each function must be set.
struct WalkVisitor {
    std::function<void(const WalkedFile&)> file;
    std::function<void(const std::string& path, SkipReason)> skipped;
    std::function<void(const std::string& path, const Error&)> failed;
};

/// Visits every regular file of the given files and folders once, in order of name within each folder.
///
/// In folders it leaves out hidden names (which covers .git and .quarry), symbolic links (so it never leaves the
/// folder and never runs in a circle), whatever is no regular file, and what `.gitignore` and `.quarryignore` files
/// leave out: those in the folder and below, those above it up to the root of the git repository, and
/// `.git/info/exclude`. A path that was given is followed and visited whatever the rules say. What cannot be read is
/// told to `failed`, and the walk goes on. Throws Error(interrupted).
void walk(const std::vector<std::filesystem::path>& paths, const WalkVisitor& visitor,
          const Cancellation& cancellation);

/// `path` as sources are named by it: absolute, lexically normal, no slash at the end.
[[nodiscard]] std::string absolute_path(const std::filesystem::path& path);

}  // namespace quarry
