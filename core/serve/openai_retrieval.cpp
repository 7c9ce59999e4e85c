// The models of OpenAI's clients, vectors, and the order of texts by a query.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "core/app/embed_service.h"
#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/serve/openai.h"
#include "core/serve/openai_parts.h"
#include "core/serve/request_scope.h"

namespace quarry::serve {
namespace {

Json model_json(const std::string& name) {
    return {{"id", name}, {"object", "model"}, {"created", 0}, {"owned_by", "quarry"}};
}

Json models_json(const Call& call) {
    Json models = Json::array();
    for (const std::string& name : model_names(call)) models.push_back(model_json(name));
    return {{"object", "list"}, {"data", std::move(models)}};
}

net::Response show_model(const Call& call) {
    const std::string name = call.values.at("model");
    check_model(call, name);
    return json_response(model_json(name));
}

/// The first numbers of a vector, of length 1 again.
std::vector<float> shortened(std::span<const float> vector, std::size_t dimensions) {
    std::vector<float> part(vector.begin(), vector.begin() + static_cast<std::ptrdiff_t>(dimensions));
    const double square = std::inner_product(part.begin(), part.end(), part.begin(), 0.0);
    if (square > 0) {
        for (float& one : part) one = static_cast<float>(one / std::sqrt(square));
    }
    return part;
}

/// A vector as OpenAI's clients want it: numbers, or the bytes of 32-bit floats, little-endian.
Json vector_json(std::span<const float> vector, bool as_base64) {
    if (!as_base64) return std::vector<float>(vector.begin(), vector.end());
    std::string bytes(vector.size_bytes(), '\0');
    std::memcpy(bytes.data(), vector.data(), bytes.size());
    return to_base64(bytes);
}

std::size_t tokens_of(std::span<const std::string> texts) {
    std::size_t characters = 0;
    for (const std::string& text : texts) characters += count_code_points(text);
    return (characters + 3) / 4;  // as tokens:approx counts
}

net::Response embed(const Call& call) {
    const nlohmann::json& input = call.values.at("input");
    const auto texts =
        input.is_string() ? std::vector{input.get<std::string>()} : input.get<std::vector<std::string>>();
    const bool as_base64 = call.values.value("encoding_format", "float") == "base64";
    const std::size_t wanted = number_of<std::size_t>(call.values, "dimensions").value_or(0);
    const CallScope scope(call);
    app::Services services = call.service.workspace().services(*scope);
    Json data = Json::array();
    std::size_t next = 0;
    const auto write = [&](std::string_view, std::span<const float> vector) {
        if (wanted > vector.size()) {
            throw Error(ErrorCode::usage, "dimensions must be at most " + std::to_string(vector.size()));
        }
        const std::vector<float> part =
            wanted > 0 ? shortened(vector, wanted) : std::vector(vector.begin(), vector.end());
        data.push_back({{"object", "embedding"}, {"index", data.size()}, {"embedding", vector_json(part, as_base64)}});
        return true;
    };
    app::EmbedService(services).embed_texts(
        {.next = [&] { return next < texts.size() ? std::optional(texts[next++]) : std::nullopt; }, .write = write});
    const std::size_t tokens = tokens_of(texts);
    return json_response({{"object", "list"},
                          {"data", std::move(data)},
                          {"model", call.values.at("model")},
                          {"usage", {{"prompt_tokens", tokens}, {"total_tokens", tokens}}}});
}

std::string document_text(const nlohmann::json& document) {
    return document.is_string() ? document.get<std::string>() : document.at("text").get<std::string>();
}

net::Response rerank(const Call& call) {
    const CallScope scope(call);
    const auto lease = call.service.workspace().lease({.mode = search::SearchMode::lexical}, *scope);
    if (lease->reranker == nullptr) {
        throw Error(ErrorCode::usage, "no reranker is configured",
                    "set rerank.provider; quarry models add lists models");
    }
    std::vector<std::string> texts = {call.values.at("query")};
    for (const nlohmann::json& document : call.values.at("documents")) texts.push_back(document_text(document));
    const std::vector<std::string_view> views(texts.begin() + 1, texts.end());
    const std::vector<double> scores = lease->reranker->score(texts.front(), views, (*scope).cancel);
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return scores[i]; });
    order.resize(std::min(order.size(), number_of<std::size_t>(call.values, "top_n").value_or(order.size())));
    Json results = Json::array();
    for (const std::size_t i : order) {
        Json one = {{"index", i}, {"relevance_score", scores[i]}};
        if (is_true(call.values, "return_documents")) one["document"] = {{"text", texts[i + 1]}};
        results.push_back(std::move(one));
    }
    return json_response({{"model", lease->reranker->name()},
                          {"results", std::move(results)},
                          {"usage", {{"total_tokens", tokens_of(texts)}}}});
}

