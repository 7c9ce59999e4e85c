// Files that browsers get, as responses and routes.
#include "core/serve/page_file.h"

#include <algorithm>
#include <utility>

namespace quarry::serve {

net::Response page_file_response(std::initializer_list<std::span<const PageFile>> sets, std::string_view name,
                                 const char* policy) {
    for (const auto files : sets) {
        const auto found = std::ranges::find(files, name, &PageFile::name);
        if (found == files.end()) continue;
        const char* const type = name.ends_with(".html")  ? "text/html; charset=utf-8"
                                 : name.ends_with(".css") ? "text/css; charset=utf-8"
                                 : name.ends_with(".svg") ? "image/svg+xml"
                                                          : "text/javascript; charset=utf-8";
        return {.headers = {{"Content-Type", type}, {"Content-Security-Policy", policy}},
                .body = std::string(found->content)};
    }
    return problem(404, "there is no such file");
}

Route page_file_route(std::string path, std::string id, std::string summary) {
    return {.method = "GET",
            .path = std::move(path),
            .id = std::move(id),
            .summary = std::move(summary),
            .tag = "server",
            .open = true};
}

}  // namespace quarry::serve
