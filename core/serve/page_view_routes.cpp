// Pages of documents as they look, and where on them a span of the text is.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/app/page_view_service.h"
#include "core/serve/request_scope.h"
#include "core/serve/route.h"

namespace quarry::serve {
namespace {

Json page_view_json(const app::PageView& view) {
    Json document = {{"pages", view.pages},
                     {"drawn", !view.from.empty()},
                     {"from", view.from.empty() ? Json() : Json(view.from)},
                     {"reason", view.reason},
                     {"places", Json::array()}};
    for (const app::PageView::Place& place : view.places) {
        Json boxes = Json::array();
        for (const extract::PdfBox& box : place.on_page.boxes) {
            boxes.push_back({box.left, box.top, box.right, box.bottom});
        }
        document["places"].push_back({{"page", place.page},
                                      {"width", place.on_page.width},
                                      {"height", place.on_page.height},
                                      {"boxes", std::move(boxes)}});
    }
    return document;
}

net::Response find_pages(const Call& call) {
    const CallScope scope(call);
    app::Services services = call.service.workspace().services(*scope);
    return json_response(page_view_json(app::PageViewService(services).find(
        call.values.at("document"), call.values.at("start_byte"), call.values.at("end_byte"))));
}

net::Response draw_page(const Call& call) {
    constexpr int usual_width = 1000;
    const CallScope scope(call);
    app::Services services = call.service.workspace().services(*scope);
    return {.headers = {{"Content-Type", "image/png"}},
            .body = app::PageViewService(services).draw(call.values.at("document"), call.values.at("page"),
                                                        call.values.value("width", usual_width))};
}

Json page_view_schema() {
    const Json number = {{"type", "number"}}, count = {{"type", "integer"}};
    const Json box = {{"type", "array"}, {"items", number}, {"minItems", 4}, {"maxItems", 4}};
    return {{"type", "object"},
            {"properties",
             {{"pages", {{"type", "integer"}, {"description", "Of the document"}}},
              {"drawn", {{"type", "boolean"}, {"description", "Whether pages can be drawn"}}},
              {"from", {{"type", {"string", "null"}}, {"description", "upload or file: what they are drawn from"}}},
              {"reason", {{"type", "string"}, {"description", "Why they cannot be drawn"}}},
              {"places",
               {{"type", "array"},
                {"items",
                 {{"type", "object"},
                  {"properties",
                   {{"page", count},
                    {"width", number},
                    {"height", number},
                    {"boxes",
                     {{"type", "array"},
                      {"items", box},
                      {"description", "Left, top, right and bottom, in points from the upper left corner"}}}}},
                  {"required", {"page", "width", "height", "boxes"}}}}}}}},
            {"required", {"pages", "drawn", "from", "reason", "places"}}};
}

Parameter byte_parameter(const char* name, const char* description, int example) {
    return {.name = name,
            .description = description,
            .schema = {{"type", "integer"}, {"minimum", 0}},
            .required = true,
            .example = example};
}

Parameter document_parameter() {
    return path_parameter("document", "The document's path, address, name or id", "upload:handbook.pdf");
}

}  // namespace

std::vector<Route> page_view_routes() {
    Route find{
        .method = "GET",
        .path = "/api/v1/documents/{document}/pages",
        .id = "find_pages",
        .summary = "Which pages of a PDF document a span of its text is on, and where.",
        .tag = "documents",
        .parameters = {document_parameter(), byte_parameter("start_byte", "Of the span, in the document's text", 0),
                       byte_parameter("end_byte", "Behind its last byte", 40)},
        .responses = {{.status = 200, .description = "The places", .schema = page_view_schema()}},
        .scope = "read",
        .handle = find_pages};
    Parameter page{.name = "page",
                   .place = Parameter::Place::path,
                   .description = "Its number, from 1",
                   .schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", 1'000'000}},
                   .required = true,
                   .example = 2};
    Route draw{
        .method = "GET",
        .path = "/api/v1/documents/{document}/pages/{page}/image",
        .id = "draw_page",
        .summary = "A page of a PDF document as a picture, drawn from the file that was uploaded or read.",
        .tag = "documents",
        .parameters = {document_parameter(),
                       std::move(page),
                       {.name = "width",
                        .description = "In pixels",
                        .schema = {{"type", "integer"}, {"minimum", 100}, {"maximum", 2000}, {"default", 1000}}}},
        .responses = {{.status = 200, .description = "The picture", .type = "image/png"}},
        .scope = "read",
        .handle = draw_page};
    return {std::move(find), std::move(draw)};
}

}  // namespace quarry::serve
