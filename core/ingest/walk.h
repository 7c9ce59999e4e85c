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
#include "core/base/glob_path.h"
#include "core/ingest/selection.h"

namespace quarry::ingest {

/// Why something on the way was left out.
enum class SkipReason { hidden, ignored, excluded, symbolic_link, special_file, unknown_type, empty, binary };

/// The stable name of a reason, as in JSON ("unknown_type").
[[nodiscard]] const char* skip_reason_name(SkipReason reason) noexcept;

struct WalkedFile {
    std::string path;  ///< Absolute and lexically normal.
    FileStamp stamp;
    bool named = false;  ///< Given itself, not found in a folder.
    std::string folder;  ///< The given one that it was found in, to be read with `read_file_below`; else empty.
};

struct WalkOptions {
    Selection selection;    ///< What is taken of the folders that are given.
    bool hidden = false;    ///< Names that begin with a dot too, except .git and .quarry.
    bool gitignore = true;  ///< Honour .gitignore and .git/info/exclude; the others always count.
    /// What is not accepted is passed over as if it were not there. May be empty: all is.
    std::function<bool(const std::string& path, bool is_folder)> accept;
};

/// What a walk calls; each function but `folder` must be set.
struct WalkVisitor {
    std::function<void(WalkedFile&&)> file;
    std::function<void(const std::string& path, SkipReason)> skipped;
    std::function<void(const std::string& path, const Error&)> failed;
    std::function<void(const std::string& path)> folder;  ///< Each that is gone through, before it is read.
};

/// Visits every regular file of the given files, folders and globs once, in order of name within each folder.
///
/// In folders it leaves out hidden names, symbolic links (so it never leaves the folder and never runs in a circle),
/// whatever is no regular file, what is not selected, and what ignore files leave out: those in the folder and below,
/// and those above it up to the root of the git repository. Of ignore files `.quarryignore` has the last word, then
/// `.ignore`, then `.gitignore`, then `.git/info/exclude`; of several files of one name the deepest. A path that was
/// given is followed and visited whatever the rules say; what a glob matches is as if found in a folder. What cannot
/// be read is told to `failed`, and the walk goes on. Throws Error(interrupted).
void walk(const std::vector<std::filesystem::path>& paths, const WalkOptions& options, const WalkVisitor& visitor,
          const Cancellation& cancellation);

using quarry::absolute_path;
using quarry::parse_glob;

}  // namespace quarry::ingest
