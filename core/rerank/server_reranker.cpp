#include "core/rerank/server_reranker.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/http/api_error.h"
#include "core/http/url.h"
#include "core/rerank/rerank_scores.h"

namespace quarry::rerank {
namespace {

class ServerReranker final : public Reranker {
public:
    explicit ServerReranker(ServerRerankerOptions options)
        : options_(std::move(options)), url_(http::endpoint_url(options_.base_url, "rerank")) {
        if (!options_.api_key.empty()) http::refuse_key_in_the_clear(url_);
        options_.batch = std::max<std::size_t>(options_.batch, 1);
    }

    [[nodiscard]] std::string name() const override {
        return options_.model.empty() ? options_.label : fmt::format("{}:{}", options_.label, options_.model);
    }

    [[nodiscard]] std::vector<double> score(std::string_view query, std::span<const std::string_view> texts,
                                            const Cancellation& cancellation) override {
        std::vector<double> scores;
        while (scores.size() < texts.size()) {
            const auto batch = texts.subspan(scores.size(), std::min(options_.batch, texts.size() - scores.size()));
            const std::vector<double> some = ask(query, batch, cancellation);
            scores.insert(scores.end(), some.begin(), some.end());
        }
        return scores;
    }

private:
    [[nodiscard]] std::vector<double> ask(std::string_view query, std::span<const std::string_view> texts,
                                          const Cancellation& cancellation) {
        nlohmann::json body = {{"query", std::string(query)}};
        if (!options_.model.empty()) body["model"] = options_.model;
        nlohmann::json& list = body[options_.texts_name] = nlohmann::json::array();
        for (const std::string_view text : texts) list.push_back(std::string(text));
        http::HttpRequest request;
        request.method = "POST";
        request.url = url_;
        request.headers = {{"Content-Type", "application/json"}};
        if (!options_.api_key.empty()) request.headers.emplace_back("Authorization", "Bearer " + options_.api_key);
        request.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        request.timeout = options_.timeout;
        request.proxy = options_.proxy;
        request.ca_file = options_.ca_file;
        const http::HttpResponse response = http::send_with_retries(client_, request, options_.retry, cancellation);
        if (response.status < 200 || response.status > 299) {
            throw http::api_error("cannot rerank", url_, response, options_.api_key,
                                  "check rerank.base_url, below which quarry asks /rerank, and the model's name");
        }
        try {
            return read_rerank_scores(response.body, texts.size());
        } catch (const Error& error) {
            throw http::without_secret(error, options_.api_key);
        }
    }

    ServerRerankerOptions options_;
    std::string url_;
    http::HttpClient client_;
};

}  // namespace

std::unique_ptr<Reranker> make_server_reranker(ServerRerankerOptions options) {
    return std::make_unique<ServerReranker>(std::move(options));
}

}  // namespace quarry::rerank
