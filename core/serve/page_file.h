#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/net/message.h"

namespace quarry::serve {

/// A file that browsers get, compiled in.
struct PageFile {
    std::string_view name, content;
};

/// The page at /: index.html, its style sheet and its modules.
[[nodiscard]] std::span<const PageFile> page_files();
/// uPlot, which draws its plots; empty in a program that was built without it.
[[nodiscard]] std::span<const PageFile> plot_files();
/// The page at /docs: index.html, page.js.
[[nodiscard]] std::span<const PageFile> docs_page_files();
/// Swagger UI, which it shows; empty in a program that was built without it.
[[nodiscard]] std::span<const PageFile> swagger_files();

/// The content of the file of this name; nothing when there is no such file.
[[nodiscard]] std::optional<std::string_view> find_page_file(std::span<const PageFile> files, std::string_view name);
/// A file as a response, under a Content-Security-Policy.
[[nodiscard]] net::Response page_file_response(std::string_view name, std::string_view content, const char* policy);

}  // namespace quarry::serve
