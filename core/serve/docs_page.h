#pragma once

#include <span>
#include <string_view>

namespace quarry::serve {

/// A file of the documentation page, compiled in.
struct PageFile {
    std::string_view name, content;
};

/// The page itself: index.html, page.js.
[[nodiscard]] std::span<const PageFile> docs_page_files();
/// Those of Swagger UI; empty in a program that was built without them.
[[nodiscard]] std::span<const PageFile> swagger_files();

}  // namespace quarry::serve
