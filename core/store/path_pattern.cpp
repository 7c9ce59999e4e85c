#include "core/store/path_pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/glob_path.h"

namespace quarry::store {

PathPattern parse_path_pattern(std::string_view text) {
    while (text.size() > 1 && text.ends_with('/')) text.remove_suffix(1);
    PathPattern pattern;
    pattern.text = text;
    const bool has_wildcards = text.find_first_of("*?[") != std::string_view::npos;
    if (text.find("://") == std::string_view::npos) {
        std::optional<GlobPath> glob = parse_glob(pattern.text);
        if (!glob) {
            pattern.folder = absolute_path(pattern.text);
            return pattern;
        }
        // Without a slash it is about names in any folder.
        if (text.find('/') != std::string_view::npos) {
            std::string folder = std::move(glob->folder);
            while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
            return {PathPattern::Kind::glob, std::move(glob->pattern), std::move(folder)};
        }
    }
    if (has_wildcards) pattern.kind = PathPattern::Kind::name;
    return pattern;
}

bool is_below(std::string_view uri, std::string_view folder) noexcept {
    return uri.starts_with(folder) && (uri.size() == folder.size() || uri[folder.size()] == '/');
}

PathMatcher::PathMatcher(std::span<const PathPattern> patterns) {
    for (const PathPattern& pattern : patterns) {
        Entry& entry = entries_.emplace_back(Entry{pattern, std::nullopt});
        if (pattern.kind == PathPattern::Kind::glob) entry.rules = IgnoreRules::parse(fmt::format("/{}", pattern.text));
    }
}

bool PathMatcher::matches(std::string_view uri) const {
    return entries_.empty() ||
           std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) { return matches(entry, uri); });
}

bool PathMatcher::matches(const Entry& entry, std::string_view uri) {
    const std::string& text = entry.pattern.text;
    const std::string& folder = entry.pattern.folder;
    switch (entry.pattern.kind) {
        case PathPattern::Kind::below:
            return (!text.empty() && is_below(uri, text)) || (!folder.empty() && is_below(uri, folder));
        case PathPattern::Kind::name: return match_name(text, uri) || match_name(text, uri.substr(uri.rfind('/') + 1));
        case PathPattern::Kind::glob: {
            const std::size_t skipped = folder == "/" ? 1 : folder.size() + 1;
            return (folder == "/" || is_below(uri, folder)) && uri.size() > skipped &&
                   entry.rules->match_with_folders(uri.substr(skipped), false);
        }
    }
    return false;
}

}  // namespace quarry::store
