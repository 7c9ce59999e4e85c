// How data from outside is marked in a prompt.
#include "core/tools/fence.h"

#include <fmt/format.h>

#include <random>

#include "core/base/invisible.h"

namespace quarry::tools {

std::string without_fence(std::string_view text, std::string_view fence) {
    std::string kept = without_invisible(text);
    if (fence.empty()) return kept;
    for (std::size_t at = kept.find(fence); at != std::string::npos; at = kept.find(fence)) {
        kept.erase(at, fence.size());
    }
    return kept;
}

std::string random_fence() {
    std::random_device device;
    std::string fence;
    for (int i = 0; i < 4; ++i) fence += fmt::format("{:08x}", device());
    return fence;
}

std::string fenced(std::string_view what, std::string_view text, std::string_view fence) {
    return fmt::format("BEGIN {0} {1}\n{2}\nEND {0} {1}\n", what, fence, without_fence(text, fence));
}

}  // namespace quarry::tools
