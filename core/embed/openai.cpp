#include "core/embed/openai.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/embed/openai_vectors.h"
#include "core/http/api_error.h"
#include "core/http/url.h"

namespace quarry {
namespace {

using nlohmann::json;

// OpenAI's limits for one request. A token has three bytes or more in nearly all text, so the estimate is high.
constexpr std::size_t max_inputs = 2048;
constexpr std::size_t max_tokens = 300'000;
constexpr std::size_t bytes_per_token = 3;

class OpenAiEmbedder final : public Embedder {
public:
    explicit OpenAiEmbedder(OpenAiEmbedderOptions options)
        : options_(std::move(options)),
          url_(endpoint_url(options_.base_url, "embeddings")),
          dimensions_(options_.dimensions) {
        if (options_.model.empty()) {
            throw Error(ErrorCode::usage, "no embedding model is named", "set embed.model to one that the server has");
        }
        if (!options_.api_key.empty()) refuse_key_in_the_clear(url_);
        options_.batch = std::clamp<std::size_t>(options_.batch, 1, max_inputs);
    }

    [[nodiscard]] std::string name() const override { return fmt::format("openai:{}", options_.model); }

    // Not the server: the same model behind another address gives the same vectors.
    [[nodiscard]] std::string fingerprint() const override {
        return fmt::format("openai:{}:{}:plain", options_.model, options_.dimensions);
    }

    [[nodiscard]] std::size_t dimensions() const override { return dimensions_; }
    [[nodiscard]] std::size_t batch_size() const override { return options_.batch; }

    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, EmbedKind /*kind*/,
                                           const Cancellation& cancellation) override {
        std::vector<std::size_t> places;  // of the texts that are sent
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (!trim(texts[i]).empty()) places.push_back(i);
        }
        if (places.empty() && !texts.empty() && dimensions_ == 0) {
            // How long the zeros must be is the server's to say.
            static constexpr std::string_view any_text = "text";
            static_cast<void>(ask(std::span(&any_text, 1), cancellation));
        }
        std::vector<float> vectors(texts.size() * dimensions_);
        for (std::size_t done = 0; done < places.size();) {
            std::vector<std::string_view> batch = next_batch(texts, std::span(places).subspan(done));
            const std::vector<float> rows = ask(batch, cancellation);
            vectors.resize(texts.size() * dimensions_);
            for (std::size_t row = 0; row < batch.size(); ++row) {
                const auto from = rows.begin() + static_cast<std::ptrdiff_t>(row * dimensions_);
                std::copy(from, from + static_cast<std::ptrdiff_t>(dimensions_),
                          vectors.begin() + static_cast<std::ptrdiff_t>(places[done + row] * dimensions_));
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
            tokens += texts[place].size() / bytes_per_token + 1;
            if (batch.size() == options_.batch || (!batch.empty() && tokens > max_tokens)) break;
            batch.push_back(texts[place]);
        }
        return batch;
    }

    [[nodiscard]] std::vector<float> ask(std::span<const std::string_view> texts, const Cancellation& cancellation) {
        HttpRequest request;
        request.method = "POST";
        request.url = url_;
        request.headers = {{"Content-Type", "application/json"}};
        if (!options_.api_key.empty()) request.headers.emplace_back("Authorization", "Bearer " + options_.api_key);
        request.body = body(texts);
        request.timeout = options_.timeout;
        const HttpResponse response = send_with_retries(client_, request, options_.retry, cancellation);
        if (response.status < 200 || response.status > 299) {
            throw api_error("cannot embed", url_, response, options_.api_key);
        }
        try {
            OpenAiVectors vectors = read_openai_vectors(response.body, texts.size(), dimensions_);
            dimensions_ = vectors.dimensions;
            return std::move(vectors.values);
        } catch (const Error& error) {
            throw without_secret(error, options_.api_key);
        }
    }

    [[nodiscard]] std::string body(std::span<const std::string_view> texts) const {
        json input = json::array();
        for (const std::string_view text : texts) input.push_back(std::string(text));
        // base64 is a third of the size; servers that do not know it send numbers, which are read as well.
        json body = {{"model", options_.model}, {"input", std::move(input)}, {"encoding_format", "base64"}};
        if (options_.dimensions != 0) body["dimensions"] = options_.dimensions;
        return body.dump(-1, ' ', false, json::error_handler_t::replace);
    }

    OpenAiEmbedderOptions options_;
    std::string url_;
    std::size_t dimensions_;
    HttpClient client_;
};

}  // namespace

std::unique_ptr<Embedder> make_openai_embedder(OpenAiEmbedderOptions options) {
    return std::make_unique<OpenAiEmbedder>(std::move(options));
}

}  // namespace quarry
