#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace quarry {

/// The rules of one ignore file, as gitignore(5) has them: negation, anchoring, `**`, folders only, last match wins.
class IgnoreRules {
public:
    enum class Verdict { none, ignored, included };

    /// Reads the text of an ignore file; a rule that makes no sense matches nothing, as in git.
    static IgnoreRules parse(std::string_view text);

    /// What the last matching rule says of a path relative to the ignore file's folder, with `/` and no `./`.
    [[nodiscard]] Verdict match(std::string_view relative_path, bool is_folder) const;
    /// Whether they match a path, or a folder that it is in.
    [[nodiscard]] bool match_with_folders(std::string_view relative_path, bool is_folder) const;
    [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

private:
    struct Rule {
        std::vector<std::string> segments;  ///< Between slashes; "**" stands for any number of folders.
        bool anchored = false;              ///< To the folder of the file; otherwise any name below matches.
        bool folders_only = false;
        bool negated = false;
    };
    static bool matches(const Rule& rule, std::string_view path);

    std::vector<Rule> rules_;
};

/// Whether a name without slashes matches a shell pattern: `*`, `?`, `[a-z]`, `[!a-z]`, `[[:alpha:]]`, `\` quotes.
/// Bytes, not characters. Takes time proportional to the product of the lengths at most.
[[nodiscard]] bool match_name(std::string_view pattern, std::string_view name);

}  // namespace quarry
