#pragma once

#include <string>
#include <string_view>

namespace quarry::extract {

/// A number as a list shows it: "decimal" 3, "lowerLetter" c, "upperRoman" III … (names of ECMA-376, ST_NumberFormat).
/// Others are shown as decimal.
[[nodiscard]] std::string number_label(int number, std::string_view format);

}  // namespace quarry::extract
