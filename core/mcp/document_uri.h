#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::mcp {

/// A document as a resource, or some of its lines or pages: quarry://doc/NAME, ?lines=3-9, ?pages=2.
struct DocumentUri {
    std::string name{};  ///< As operations take it: a URI, a path, the end of a name, or a number.
    std::size_t first_line = 0, last_line = 0;  ///< Counted from 1; 0: not given.
    std::size_t first_page = 0, last_page = 0;

    [[nodiscard]] std::string text() const;
};

/// Empty for what is not such a URI.
[[nodiscard]] std::optional<DocumentUri> parse_document_uri(std::string_view uri);

}  // namespace quarry::mcp
