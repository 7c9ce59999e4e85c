#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace quarry {

/// `path` as sources are named by it: absolute, lexically normal, no slash at the end.
[[nodiscard]] std::string absolute_path(const std::filesystem::path& path);

/// A path with wildcards in two: the folder before them, absolute, and the pattern from there on.
struct GlobPath {
    std::string folder;
    std::string pattern;
};

/// The parts of "docs/**/*.md"; nothing for a path without wildcards (`*`, `?`, `[`), or one that exists under that
/// very name.
[[nodiscard]] std::optional<GlobPath> parse_glob(const std::filesystem::path& path);

}  // namespace quarry
