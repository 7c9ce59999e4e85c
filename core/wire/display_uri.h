#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quarry::wire {

/// A document's URI for people: a path near the working folder as it would be typed here, where that is shorter;
/// anything else as it is. Without terminal controls, on one line.
[[nodiscard]] std::string display_uri(const std::string& uri);

/// Whether lines of a document's text are lines of its file, as its name tells: not of web pages, tables, office
/// documents and others that are converted.
[[nodiscard]] bool has_lines_of_file(std::string_view uri);

/// Lines of a document's text, for people: "docs/a.md:3-4", or "page.html, text lines 3-4" where the file has others.
[[nodiscard]] std::string display_location(const std::string& uri, std::size_t first_line, std::size_t last_line);

}  // namespace quarry::wire
