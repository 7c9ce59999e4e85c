#pragma once

#include <filesystem>
#include <string_view>

namespace quarry::migrate {

/// The first line of a file that `quarry migrate dump` writes.
inline constexpr std::string_view dump_mark =
    "-- Written by quarry migrate dump. It writes this file again as long as this line is here.";

/// Whether a file begins with that line, as far as its first sentence. Throws Error where it cannot be read.
[[nodiscard]] bool is_dump_file(const std::filesystem::path& path);

}  // namespace quarry::migrate
