#pragma once

#include <string>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// JSON as lines of "path.to.key: value", so that each line says by itself what it is about.
///
/// Members of the outermost object, or elements of the outermost array, are paragraphs of their own; an array of simple
/// values is one line. Long strings with line ends keep these, as a text below their path. Comments are allowed.
/// Throws Error(failed) with the place of what is not JSON.
[[nodiscard]] document::Document extract_json(std::string bytes, const ExtractOptions& options);

/// JSON Lines: a record for each line, written as extract_json writes an object. A line that is not JSON is an error
/// that names it.
[[nodiscard]] document::Document extract_json_lines(std::string bytes, const ExtractOptions& options);

}  // namespace quarry::extract
