#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"

namespace quarry::cli {

/// The names in a text, with commas between and blanks around them.
[[nodiscard]] inline std::vector<std::string> name_list(std::string_view text) {
    std::vector<std::string> names;
    for (const std::string_view name : split(text, ',')) {
        if (!trim(name).empty()) names.emplace_back(trim(name));
    }
    return names;
}

}  // namespace quarry::cli
