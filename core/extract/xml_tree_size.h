#pragma once

#include <cstdint>
#include <string_view>

namespace quarry::extract {

/// The most that a text and its tree in pugixml may take together.
inline constexpr std::uint64_t most_xml_tree_bytes = 350'000'000;

/// What a text and the tree that pugixml makes of it take, from above, without making it.
[[nodiscard]] inline std::uint64_t xml_tree_bytes(std::string_view xml) noexcept {
    constexpr std::uint64_t bytes_of_node = 64, bytes_of_attribute = 40;
    std::uint64_t bytes = xml.size();
    char before = '>';
    for (std::size_t at = 0; at < xml.size(); ++at) {
        if (xml[at] == '=') bytes += bytes_of_attribute;
        if (xml[at] == '<') {
            if (before != '>') bytes += bytes_of_node;  // the text in front of it
            if (at + 1 < xml.size() && xml[at + 1] != '/') bytes += bytes_of_node;
        }
        before = xml[at];
    }
    return bytes;
}

}  // namespace quarry::extract
