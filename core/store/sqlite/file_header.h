#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace quarry::store {

/// What in the first 100 bytes of a base's file is not what SQLite and quarry write there, for people. SQLite itself
/// passes over most of it, and its integrity_check over all. Empty when it is as it should be, or cannot be read.
[[nodiscard]] std::vector<std::string> header_problems(const std::filesystem::path& file);

}  // namespace quarry::store
