#include "cli/shown_uri.h"

#include <filesystem>
#include <system_error>

#include "core/base/text.h"

namespace quarry::cli {

std::string shown_uri(const std::string& uri) {
    std::string shown = uri;
    if (uri.starts_with('/')) {
        std::error_code failure;
        const std::string here = std::filesystem::current_path(failure).string() + "/";
        if (!failure && uri.starts_with(here)) shown.erase(0, here.size());
    }
    return one_line(strip_terminal_controls(shown), shown.size());
}

}  // namespace quarry::cli
