// The operations that every door offers.
#include "core/app/operation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/app/operation_lists.h"
#include "core/base/error.h"
#include "core/base/json_schema.h"

namespace quarry::app {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Operation> all_operations() {
    std::vector<Operation> all;
    for (auto* make : {search_operations, document_operations, migration_operations}) {
        std::ranges::move(make(), std::back_inserter(all));
    }
    for (Operation& one : all) one.checked_request = std::make_shared<const JsonSchema>(one.request.dump());
    return all;
}

}  // namespace

const std::vector<Operation>& operations() {
    static const std::vector<Operation> all = all_operations();
    return all;
}

const Operation* find_operation(std::string_view name) {
    const auto found = std::ranges::find(operations(), name, &Operation::name);
    return found == operations().end() ? nullptr : &*found;
}

Json run_operation(const Operation& operation, const nlohmann::json& request, const OperationContext& context) {
    const std::vector<std::string> problems = operation.checked_request->problems(request);
    if (!problems.empty()) {
        throw Error(ErrorCode::usage, fmt::format("the request does not fit the operation {}", operation.name))
            .because(fmt::format("{}", fmt::join(problems, "; ")));
    }
    return operation.run(request, context);
}

Json request_schema(Json properties, std::initializer_list<const char*> required) {
    Json schema = {{"type", "object"}, {"properties", std::move(properties)}};
    if (required.size() > 0) schema["required"] = std::vector<std::string>(required.begin(), required.end());
    schema["additionalProperties"] = false;
    return schema;
}

Json text_list(const char* description) {
    return {{"type", "array"},
            {"items", {{"type", "string"}, {"minLength", 1}}},
            {"maxItems", 1000},
            {"description", description}};
}

std::string text_of(const nlohmann::json& request, const char* name) { return request.value(name, std::string()); }

std::vector<std::string> texts(const nlohmann::json& request, const char* name) {
    return request.value(name, std::vector<std::string>());
}

Json with_filter(Json properties) {
    const auto date = [](const char* description) -> Json {
        return {{"type", "string"}, {"description", description}, {"examples", {"2024", "2024-05-31"}}};
    };
    properties["collections"] = text_list("Only documents of these collections; of those that the caller may read");
    properties["paths"] = text_list("Only documents of these files, folders, web addresses or patterns: docs/**/*.md");
    properties["kinds"] = text_list("Only documents that came as one of these");
    properties["kinds"]["items"]["enum"] = search::filter_kind_names();
    properties["types"] = text_list("Only documents of these types: markdown, pdf, text/html, text/*");
    properties["languages"] = text_list("Only documents in these languages, by their codes: en, de");
    properties["since"] = date("Only documents of this date or later");
    properties["until"] = date("Only documents from before this date");
    properties["where"] = text_list("Only documents whose metadata fit all of these: author=Ada, year>=2020, !isbn");
    properties["tags"] = text_list("Only documents with all of these tags, keywords or categories");
    properties["headings"] = text_list("Only passages under headings that have all of these words");
    return properties;
}

search::FilterSpec filter_spec(const nlohmann::json& request) {
    search::FilterSpec spec{.collections = texts(request, "collections"),
                            .paths = texts(request, "paths"),
                            .kinds = texts(request, "kinds"),
                            .types = texts(request, "types"),
                            .languages = texts(request, "languages"),
                            .tests = texts(request, "where"),
                            .tags = texts(request, "tags"),
                            .headings = texts(request, "headings")};
    if (request.contains("since")) spec.since = text_of(request, "since");
    if (request.contains("until")) spec.until = text_of(request, "until");
    return spec;
}

}  // namespace quarry::app
