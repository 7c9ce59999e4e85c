// Asks embeddings servers: batches, connections, retries, checks.
#include "core/embed/remote.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/embed/remote_protocol.h"
#include "core/embed/vector_rows.h"
#include "core/http/api_error.h"
#include "core/http/url.h"

namespace quarry::embed {
namespace {

using nlohmann::json;

/// Connections that stay open between requests, one a thread that is asking.
class HttpClients {
public:
    /// A client for one request, given back when it goes.
    class Lease {
    public:
        explicit Lease(HttpClients& pool) : pool_(pool), client_(pool.take()) {}
        ~Lease() { pool_.give_back(std::move(client_)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        [[nodiscard]] http::HttpClient& client() noexcept { return *client_; }

    private:
        HttpClients& pool_;
        std::unique_ptr<http::HttpClient> client_;
    };

private:
    std::unique_ptr<http::HttpClient> take() {
        const std::lock_guard lock(mutex_);
        if (idle_.empty()) return std::make_unique<http::HttpClient>();
        std::unique_ptr<http::HttpClient> client = std::move(idle_.back());
        idle_.pop_back();
        return client;
    }
    void give_back(std::unique_ptr<http::HttpClient> client) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(client));
    }

    std::mutex mutex_;
    std::vector<std::unique_ptr<http::HttpClient>> idle_;
};

const RemoteProtocol& protocol_of(const std::string& name) {
    if (const RemoteProtocol* const protocol = find_remote_protocol(name)) return *protocol;
    std::string names;
    for (const RemoteProvider& provider : remote_providers()) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", provider.name);
    }
    throw Error(ErrorCode::usage, fmt::format("there is no embeddings provider {}", name), "it is one of " + names);
}

class RemoteEmbedder final : public Embedder {
public:
    explicit RemoteEmbedder(RemoteEmbedderOptions options)
        : options_(std::move(options)), protocol_(protocol_of(options_.provider)), dimensions_(options_.dimensions) {
        if (options_.model.empty()) {
            throw Error(ErrorCode::usage, "no embedding model is set", "set embed.model to one that the server has");
        }
        if (options_.base_url.empty()) options_.base_url = protocol_.provider.base_url;
        url_ = http::endpoint_url(options_.base_url, protocol_.path(options_.model));
        if (!options_.api_key.empty() || !options_.headers.empty()) http::refuse_key_in_the_clear(url_);
        if (options_.batch == 0) options_.batch = protocol_.provider.batch;
        options_.batch = std::clamp<std::size_t>(options_.batch, 1, protocol_.provider.max_texts);
    }

    [[nodiscard]] std::string name() const override { return fmt::format("{}:{}", options_.provider, options_.model); }
    // Not the server: the same model behind another address gives the same vectors.
    [[nodiscard]] std::string fingerprint() const override {
        return fmt::format("{}:{}:{}:{}", options_.provider, options_.model, options_.dimensions,
                           prompts_mark(options_.prompts));
    }
    [[nodiscard]] std::size_t dimensions() const override { return dimensions_; }
    [[nodiscard]] std::size_t batch_size() const override { return options_.batch; }
    [[nodiscard]] std::size_t batch_tokens() const override { return protocol_.provider.max_tokens; }
    [[nodiscard]] std::size_t concurrency() const override { return std::max<std::size_t>(options_.parallel, 1); }

    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, EmbedKind kind,
                                           const Cancellation& cancellation) override {
        std::vector<std::size_t> places;  // of the texts that are sent
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (!trim(texts[i]).empty()) places.push_back(i);
        }
        if (places.empty() && !texts.empty() && dimensions_ == 0) {
            // How long the zeros must be is the server's to say.
            static constexpr std::string_view any_text = "text";
            static_cast<void>(ask(std::span(&any_text, 1), kind, cancellation));
        }
        std::vector<float> vectors(texts.size() * dimensions_);
        for (std::size_t done = 0; done < places.size();) {
            const std::vector<std::string_view> batch = next_batch(texts, std::span(places).subspan(done));
            const VectorRows rows = ask(batch, kind, cancellation);
            vectors.resize(texts.size() * rows.dimensions);
            for (std::size_t row = 0; row < batch.size(); ++row) {
                std::copy_n(rows.values.begin() + static_cast<std::ptrdiff_t>(row * rows.dimensions), rows.dimensions,
                            vectors.begin() + static_cast<std::ptrdiff_t>(places[done + row] * rows.dimensions));
            }
            done += batch.size();
        }
        return vectors;
    }

