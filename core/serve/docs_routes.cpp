// The page that shows and tries out the routes.
#include <nlohmann/json.hpp>
#include <string>

#include "core/serve/page_file.h"
#include "core/serve/route.h"

namespace quarry::serve {
namespace {

/// The page runs its own scripts only, and asks nobody but this server. Swagger UI sets styles of elements, and has its
/// pictures in its style sheet.
constexpr const char* page_policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src "
                                    "'self' data:; connect-src 'self'; "
                                    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

net::Response docs_file(const std::string& name) {
    if (swagger_files().empty()) return problem(404, "there is no such file");
    return page_file_response({docs_page_files(), swagger_files()}, name, page_policy);
}

}  // namespace

std::vector<Route> docs_routes() {
    Route page = page_file_route("/docs", "docs", "A page that shows the routes and tries them out.");
    page.responses = {{.status = 200, .description = "The page", .type = "text/html"}};
    page.handle = [](const Call&) { return docs_file("index.html"); };

    Route file = page_file_route("/docs/{file}", "docs_file", "A file of that page.");
    file.parameters = {path_parameter("file", "Its name", "page.js", 100)};
    file.responses = {{.status = 200, .description = "The file", .type = "text/javascript"},
                      {.status = 200, .description = "The file", .type = "text/css"}};
    file.handle = [](const Call& call) { return docs_file(call.values.at("file")); };

    Route redoc = page_file_route("/redoc", "redoc", "Redirects to /docs.");
    redoc.responses = {{.status = 308, .description = "At /docs", .type = ""}};
    redoc.work = Work::none;
    redoc.handle = [](const Call&) { return net::Response{.status = 308, .headers = {{"Location", "/docs"}}}; };
    return {std::move(page), std::move(file), std::move(redoc)};
}

}  // namespace quarry::serve
