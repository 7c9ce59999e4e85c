#include "core/llm/openai.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/http/api_error.h"
#include "core/http/url.h"
#include "core/llm/openai_answer.h"

namespace quarry {
namespace {

using nlohmann::json;

constexpr std::size_t max_answer_bytes = 16 << 20;  // far more than any model writes

const char* role_name(ChatMessage::Role role) noexcept {
    switch (role) {
        case ChatMessage::Role::system: return "system";
        case ChatMessage::Role::user: return "user";
        case ChatMessage::Role::assistant: return "assistant";
        case ChatMessage::Role::tool: return "tool";
    }
    return "user";
}

class OpenAiChatModel final : public ChatModel {
public:
    explicit OpenAiChatModel(OpenAiChatOptions options)
        : options_(std::move(options)), url_(endpoint_url(options_.base_url, "chat/completions")) {
        if (options_.model.empty()) {
            throw Error(ErrorCode::usage, "no chat model is named", "set chat.model to one that the server has");
        }
        if (!options_.api_key.empty()) refuse_key_in_the_clear(url_);
    }

    [[nodiscard]] std::string name() const override { return options_.model; }
    [[nodiscard]] std::string provider() const override { return "openai"; }

    [[nodiscard]] ChatResponse chat(const ChatRequest& request, const TextSink& sink,
                                    const Cancellation& cancellation) override {
        try {
            OpenAiAnswerReader reader(sink);
            const HttpResponse response =
                send_with_retries(client_, http_request(request), options_.retry, cancellation,
                                  [&](std::string_view piece) {
                                      reader.feed(piece);
                                      return true;
                                  });
            if (response.status < 200 || response.status > 299) {
                throw api_error("cannot ask the model", url_, response, options_.api_key);
            }
            return reader.finish();
        } catch (const Error& error) {
            throw without_secret(error, options_.api_key);  // servers echo keys, also in mid-stream
        }
    }

private:
    [[nodiscard]] HttpRequest http_request(const ChatRequest& request) const {
        HttpRequest http;
        http.method = "POST";
        http.url = url_;
        http.headers = {{"Content-Type", "application/json"}, {"Accept", "text/event-stream, application/json"}};
        if (!options_.api_key.empty()) http.headers.emplace_back("Authorization", "Bearer " + options_.api_key);
        http.body = body(request);
        http.stall_timeout = options_.timeout;
        http.timeout = options_.timeout * 10;
        http.max_body_bytes = max_answer_bytes;
        return http;
    }

    [[nodiscard]] std::string body(const ChatRequest& request) const {
        json messages = json::array();
        for (const ChatMessage& message : request.messages) {
            messages.push_back({{"role", role_name(message.role)}, {"content", message.content}});
        }
        json body = {{"model", options_.model},
                     {"messages", std::move(messages)},
                     {"stream", true},
                     {"stream_options", {{"include_usage", true}}}};
        if (request.max_tokens) {
            // OpenAI's newer models refuse the old name; most other servers know no other.
            const bool openai = parse_http_url(url_).host.ends_with("openai.com");
            body[openai ? "max_completion_tokens" : "max_tokens"] = *request.max_tokens;
        }
        if (request.temperature) body["temperature"] = *request.temperature;
        return body.dump(-1, ' ', false, json::error_handler_t::replace);
    }

    OpenAiChatOptions options_;
    std::string url_;
    HttpClient client_;
};

}  // namespace

std::unique_ptr<ChatModel> make_openai_chat_model(OpenAiChatOptions options) {
    return std::make_unique<OpenAiChatModel>(std::move(options));
}

}  // namespace quarry
