#pragma once

#include <optional>
#include <string>

namespace quarry::index {

/// The instruction set that USearch, which finds near vectors without looking at all, uses on this processor;
/// nothing when this build is without it.
[[nodiscard]] std::optional<std::string> usearch_description();

}  // namespace quarry::index
