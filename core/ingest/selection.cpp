#include "core/ingest/selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>

#include "core/ingest/walk.h"

namespace quarry::ingest {
namespace {

/// Whether the rules match a path or a folder that it is in.
bool matches_with_folders(const IgnoreRules& rules, std::string_view relative, bool is_folder) {
    for (std::size_t slash = relative.find('/'); slash != std::string_view::npos;
         slash = relative.find('/', slash + 1)) {
        if (rules.match(relative.substr(0, slash), true) == IgnoreRules::Verdict::ignored) return true;
    }
    return rules.match(relative, is_folder) == IgnoreRules::Verdict::ignored;
}

}  // namespace

Selection::Selection(std::span<const std::string> include, std::span<const std::string> exclude) {
    if (!include.empty()) include_ = IgnoreRules::parse(fmt::format("{}", fmt::join(include, "\n")));
    exclude_ = IgnoreRules::parse(fmt::format("{}", fmt::join(exclude, "\n")));
}

void Selection::add_glob(std::string_view pattern) { glob_ = IgnoreRules::parse(fmt::format("/{}", pattern)); }

bool Selection::excludes(std::string_view relative, bool is_folder) const {
    return !exclude_.empty() && matches_with_folders(exclude_, relative, is_folder);
}

bool Selection::in_glob(std::string_view relative) const {
    return !glob_ || matches_with_folders(*glob_, relative, false);
}

bool Selection::takes(std::string_view relative) const {
    return !excludes(relative, false) && (!include_ || matches_with_folders(*include_, relative, false)) &&
           in_glob(relative);
}

std::optional<GlobPath> parse_glob(const std::filesystem::path& path) {
    const std::string text = path.string();
    const std::size_t wildcard = text.find_first_of("*?[");
    std::error_code unknown;
    if (wildcard == std::string::npos || std::filesystem::exists(path, unknown)) return std::nullopt;
    const std::size_t slash = text.rfind('/', wildcard);
    if (slash == std::string::npos) return GlobPath{absolute_path("."), text};
    return GlobPath{absolute_path(text.substr(0, slash + 1)), text.substr(slash + 1)};
}

}  // namespace quarry::ingest
