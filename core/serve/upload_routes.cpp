// Files as they are: uploaded, and downloaded again.
#include <nlohmann/json.hpp>
#include <utility>

#include "core/app/upload_service.h"
#include "core/serve/download.h"
#include "core/serve/jobs.h"
#include "core/serve/received_file.h"
#include "core/serve/request_scope.h"
#include "core/serve/route.h"
#include "core/serve/service.h"
#include "core/serve/uploads.h"

namespace quarry::serve {
namespace {

/// Takes what was sent, and leaves the rest to a job.
net::Response take_upload(const Call& call) {
    const CallScope scope(call);
    app::Services services = call.service.workspace().services(*scope);
    app::UploadService service(services);
    const auto text = [&](const char* name) { return call.values.value(name, std::string()); };
    service.check_collection(text("collection"));
    const std::vector<app::Upload> uploads = call.service.uploads().accept(
        call.exchange->request(), {.name = text("name"), .type = text("type"), .collection = text("collection")});
    service.check_collection(uploads.front().collection);
    nlohmann::json request = {{"uploads", nlohmann::json::array()}};
    for (const app::Upload& upload : uploads) {
        service.share(upload);
        request["uploads"].push_back(app::upload_json(upload));
    }
    return accepted_job(call, "ingest", request);
}

/// Waits for the disk on a thread that is there for it.
std::optional<net::Response> upload(const Call& call) {
    const bool begun = call.service.uploads().submit([call] {
        try {
            call.exchange->respond(take_upload(call));
        } catch (const FileNotKept& error) {
            call.exchange->respond(problem(507, error.message()));
        } catch (...) {
            call.exchange->respond(file_problem(call.service.public_failure(std::current_exception())));
        }
    });
    if (begun) return std::nullopt;
    net::Response busy = problem(503, "the server is busy; try again");
    busy.set("Retry-After", "1");
    return busy;
}

net::Response download(const Call& call) {
    const CallScope scope(call);
    app::Services services = call.service.workspace().services(*scope);
    const store::Original original =
        app::UploadService(services).original_of(call.values.at("document").get<std::string>());
    return download_response(call.service, call.exchange->request(), original);
}

Parameter text_parameter(const char* name, const char* description, std::size_t longest) {
    return {.name = name, .description = description, .schema = {{"type", "string"}, {"maxLength", longest}}};
}

Route upload_route() {
    return {.method = "POST",
            .path = "/api/v1/documents/upload",
            .id = "upload_document",
            .summary = "Send a file of any size, as the body or as files of a form; a job reads it.",
            .description =
                "The body is the file itself, with its name in the query, or multipart/form-data with one or "
                "more files and the fields collection and type. The file is kept, and the document is "
                "called upload:NAME, or upload:COLLECTION/NAME in a collection other than main; a file of "
                "the same name replaces it.",
            .tag = "documents",
            .parameters = {text_parameter("name", "The file's name, which also determines its type", 1000),
                           text_parameter("collection", "The collection of a new document; default: main", 200),
                           text_parameter("type", "The format, if the name does not say: markdown, text/html", 200)},
            .responses = {{.status = 202, .description = "The job that reads it", .schema = accepted_job_schema()}},
            .scope = "write",
            .takes_file = true,
            .work = Work::none,
            .handle = upload};
}

Route download_route() {
    const Json binary = {{"type", "string"}, {"contentMediaType", "application/octet-stream"}};
    return {.method = "GET",
            .path = "/api/v1/documents/{document}/original",
            .id = "download_document",
            .summary = "The file that a document was read from, as it was uploaded, or a range of it.",
            .tag = "documents",
            .parameters = {path_parameter("document", "The document's name or id", "upload:handbook.pdf")},
            .responses = {{.status = 200, .description = "The file", .type = "application/octet-stream"},
                          {.status = 206, .description = "The range", .type = "application/octet-stream"},
                          {.status = 304, .description = "The file has not changed"}},
            .scope = "read",
            .handle = download};
}

}  // namespace

std::vector<Route> upload_routes() {
    std::vector<Route> routes;
    routes.push_back(upload_route());
    routes.push_back(download_route());
    return routes;
}

}  // namespace quarry::serve