Json text_schema() { return {{"type", "string"}, {"minLength", 1}, {"maxLength", 100'000}}; }

Route embeddings_route() {
    Json body = {
        {"type", "object"},
        {"properties",
         {{"model", {{"type", "string"}, {"description", "Any name: the base's embedder is used"}}},
          {"input",
           {{"anyOf",
             {text_schema(), {{"type", "array"}, {"items", text_schema()}, {"minItems", 1}, {"maxItems", 2048}}}}}},
          {"dimensions",
           {{"type", {"integer", "null"}},
            {"minimum", 1},
            {"maximum", 100'000},
            {"description", "Keep only the first numbers of each vector, scaled to length 1"}}},
          {"encoding_format", {{"enum", {"float", "base64"}}}}}},
        {"required", {"model", "input"}}};
    return {.method = "POST",
            .path = "/v1/embeddings",
            .id = "create_embedding",
            .summary = "Vectors of texts, from the embedder of the knowledge base.",
            .tag = "openai",
            .body = std::move(body),
            .responses = {{.status = 200, .description = "The vectors", .schema = {{"type", "object"}}}},
            .scope = "search",
            .work = Work::generate,
            .example = {{"model", "quarry"}, {"input", "The retry policy allows three attempts."}},
            .handle = embed};
}

Route rerank_route() {
    const Json object = {{"type", "object"}, {"properties", {{"text", text_schema()}}}, {"required", {"text"}}};
    Json body = {
        {"type", "object"},
        {"properties",
         {{"model", {{"type", "string"}, {"description", "Any name: the configured reranker is used"}}},
          {"query", text_schema()},
          {"documents",
           {{"type", "array"}, {"items", {{"anyOf", {text_schema(), object}}}}, {"minItems", 1}, {"maxItems", 1000}}},
          {"top_n", {{"type", {"integer", "null"}}, {"minimum", 1}}},
          {"return_documents", {{"type", {"boolean", "null"}}}}}},
        {"required", {"query", "documents"}}};
    return {.method = "POST",
            .path = "/v1/rerank",
            .id = "rerank",
            .summary = "Order texts by how well they answer a query, with the configured reranker.",
            .tag = "openai",
            .body = std::move(body),
            .responses = {{.status = 200, .description = "Indexes and scores", .schema = {{"type", "object"}}}},
            .scope = "search",
            .work = Work::generate,
            .example = {{"query", "retries"}, {"documents", {"Three attempts are made.", "The sky is blue."}}},
            .handle = rerank};
}

}  // namespace

std::vector<Route> retrieval_routes() {
    std::vector<Route> routes;
    routes.push_back({.method = "GET",
                      .path = "/v1/models",
                      .id = "list_models",
                      .summary = "The models: all documents, each collection, and the chat models of the settings.",
                      .tag = "openai",
                      .responses = {{.status = 200, .description = "The models", .schema = {{"type", "object"}}}},
                      .scope = "ask",
                      .handle = [](const Call& call) { return json_response(models_json(call)); }});
    routes.push_back({.method = "GET",
                      .path = "/v1/models/{model}",
                      .id = "get_model",
                      .summary = "One model.",
                      .tag = "openai",
                      .parameters = {path_parameter("model", "Its id", "quarry/main", 300)},
                      .responses = {{.status = 200, .description = "The model", .schema = {{"type", "object"}}}},
                      .scope = "ask",
                      .handle = show_model});
    routes.push_back(embeddings_route());
    routes.push_back(rerank_route());
    return routes;
}

}  // namespace quarry::serve
