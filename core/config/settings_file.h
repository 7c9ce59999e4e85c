#pragma once

#include <string>
#include <vector>

namespace quarry::config {

/// A setting that a file gives, as text for `Config::set_flag`.
struct FileSetting {
    std::string name;  ///< With dots: "search.limit".
    std::string value;
    std::string where;  ///< "FILE:LINE", for errors.
};

/// The settings of a TOML file such as quarry.toml, in its order; names and values are not checked. Throws
/// Error(usage) when it is not TOML or gives a list or a date, failed when it cannot be read.
[[nodiscard]] std::vector<FileSetting> read_settings_file(const std::string& file);

}  // namespace quarry::config
