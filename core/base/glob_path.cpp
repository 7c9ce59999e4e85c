#include "core/base/glob_path.h"

#include <system_error>

namespace quarry {

std::string absolute_path(const std::filesystem::path& path) {
    std::string normal = std::filesystem::absolute(path).lexically_normal().string();
    while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
    return normal;
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

}  // namespace quarry
