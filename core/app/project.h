#pragma once

#include <filesystem>

namespace quarry::app {

/// A folder with settings and a base.
struct Project {
    std::filesystem::path settings;  ///< quarry.toml, absolute.
    std::filesystem::path base;
    bool made_settings = false;  ///< It was not there before.
    bool made_base = false;
};

/// Makes what is missing in a folder: quarry.toml with every setting commented out, and an empty base. The folder is
/// made too. Throws Error(failed) when both are there, and for what cannot be written.
[[nodiscard]] Project make_project(const std::filesystem::path& folder);

}  // namespace quarry::app
