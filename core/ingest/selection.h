#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/ingest/ignore_rules.h"

namespace quarry::ingest {

/// Which files below a folder a run is about: what `--include` and `--exclude` say, and a glob.
///
/// Patterns are as in .gitignore, relative to the folder: "*.md" matches the name in any folder, "api/*.md" from the
/// folder on, "drafts/" a folder with all below it.
class Selection {
public:
    Selection() = default;
    /// Without `include` every file is in.
    Selection(std::span<const std::string> include, std::span<const std::string> exclude);

    /// Only what matches this as well, from the folder on.
    void add_glob(std::string_view pattern);

    /// Whether it, or a folder that it is in, is left out; all paths are relative, with `/`.
    [[nodiscard]] bool excludes(std::string_view relative, bool is_folder) const;
    /// Whether a file matches the glob, if there is one.
    [[nodiscard]] bool in_glob(std::string_view relative) const;
    /// Whether a file is in.
    [[nodiscard]] bool takes(std::string_view relative) const;

private:
    std::optional<IgnoreRules> include_;
    std::optional<IgnoreRules> glob_;
    IgnoreRules exclude_;
};

/// A path with wildcards in two: the folder before them, absolute, and the pattern from there on.
struct GlobPath {
    std::string folder;
    std::string pattern;
};

/// The parts of "docs/**/*.md"; nothing for a path without wildcards (`*`, `?`, `[`), or one that exists under that
/// very name.
[[nodiscard]] std::optional<GlobPath> parse_glob(const std::filesystem::path& path);

}  // namespace quarry::ingest
