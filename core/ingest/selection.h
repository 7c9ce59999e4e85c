#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/ignore_rules.h"

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

}  // namespace quarry::ingest
