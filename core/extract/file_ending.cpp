#include "core/extract/file_ending.h"

#include "core/base/text.h"

namespace quarry::extract {

std::string_view file_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string file_ending(std::string_view path) {
    const std::string_view name = file_part(path);
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? std::string() : ascii_lower(name.substr(dot + 1));
}

}  // namespace quarry::extract
