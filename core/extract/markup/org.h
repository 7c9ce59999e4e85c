#pragma once

#include <string>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Org mode: headlines without their keywords and tags, lists, tables, blocks of source and quotes. Drawers, comments
/// and settings are left out; #+TITLE, #+AUTHOR, #+DATE and #+LANGUAGE are metadata.
[[nodiscard]] document::Document extract_org(std::string bytes, const ExtractOptions& options);

}  // namespace quarry::extract
