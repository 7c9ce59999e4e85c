#pragma once

#include <string>

namespace quarry::cli {

/// A document's URI for people: a path below the working folder as it would be typed here; anything else as it is.
/// Without terminal controls, on one line.
[[nodiscard]] std::string shown_uri(const std::string& uri);

}  // namespace quarry::cli
