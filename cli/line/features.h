#pragma once

#include <string>

namespace quarry::cli {

/// "quarry 1.2.3" and what this build has, one a line.
[[nodiscard]] std::string version_text();

/// The same as one JSON document, "quarry.version/1".
[[nodiscard]] std::string version_json();

/// The compiler, such as "GCC 12.2.0".
[[nodiscard]] std::string compiler_name();

}  // namespace quarry::cli
