#pragma once

#include <string>
#include <string_view>

namespace quarry::app {

/// Names this process among all that may use a base: random, with what says on which system it runs and as which
/// process.
[[nodiscard]] std::string process_mark();

/// Whether the process of a mark is gone for certain: it was one of this running system, and is there no more. False
/// for one of another machine or container.
[[nodiscard]] bool process_is_gone(std::string_view mark);

}  // namespace quarry::app
