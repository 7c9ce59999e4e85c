#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ignore_rules.h"

namespace quarry::store {

/// Which sources are meant, by their paths, names, ids or addresses.
struct PathPattern {
    enum class Kind {
        below,  ///< `text` or `folder`, as far as they are not empty, with all that is below them.
        name,   ///< A shell pattern (match_name), `text`, for the whole of it or for what follows its last slash.
        glob,   ///< Below `folder`, what matches `text` from there on as an anchored line of a .gitignore does.
    };
    Kind kind = Kind::below;
    std::string text;
    std::string folder;  ///< Absolute, without a slash at the end unless it is "/".

    friend bool operator==(const PathPattern&, const PathPattern&) = default;
};

/// A pattern as a person writes it: a file, a folder, a web address, "*.pdf" (names in any folder), "docs/**/*.md".
/// A relative one is relative to the working directory; one with wildcards is a path where a file has that very name.
[[nodiscard]] PathPattern parse_path_pattern(std::string_view text);

/// Whether a source's name is `folder`, or below it.
[[nodiscard]] bool is_below(std::string_view uri, std::string_view folder) noexcept;

/// Patterns, made ready to be compared with many names. Owns all that it needs; may be used by several threads.
class PathMatcher {
public:
    explicit PathMatcher(std::span<const PathPattern> patterns);

    /// Whether one of the patterns matches, or there are none.
    [[nodiscard]] bool matches(std::string_view uri) const;

private:
    struct Entry {
        PathPattern pattern;
        std::optional<IgnoreRules> rules;  ///< Of a glob.
    };
    [[nodiscard]] static bool matches(const Entry& entry, std::string_view uri);

    std::vector<Entry> entries_;
};

}  // namespace quarry::store
