// The reranker that the configuration names.
#include "core/app/reranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "core/app/embedder_choice.h"
#include "core/app/http_settings.h"
#include "core/base/error.h"
#include "core/config/api_key.h"
#include "core/config/config.h"
#include "core/config/split_command_line.h"
#include "core/rerank/command_reranker.h"
#include "core/rerank/gguf_reranker.h"
#include "core/rerank/server_reranker.h"

namespace quarry::app {
namespace {

struct RerankProvider {
    std::string_view name;
    std::string_view base_url;
    std::string_view key_variable;
    std::string_view texts_name = "documents";
};

constexpr std::array<RerankProvider, 5> rerank_providers = {{
    {"cohere", "https://api.cohere.com/v2", "COHERE_API_KEY"},
    {"jina", "https://api.jina.ai/v1", "JINA_API_KEY"},
    {"voyage", "https://api.voyageai.com/v1", "VOYAGE_API_KEY"},
    // Servers of one's own: vLLM and llama.cpp speak as Jina does; Text Embeddings Inference has names of its own.
    {"server", "", ""},
    {"tei", "", "", "texts"},
}};

Error not_named(std::string_view what, std::string_view provider, std::string_view example) {
    return Error(ErrorCode::usage, fmt::format("no {} for reranking is configured", what),
                 fmt::format("quarry config set rerank.{}; or search without: --no-rerank", example))
        .because(fmt::format("rerank.provider is {}", provider));
}

}  // namespace

std::unique_ptr<rerank::Reranker> make_configured_reranker(const Services& services) {
    const config::Config& config = services.config;
    const std::string& provider = config.text("rerank.provider");
    const std::chrono::seconds timeout(config.integer("rerank.timeout"));
    if (provider == "none") return nullptr;
    if (provider == "command") {
        rerank::CommandRerankerOptions options;
        options.command = config::split_command_line("rerank.command", config.text("rerank.command"));
        options.timeout = timeout;
        if (options.command.empty()) throw not_named("program", provider, "command PROGRAM");
        return rerank::make_command_reranker(std::move(options));
    }
    if (provider == "gguf") {
        const std::string& model = config.text("rerank.model");
        if (model.empty()) throw not_named("model", provider, "model NAME");
        rerank::GgufRerankerOptions options;
        options.path = model_file(services, model);
        options.name = model;
        options.threads = static_cast<std::size_t>(config.integer("embed.threads"));
        return rerank::make_gguf_reranker(std::move(options));
    }
    const auto known = std::find_if(rerank_providers.begin(), rerank_providers.end(),
                                    [&](const RerankProvider& candidate) { return candidate.name == provider; });
    rerank::ServerRerankerOptions options;
    options.base_url = config.text("rerank.base_url");
    if (options.base_url.empty()) options.base_url = known->base_url;
    if (options.base_url.empty()) throw not_named("server", provider, "base_url http://localhost:8080/v1");
    options.model = config.text("rerank.model");
    if (options.model.empty() && !known->key_variable.empty()) throw not_named("model", provider, "model NAME");
    std::string variable = config.text("rerank.api_key_env");
    if (variable == "auto") variable = known->key_variable;
    options.api_key = config::read_api_key({options.base_url, variable, "rerank.api_key_env"}, services.environment);
    if (!options.api_key.empty()) {
        for (const char* const key : {"rerank.base_url", "rerank.provider"}) config.require_trusted(key);
    }
    options.texts_name = known->texts_name;
    options.label = provider;
    options.timeout = timeout;
    set_http_settings(config, options);
    return rerank::make_server_reranker(std::move(options));
}

}  // namespace quarry::app
