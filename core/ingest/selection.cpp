#include "core/ingest/selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace quarry::ingest {
Selection::Selection(std::span<const std::string> include, std::span<const std::string> exclude) {
    if (!include.empty()) include_ = IgnoreRules::parse(fmt::format("{}", fmt::join(include, "\n")));
    exclude_ = IgnoreRules::parse(fmt::format("{}", fmt::join(exclude, "\n")));
}

void Selection::add_glob(std::string_view pattern) { glob_ = IgnoreRules::parse(fmt::format("/{}", pattern)); }

bool Selection::excludes(std::string_view relative, bool is_folder) const {
    return !exclude_.empty() && exclude_.match_with_folders(relative, is_folder);
}

bool Selection::in_glob(std::string_view relative) const {
    return !glob_ || glob_->match_with_folders(relative, false);
}

bool Selection::takes(std::string_view relative) const {
    return !excludes(relative, false) && (!include_ || include_->match_with_folders(relative, false)) &&
           in_glob(relative);
}

}  // namespace quarry::ingest