private:
    /// As many of the texts as fit into one request, one at least.
    [[nodiscard]] std::vector<std::string_view> next_batch(std::span<const std::string_view> texts,
                                                           std::span<const std::size_t> places) const {
        std::vector<std::string_view> batch;
        std::size_t tokens = 0;
        for (const std::size_t place : places) {
            tokens += estimated_tokens(texts[place]);
            if (batch.size() == options_.batch || (!batch.empty() && tokens > protocol_.provider.max_tokens)) break;
            batch.push_back(texts[place]);
        }
        return batch;
    }

    [[nodiscard]] VectorRows ask(std::span<const std::string_view> texts, EmbedKind kind,
                                 const Cancellation& cancellation) {
        const http::HttpRequest request = http_request(texts, kind);
        HttpClients::Lease lease(clients_);
        const http::HttpResponse response =
            http::send_with_retries(lease.client(), request, options_.retry, cancellation);
        if (response.status < 200 || response.status > 299) {
            throw without_secrets(http::api_error(
                "cannot embed", url_, response, options_.api_key,
                fmt::format("check the model's name, and the address: that of {} is {}, and quarry asks /{} below it",
                            options_.provider, protocol_.provider.base_url, protocol_.path(options_.model))));
        }
        try {
            VectorRows rows = read_vector_rows(response.body, protocol_.vectors, texts.size(), dimensions_);
            std::size_t unknown = 0;
            if (!dimensions_.compare_exchange_strong(unknown, rows.dimensions) && unknown != rows.dimensions) {
                throw unusable_vectors(
                    fmt::format("a vector has {} dimensions where {} are expected", rows.dimensions, unknown));
            }
            return rows;
        } catch (const Error& error) {
            throw without_secrets(error);
        }
    }

    [[nodiscard]] Error without_secrets(const Error& error) const {
        return http::without_secrets(error, options_.api_key, options_.headers);
    }

    [[nodiscard]] http::HttpRequest http_request(std::span<const std::string_view> texts, EmbedKind kind) const {
        http::HttpRequest request;
        request.method = "POST";
        request.url = url_;
        request.headers = {{"Content-Type", "application/json"}};
        if (!options_.api_key.empty()) {
            const bool bearer = protocol_.key_header == "Authorization";
            request.headers.emplace_back(protocol_.key_header, (bearer ? "Bearer " : "") + options_.api_key);
        }
        for (const auto& header : options_.headers) request.headers.push_back(header);
        const std::string& prompt = kind == EmbedKind::query ? options_.prompts.query : options_.prompts.document;
        std::vector<std::string> prompted;
        std::vector<std::string_view> sent(texts.begin(), texts.end());
        if (!prompt.empty()) {
            for (const std::string_view text : texts) prompted.push_back(prompt + std::string(text));
            sent.assign(prompted.begin(), prompted.end());
        }
        const json body = protocol_.body({sent, kind, options_.model, options_.dimensions});
        request.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
        request.timeout = options_.timeout;
        request.proxy = options_.proxy;
        request.ca_file = options_.ca_file;
        return request;
    }

    RemoteEmbedderOptions options_;
    const RemoteProtocol& protocol_;
    std::string url_;
    std::atomic<std::size_t> dimensions_;
    HttpClients clients_;
};

}  // namespace

std::unique_ptr<Embedder> make_remote_embedder(RemoteEmbedderOptions options) {
    return std::make_unique<RemoteEmbedder>(std::move(options));
}

}  // namespace quarry::embed
