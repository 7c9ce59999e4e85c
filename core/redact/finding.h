#pragma once

#include <cstddef>
#include <string_view>

namespace quarry::redact {

/// What is to be taken out of a text: bytes [start, end), and what they are ("email", "github-token").
struct Finding {
    std::size_t start = 0;
    std::size_t end = 0;
    std::string_view kind;  ///< A constant.

    friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace quarry::redact
