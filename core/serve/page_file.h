#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "core/net/message.h"
#include "core/serve/route.h"

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

/// The file of this name in the first set that has it, under a Content-Security-Policy; status 404 when there is no
/// such file.
[[nodiscard]] net::Response page_file_response(std::initializer_list<std::span<const PageFile>> sets,
                                               std::string_view name, const char* policy);

/// A route to such a file, which anyone may get.
[[nodiscard]] Route page_file_route(std::string path, std::string id, std::string summary);

}  // namespace quarry::serve
