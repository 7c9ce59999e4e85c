// The page that people search, ask and look after documents with.
#include "core/serve/page_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/serve/route.h"

namespace quarry::serve {
namespace {

/// The page has its own scripts, styles and pictures, asks this server only, and never makes a script or HTML of a
/// text.
constexpr const char* policy = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
                               "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

net::Response file_named(const std::string& name) {
    for (const auto files : {page_files(), plot_files()}) {
        if (const auto content = find_page_file(files, name)) return page_file_response(name, *content, policy);
    }
    return problem(404, "there is no such file");
}

Route open_route(std::string path, std::string id, std::string summary) {
    return {.method = "GET",
            .path = std::move(path),
            .id = std::move(id),
            .summary = std::move(summary),
            .tag = "server",
            .open = true};
}

}  // namespace

std::optional<std::string_view> find_page_file(std::span<const PageFile> files, std::string_view name) {
    const auto found = std::ranges::find(files, name, &PageFile::name);
    if (found == files.end()) return std::nullopt;
    return found->content;
}

net::Response page_file_response(std::string_view name, std::string_view content, const char* policy_of_page) {
    const char* const type = name.ends_with(".html")  ? "text/html; charset=utf-8"
                             : name.ends_with(".css") ? "text/css; charset=utf-8"
                             : name.ends_with(".svg") ? "image/svg+xml"
                                                      : "text/javascript; charset=utf-8";
    return {.headers = {{"Content-Type", type}, {"Content-Security-Policy", policy_of_page}},
            .body = std::string(content)};
}

std::vector<Route> page_routes() {
    Route page = open_route("/", "page", "A page to search, ask, and look after documents with.");
    page.responses = {{.status = 200, .description = "The page", .type = "text/html"}};
    page.handle = [](const Call&) { return file_named("index.html"); };

    Route file = open_route("/page/{file}", "page_file", "A file of that page.");
    file.parameters = {path_parameter("file", "Its name", "main.js", 100)};
    file.responses = {{.status = 200, .description = "A module", .type = "text/javascript"},
                      {.status = 200, .description = "The style sheet", .type = "text/css"},
                      {.status = 200, .description = "The icon", .type = "image/svg+xml"}};
    file.handle = [](const Call& call) { return file_named(call.values.at("file")); };
    return {std::move(page), std::move(file)};
}

}  // namespace quarry::serve
