#pragma once

#include <string>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Any XML. Elements that hold words and other elements are paragraphs, <title> and <head> are headings, and elements
/// that hold a value are lines of "name: value", those of one parent together; so are attributes.
///
/// Entities that a document defines are refused: nothing is expanded but XML's own five and numbers, and nothing is
/// fetched. Throws Error(failed) with the place of what is not well-formed, and beyond the limit of depth.
[[nodiscard]] document::Document extract_xml(std::string bytes, const ExtractOptions& options);

}  // namespace quarry::extract
