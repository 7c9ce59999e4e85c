// The page that people search, ask and look after documents with.
#include "core/serve/page_file.h"

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
    return page_file_response({page_files(), plot_files()}, name, policy);
}

}  // namespace

std::vector<Route> page_routes() {
    Route page = page_file_route("/", "page", "A page to search, ask, and look after documents with.");
    page.responses = {{.status = 200, .description = "The page", .type = "text/html"}};
    page.handle = [](const Call&) { return file_named("index.html"); };

    Route file = page_file_route("/page/{file}", "page_file", "A file of that page.");
    file.parameters = {path_parameter("file", "Its name", "main.js", 100)};
    file.responses = {{.status = 200, .description = "A module", .type = "text/javascript"},
                      {.status = 200, .description = "The style sheet", .type = "text/css"},
                      {.status = 200, .description = "The icon", .type = "image/svg+xml"}};
    file.handle = [](const Call& call) { return file_named(call.values.at("file")); };
    return {std::move(page), std::move(file)};
}

}  // namespace quarry::serve
