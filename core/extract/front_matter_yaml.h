#pragma once

#include <string_view>

#include "core/extract/front_matter_values.h"

namespace quarry::extract {

/// Reads the YAML of front matter with yaml-cpp: scalars with their types, anchors, aliases, merged mappings. A type
/// that a tag names (!!str, !!int) is that; without one, true, false and numbers are such where JSON writes them the
/// same ("007", "1.10" and "yes" are texts).
///
/// What is not YAML as a whole, such as a title with a colon in it, is read name by name, and what then is no value is
/// left out. Depth, time and memory are bounded, whatever the text holds. Returns whether there is a name at all.
bool read_yaml_values(std::string_view text, FrontMatterValues& values);

}  // namespace quarry::extract
