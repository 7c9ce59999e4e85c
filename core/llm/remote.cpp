// Asks chat servers: the request, retries, secrets, time.
#include "core/llm/remote.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/http/api_error.h"
#include "core/http/url.h"
#include "core/llm/json_members.h"
#include "core/llm/protocol.h"

namespace quarry::llm {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t max_answer_bytes = 16 << 20;  // far more than any model writes

const ChatService& service_of(const std::string& name) {
    if (const ChatService* const service = find_chat_service(name)) return *service;
    std::string names;
    for (const ChatProvider& provider : chat_providers()) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", provider.name);
    }
    throw Error(ErrorCode::usage, fmt::format("there is no chat provider {}", name), "it is one of " + names);
}

/// The address of a path that may have a query, below a base URL that may have one too.
std::string request_url(const std::string& base_url, const std::string& path) {
    const std::size_t mark = path.find('?');
    std::string url = http::endpoint_url(base_url, path.substr(0, mark));
    if (mark != std::string::npos) {
        url += url.find('?') == std::string::npos ? '?' : '&';
        url += path.substr(mark + 1);
    }
    return url;
}

class RemoteChatModel final : public ChatModel {
public:
    explicit RemoteChatModel(RemoteChatOptions options)
        : options_(std::move(options)), service_(service_of(options_.provider)) {
        if (options_.model.empty()) {
            throw Error(ErrorCode::usage, "no chat model is set", "set chat.model to one that the server has");
        }
        if (options_.base_url.empty()) options_.base_url = service_.provider.base_url;
        if (options_.base_url.empty()) {
            throw Error(ErrorCode::usage, fmt::format("the address of {} is not set", options_.provider),
                        "set chat.base_url, such as https://NAME.openai.azure.com");
        }
        if (service_.protocol->base_url != nullptr) {
            options_.base_url = service_.protocol->base_url(options_.base_url);
        }
        target_ = {options_.model, options_.api_version, service_.newer_limit_name && at_its_own_address(),
                   service_.asks_for_usage};
        url_ = request_url(options_.base_url, service_.protocol->path(target_));
        static_cast<void>(http::parse_http_url(url_));  // a model's name is in it, with some
        if (!options_.api_key.empty() || !options_.headers.empty()) http::refuse_key_in_the_clear(url_);
        client_.begin_loading();  // while what the model is asked is looked up
    }

    [[nodiscard]] std::string name() const override { return options_.model; }
    [[nodiscard]] std::string provider() const override { return options_.provider; }
    [[nodiscard]] bool takes_sources() const override { return service_.protocol->takes_sources; }

    [[nodiscard]] ChatResponse chat(const ChatRequest& request, const TextSink& sink,
                                    const Cancellation& cancellation) override {
        const Clock::time_point start = Clock::now();
        std::optional<milliseconds> first_byte;
        const auto begins = [&] {
            if (!first_byte) first_byte = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
        };
        const TextSink timed = [&](std::string_view piece) {
            begins();
            if (sink) sink(piece);
        };
        int retries = 0;
        milliseconds waited{0};
        http::RetryPolicy policy = options_.retry;
        policy.sleep = [&](milliseconds time, const Cancellation& cancel) {
            options_.retry.sleep(time, cancel);
            ++retries;
            waited += time;
        };
        try {
            const std::unique_ptr<AnswerReader> reader = service_.protocol->reader(request, timed);
            const http::HttpResponse http = http::send_with_retries(client_, http_request(request), policy,
                                                                    cancellation, [&](std::string_view piece) {
                                                                        reader->feed(piece);
                                                                        return true;
                                                                    });
            if (http.status < 200 || http.status > 299) throw refused(http, retries, waited);
            ChatResponse response = reader->finish();
            begins();
            response.first_byte = first_byte;
            response.retries = retries;
            response.retry_wait = waited;
            return response;
        } catch (const Error& error) {
            throw without_secrets(error);  // servers echo keys, also in mid-stream
        }
    }

private:
    /// Names of limits differ between OpenAI and those who speak its protocol; Azure has no other address.
    [[nodiscard]] bool at_its_own_address() const {
        return service_.provider.base_url.empty() ||
               http::parse_http_url(options_.base_url).host.ends_with("openai.com");
    }

    [[nodiscard]] http::HttpRequest http_request(const ChatRequest& request) const {
        http::HttpRequest http;
        http.method = "POST";
        http.url = url_;
        http.headers = {{"Content-Type", "application/json"},
                        {"Accept", "text/event-stream, application/x-ndjson, application/json"}};
        if (const std::string_view header = service_.version_header; !header.empty()) {
            const std::size_t colon = header.find(": ");
            http.headers.emplace_back(header.substr(0, colon), header.substr(colon + 2));
        }
        if (!options_.api_key.empty()) {
            const bool bearer = service_.key_header == "Authorization";
            http.headers.emplace_back(service_.key_header, (bearer ? "Bearer " : "") + options_.api_key);
        }
        for (const auto& header : options_.headers) http.headers.push_back(header);
        http.body = json_text(service_.protocol->body(target_, request));
        http.stall_timeout = options_.timeout;
        http.timeout = options_.timeout * 10;
        http.max_body_bytes = max_answer_bytes;
        http.proxy = options_.proxy;
        http.ca_file = options_.ca_file;
        return http;
    }

    [[nodiscard]] Error refused(const http::HttpResponse& http, int retries, milliseconds waited) const {
        Error error = http::api_error(
            "cannot ask the model", url_, http, options_.api_key,
            fmt::format("check the model's name, and the address: {}", service_.protocol->usual_address));
        if (retries == 0) return error;
        return std::move(error).because(fmt::format("tried {} times, waiting {:.1f} s in total", retries + 1,
                                                    static_cast<double>(waited.count()) / 1000.0));
    }

    [[nodiscard]] Error without_secrets(const Error& error) const {
        return http::without_secrets(error, options_.api_key, options_.headers);
    }

    RemoteChatOptions options_;
    const ChatService& service_;
    ChatTarget target_;  // its views are of `options_`
    std::string url_;
    http::HttpClient client_;
};

}  // namespace

std::unique_ptr<ChatModel> make_remote_chat_model(RemoteChatOptions options) {
    return std::make_unique<RemoteChatModel>(std::move(options));
}

}  // namespace quarry::llm
