#pragma once

#include <string>
#include <string_view>

namespace quarry::wire {

/// Arguments as they are; in ASCII when there is something in them that is not seen, or hides or turns what is around
/// it.
[[nodiscard]] std::string visible_arguments(std::string_view arguments);

}  // namespace quarry::wire
