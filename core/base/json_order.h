#pragma once

#include <nlohmann/json_fwd.hpp>

namespace quarry {

/// Orders JSON values: less than, equal to or greater than 0. Numbers are equal when they are the same number, however
/// they are written (1 and 1.0), and exactly then; objects whatever the order of their members.
[[nodiscard]] int order_json(const nlohmann::json& left, const nlohmann::json& right);

}  // namespace quarry
