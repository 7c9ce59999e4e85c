#pragma once

#include <string>
#include <string_view>

namespace quarry::tools {

/// A mark that no document can have guessed: 128 random bits in hex.
[[nodiscard]] std::string random_fence();

/// `text` between lines with `fence`, which is taken out of it: how anything that is data is shown to a model.
[[nodiscard]] std::string fenced(std::string_view what, std::string_view text, std::string_view fence);

/// `text` without the fence, which only quarry may write, and without characters that nobody sees.
[[nodiscard]] std::string without_fence(std::string_view text, std::string_view fence);

}  // namespace quarry::tools
