#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace quarry::wire {

/// The files that init made, or found: schema quarry.init/1.
[[nodiscard]] nlohmann::ordered_json init_json(const std::string& settings, const std::string& base);

}  // namespace quarry::wire
