// Operations on the documents of a base.
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/app/collection_service.h"
#include "core/app/document_service.h"
#include "core/app/ingest_inputs.h"
#include "core/app/ingest_service.h"
#include "core/app/operation_lists.h"
#include "core/base/error.h"
#include "core/wire/collection_json.h"
#include "core/wire/document.h"
#include "core/wire/document_json.h"
#include "core/wire/ingest_json.h"
#include "core/wire/source_json.h"

namespace quarry::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t listed_at_once = 100, most_listed = 10'000;
constexpr std::size_t most_read = 100'000;  // bytes of a document's text in one response

Json number(const char* description) { return {{"type", "integer"}, {"minimum", 1}, {"description", description}}; }

Json document_property() {
    return {{"type", "string"}, {"minLength", 1}, {"description", "The document's path, address, name or id"}};
}

Operation collections_operation() {
    const auto run = [](const nlohmann::json&, const OperationContext& context) -> Json {
        Services services = context.workspace.services(context.scope);
        return wire::collections_json(CollectionService(services).list());
    };
    return {.name = "list_collections",
            .summary = "List the collections that the documents are in, with their descriptions.",
            .request = request_schema(Json::object()),
            .responses = {"quarry.collections/1"},
            .run = run};
}

/// The collections that a request names; nothing for all.
std::optional<std::vector<std::string>> collections_of(const nlohmann::json& request) {
    return search::collection_list(texts(request, "collections"));
}

Json list_documents(const nlohmann::json& request, const OperationContext& context) {
    Services services = context.workspace.services(context.scope);
    const std::size_t limit = request.value("limit", listed_at_once);
    const std::string after = text_of(request, "after"), status = text_of(request, "status");
    Json listed = Json::array();
    std::size_t total = 0;
    bool more = false;
    DocumentService(services, collections_of(request))
        .for_each(text_of(request, "folder"), [&](const store::Source& source) {
            const bool failed = source.status == store::SourceStatus::failed;
            if (!status.empty() && failed != (status == "failed")) return;
            ++total;
            if (!after.empty() && source.uri <= after) return;
            if (listed.size() < limit) {
                listed.push_back(wire::source_json(source));
            } else {
                more = true;
            }
        });
    Json document = {{"schema", "quarry.docs.ls/1"}, {"total", total}, {"next", nullptr}};
    if (more) document["next"] = listed.back()["uri"];
    document["documents"] = std::move(listed);
    return document;
}

Operation list_operation() {
    return {.name = "list_documents",
            .summary = "List the documents in the knowledge base, in the order of their names, a part at a time.",
            .request = request_schema(
                {{"collections", text_list("Only documents of these collections")},
                 {"folder", {{"type", "string"}, {"description", "Only documents below this folder"}}},
                 {"status",
                  {{"enum", {"ok", "failed"}},
                   {"description", "Only documents that could (ok) or could not (failed) be read"}}},
                 {"limit",
                  {{"type", "integer"},
                   {"minimum", 1},
                   {"maximum", most_listed},
                   {"default", listed_at_once},
                   {"description", "Maximum number of documents in one response"}}},
                 {"after",
                  {{"type", "string"}, {"description", "Documents after this one: the next of the last response"}}}}),
            .responses = {"quarry.docs.ls/1"},
            .run = list_documents};
}

Operation read_operation() {
    const auto run = [](const nlohmann::json& request, const OperationContext& context) -> Json {
        Services services = context.workspace.services(context.scope);
        const DocumentRange range{.first_line = request.value("start_line", std::size_t{0}),
                                  .last_line = request.value("end_line", std::size_t{0}),
                                  .first_page = request.value("start_page", std::size_t{0}),
                                  .last_page = request.value("end_page", std::size_t{0}),
                                  .max_bytes = most_read};
        if ((range.first_line > 0 || range.last_line > 0) && (range.first_page > 0 || range.last_page > 0)) {
            throw Error(ErrorCode::usage, "lines and pages exclude each other", "give one of them");
        }
        return wire::document_part_json(DocumentService(services).read_part(text_of(request, "document"), range));
    };
    return {.name = "read_document",
            .summary = "Read the text of a document in the knowledge base, or some of its lines or pages. At most "
                       "100 kB at once; the response says where to go on.",
            .request = request_schema({{"document", document_property()},
                                       {"start_line", number("The first line; if left out, the beginning")},
                                       {"end_line", number("The last line; if left out, the end")},
                                       {"start_page", number("In place of lines, for texts with pages: the first one")},
                                       {"end_page", number("The last page")}},
                                      {"document"}),
            .responses = {"quarry.docs.show/1"},
            .run = run};
}

