#include "core/base/ignore_rules.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace quarry {
namespace {

/// A line without what gitignore(5) says does not count: CR, and trailing spaces that are not quoted.
std::string_view significant(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
    return line;
}

/// Whether the segments of a pattern match those of a path. As with `*` in a name, only the last `**` needs another
/// try, so the time is bounded by the product of the lengths.
bool match_segments(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t after_stars = std::string::npos;
    std::size_t stars_take_to = 0;
    while (n < path.size()) {
        if (p < pattern.size() && pattern[p] == "**") {
            if (p + 1 == pattern.size()) return true;  // at the end it takes all, but at least one
            after_stars = ++p;
            stars_take_to = n;
            continue;
        }
        if (p < pattern.size() && match_name(pattern[p], path[n])) {
            ++p;
            ++n;
            continue;
        }
        if (after_stars == std::string::npos) return false;
        p = after_stars;
        n = ++stars_take_to;
    }
    return p == pattern.size();
}

}  // namespace

IgnoreRules IgnoreRules::parse(std::string_view text) {
    IgnoreRules rules;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (std::string_view line : split(text, '\n')) {
        line = significant(line);
        if (line.empty() || line.front() == '#') continue;
        Rule rule;
        rule.negated = line.front() == '!';
        if (rule.negated) line.remove_prefix(1);
        rule.folders_only = line.ends_with('/');
        if (rule.folders_only) line.remove_suffix(1);
        rule.anchored = line.find('/') != std::string_view::npos;
        if (line.starts_with('/')) line.remove_prefix(1);
        if (line.empty()) continue;
        for (const std::string_view segment : split(line, '/')) {
            // "**/**/" says no more than "**/", and would make the matching slow.
            if (segment == "**" && !rule.segments.empty() && rule.segments.back() == "**") continue;
            rule.segments.emplace_back(segment);
        }
        rules.rules_.push_back(std::move(rule));
    }
    return rules;
}

bool IgnoreRules::matches(const Rule& rule, std::string_view path) {
    if (rule.anchored) return match_segments(rule.segments, split(path, '/'));
    const std::size_t slash = path.rfind('/');
    return match_name(rule.segments.front(), slash == std::string_view::npos ? path : path.substr(slash + 1));
}

IgnoreRules::Verdict IgnoreRules::match(std::string_view relative_path, bool is_folder) const {
    for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
        if (rule->folders_only && !is_folder) continue;
        if (matches(*rule, relative_path)) return rule->negated ? Verdict::included : Verdict::ignored;
    }
    return Verdict::none;
}

bool IgnoreRules::match_with_folders(std::string_view relative_path, bool is_folder) const {
    for (std::size_t slash = relative_path.find('/'); slash != std::string_view::npos;
         slash = relative_path.find('/', slash + 1)) {
        if (match(relative_path.substr(0, slash), true) == Verdict::ignored) return true;
    }
    return match(relative_path, is_folder) == Verdict::ignored;
}

}  // namespace quarry
