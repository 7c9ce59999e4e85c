// The embeddings protocols, one row each. Limits are those of the providers' pages in 2026; where none is published
// for the tokens of a request, one that no report contradicts.
#include "core/embed/remote_protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

namespace quarry::embed {
namespace {

using nlohmann::json;

json as_array(std::span<const std::string_view> texts) {
    json array = json::array();
    for (const std::string_view text : texts) array.push_back(std::string(text));
    return array;
}

bool is_query(const RemoteRequest& request) { return request.kind == EmbedKind::query; }

std::string embeddings_path(std::string_view /*model*/) { return "embeddings"; }

// base64 is a third of the size of numbers; servers that do not know it send numbers, which are read as well.
json openai_body(const RemoteRequest& request) {
    json body = {{"model", request.model}, {"input", as_array(request.texts)}, {"encoding_format", "base64"}};
    if (request.dimensions != 0) body["dimensions"] = request.dimensions;
    return body;
}

json voyage_body(const RemoteRequest& request) {
    json body = {{"model", request.model},
                 {"input", as_array(request.texts)},
                 {"input_type", is_query(request) ? "query" : "document"},
                 {"encoding_format", "base64"},
                 {"truncation", false}};
    if (request.dimensions != 0) body["output_dimension"] = request.dimensions;
    return body;
}

json mistral_body(const RemoteRequest& request) {
    json body = {{"model", request.model}, {"input", as_array(request.texts)}};
    if (request.dimensions != 0) body["output_dimension"] = request.dimensions;
    return body;
}

json jina_body(const RemoteRequest& request) {
    json body = {{"model", request.model}, {"input", as_array(request.texts)}, {"embedding_type", "base64"}};
    // Models before v3 know no tasks, and refuse them.
    if (request.model.find("-v2") == std::string_view::npos) {
        body["task"] = is_query(request) ? "retrieval.query" : "retrieval.passage";
    }
    if (request.dimensions != 0) body["dimensions"] = request.dimensions;
    return body;
}

json cohere_body(const RemoteRequest& request) {
    json body = {{"model", request.model},
                 {"texts", as_array(request.texts)},
                 {"input_type", is_query(request) ? "search_query" : "search_document"},
                 {"embedding_types", {"float"}},
                 {"truncate", "NONE"}};
    if (request.dimensions != 0) body["output_dimension"] = request.dimensions;
    return body;
}

std::string gemini_resource(std::string_view model) {
    return model.starts_with("models/") ? std::string(model) : fmt::format("models/{}", model);
}

json gemini_body(const RemoteRequest& request) {
    json requests = json::array();
    for (const std::string_view text : request.texts) {
        json parts = json::array({{{"text", std::string(text)}}});
        json one = {{"model", gemini_resource(request.model)},
                    {"content", {{"parts", std::move(parts)}}},
                    {"taskType", is_query(request) ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT"}};
        if (request.dimensions != 0) one["outputDimensionality"] = request.dimensions;
        requests.push_back(std::move(one));
    }
    return {{"requests", std::move(requests)}};
}

json ollama_body(const RemoteRequest& request) {
    json body = {{"model", request.model}, {"input", as_array(request.texts)}, {"truncate", false}};
    if (request.dimensions != 0) body["dimensions"] = request.dimensions;
    return body;
}

constexpr std::string_view bearer = "Authorization";

constexpr auto protocols = std::to_array<RemoteProtocol>({
    {{"openai", "https://api.openai.com/v1", "OPENAI_API_KEY", 2048, 128, 300'000},
     embeddings_path,
     openai_body,
     "/data",
     bearer},
    {{"voyage", "https://api.voyageai.com/v1", "VOYAGE_API_KEY", 1000, 128, 120'000},
     embeddings_path,
     voyage_body,
     "/data",
     bearer},
    {{"mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", 256, 64, 16'000},
     embeddings_path,
     mistral_body,
     "/data",
     bearer},
    {{"jina", "https://api.jina.ai/v1", "JINA_API_KEY", 512, 128, 100'000},
     embeddings_path,
     jina_body,
     "/data",
     bearer},
    {{"cohere", "https://api.cohere.com/v2", "COHERE_API_KEY", 96, 96, 300'000},
     [](std::string_view) { return std::string("embed"); },
     cohere_body,
     "/embeddings/float",
     bearer},
    {{"gemini", "https://generativelanguage.googleapis.com/v1beta", "GEMINI_API_KEY", 100, 100, 200'000},
     [](std::string_view model) { return gemini_resource(model) + ":batchEmbedContents"; },
     gemini_body,
     "/embeddings",
     "x-goog-api-key"},
    {{"ollama", "http://localhost:11434", "", 2048, 64, 100'000},
     [](std::string_view) { return std::string("api/embed"); },
     ollama_body,
     "/embeddings",
     bearer},
});

}  // namespace

const RemoteProtocol* find_remote_protocol(std::string_view name) {
    const auto* const found = std::find_if(protocols.begin(), protocols.end(), [name](const RemoteProtocol& protocol) {
        return protocol.provider.name == name;
    });
    return found == protocols.end() ? nullptr : found;
}

std::span<const RemoteProvider> remote_providers() {
    static const std::vector<RemoteProvider> providers = [] {
        std::vector<RemoteProvider> all;
        for (const RemoteProtocol& protocol : protocols) all.push_back(protocol.provider);
        return all;
    }();
    return providers;
}

const RemoteProvider* find_remote_provider(std::string_view name) {
    const RemoteProtocol* const protocol = find_remote_protocol(name);
    return protocol == nullptr ? nullptr : &protocol->provider;
}

}  // namespace quarry::embed