/// The documents as ingest reads them from a stream.
std::string json_lines(const nlohmann::json& documents) {
    std::string lines;
    for (const nlohmann::json& document : documents) lines += document.dump() + '\n';
    return lines;
}

Json ingest(const nlohmann::json& request, const OperationContext& context) {
    Services services = context.workspace.services(context.scope);
    IngestRequest ingest{.type = text_of(request, "type"),
                         .redact = text_of(request, "redact"),
                         .dry_run = request.value("dry_run", false)};
    std::istringstream stream;
    ingest.collection = text_of(request, "collection");
    if (const auto documents = request.find("documents"); documents != request.end()) {
        stream.str(json_lines(*documents));
        ingest.json_lines = "-";
        ingest.stream = &stream;
    } else {
        // Whoever may add documents may not have any file read for it.
        if (context.scope.principal.name != Principal{}.name) {
            throw Error(ErrorCode::usage, "paths are read for the owner of the knowledge base only",
                        "send the documents themselves: documents");
        }
        ingest.prune = request.value("prune", false);
        add_inputs(texts(request, "paths"), false, ingest.inputs);
    }
    const IngestOutcome outcome = IngestService(services).run(ingest, {});
    return wire::ingest_json(outcome.documents, outcome.vectors, ingest.dry_run);
}

Operation ingest_operation() {
    const Json document = request_schema(
        {{"id", {{"type", "string"}, {"minLength", 1}, {"description", "Its name in the knowledge base"}}},
         {"title", {{"type", "string"}, {"description", "Its title; if left out, from the text"}}},
         {"text", {{"type", "string"}, {"description", "The text, in the given type"}}},
         {"metadata", {{"type", "object"}, {"description", "Fields that filters can match"}}}},
        {"id", "text"});
    Json schema = request_schema(
        {{"documents",
          {{"type", "array"},
           {"items", document},
           {"minItems", 1},
           {"maxItems", 10'000},
           {"description", "Documents in the request itself"}}},
         {"paths", text_list("In place of documents: files, folders and web addresses that quarry reads itself")},
         {"collection",
          {{"type", "string"}, {"description", "The collection for new documents: a name from list_collections"}}},
         {"prune",
          {{"type", "boolean"}, {"description", "Remove documents below these paths whose files no longer exist"}}},
         {"type", {{"type", "string"}, {"description", "The format of all documents: text, markdown, html"}}},
         {"redact", {{"type", "string"}, {"description", "Kinds of data to remove from the text: email,phone"}}},
         {"dry_run", {{"type", "boolean"}, {"description", "Change nothing; report what would be done"}}}});
    schema["properties"]["paths"]["minItems"] = 1;
    schema["oneOf"] = {{{"required", {"documents"}}}, {{"required", {"paths"}}}};
    return {.name = "ingest",
            .summary = "Add documents to the knowledge base, or bring those that changed up to date.",
            .effect = Effect::writes,
            .permission = Permission::write,
            .request = std::move(schema),
            .responses = {"quarry.ingest/1"},
            .run = ingest};
}

Operation delete_operation() {
    const auto run = [](const nlohmann::json& request, const OperationContext& context) -> Json {
        Services services = context.workspace.services(context.scope);
        const bool dry_run = request.value("dry_run", false);
        RemovedDocuments removed;
        const auto consent = [&](const RemovedDocuments& what) {
            removed = what;
            return !dry_run;
        };
        RemovedDocuments done =
            DocumentService(services).remove(texts(request, "documents"), request.value("recursive", false), consent);
        if (!dry_run) removed = std::move(done);
        return wire::removed_json(removed.removed, removed.uris, removed.again, removed.collections, removed.lost);
    };
    Json schema = request_schema(
        {{"documents", text_list("Paths, addresses, names or ids of documents")},
         {"recursive", {{"type", "boolean"}, {"description", "A folder stands for all documents below it"}}},
         {"dry_run", {{"type", "boolean"}, {"description", "Remove nothing; report what would be removed"}}}},
        {"documents"});
    schema["properties"]["documents"]["minItems"] = 1;
    return {.name = "delete_document",
            .summary = "Remove documents from the knowledge base: all that are named, or none. Files stay as they are.",
            .effect = Effect::deletes,
            .permission = Permission::write,
            .request = std::move(schema),
            .responses = {"quarry.docs.rm/1"},
            .run = run};
}

}  // namespace

std::vector<Operation> document_operations() {
    return {collections_operation(), list_operation(), read_operation(), ingest_operation(), delete_operation()};
}

}  // namespace quarry::app
