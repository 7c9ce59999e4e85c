#include "cli/chat.h"

#include <fmt/format.h>

#include "cli/api_key.h"
#include "core/base/error.h"
#include "core/llm/openai.h"

namespace quarry::cli {

std::unique_ptr<ChatModel> make_chat_model(const Config& config, const Config::Environment& environment) {
    if (config.text("chat.provider") == "extractive") return nullptr;
    if (config.text("chat.model").empty()) {
        throw Error(ErrorCode::usage, "no chat model is configured",
                    "name one that the server has: quarry ask --model NAME, or quarry config set chat.model NAME")
            .because(fmt::format("chat.provider is {}, which needs chat.model", config.text("chat.provider")));
    }
    OpenAiChatOptions options;
    options.base_url = config.text("chat.base_url");
    options.model = config.text("chat.model");
    options.api_key =
        read_api_key({options.base_url, config.text("chat.api_key_env"), "chat.api_key_env"}, environment);
    options.timeout = std::chrono::seconds(config.integer("chat.timeout"));
    return make_openai_chat_model(std::move(options));
}

std::unique_ptr<ChatModel> make_chat_model(const Context& context) {
    return make_chat_model(context.config, context.environment);
}

}  // namespace quarry::cli
