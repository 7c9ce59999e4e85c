// What a model would be sent, shown instead.
#include "cli/shown_prompt.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "cli/chat.h"
#include "cli/output.h"
#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/llm/protocol.h"

namespace quarry::cli {
namespace {

using RequestJson = nlohmann::ordered_json;

class NotingChatModel final : public ChatModel {
public:
    NotingChatModel(const Config& config, ChatRequest& noted)
        : choice_(configured_chat(config)), service_(find_chat_service(choice_.provider)), noted_(noted) {}

    [[nodiscard]] std::string name() const override { return choice_.model; }
    [[nodiscard]] bool takes_sources() const override {
        return service_ != nullptr && service_->protocol->takes_sources;
    }
    [[nodiscard]] ChatResponse chat(const ChatRequest& request, const TextSink&, const Cancellation&) override {
        noted_ = request;
        throw PromptNoted();
    }

private:
    const ChatChoice choice_;
    const ChatService* const service_;
    ChatRequest& noted_;
};

/// A schema as JSON, or as the text that it is.
RequestJson schema_json(const std::string& schema) {
    RequestJson parsed = parse_bounded_json<RequestJson>(schema);
    return parsed.is_discarded() ? RequestJson(schema) : parsed;
}

void print_part(Output& out, std::string_view heading, std::string_view text) {
    out.result() << out.styled(Style::bold, fmt::format("--- {} ---", heading)) << '\n'
                 << strip_terminal_controls(text) << '\n';
}

}  // namespace

std::unique_ptr<ChatModel> make_noting_chat_model(const Config& config, ChatRequest& noted) {
    return std::make_unique<NotingChatModel>(config, noted);
}

void print_request(Output& out, const ChatRequest& request) {
    for (const ChatMessage& message : request.messages) {
        for (std::size_t i = 0; i < message.sources.size(); ++i) {
            const ChatSource& source = message.sources[i];
            print_part(out, fmt::format("source {}: {}", i + 1, one_line(strip_terminal_controls(source.name), 200)),
                       source.text);
        }
        print_part(out, chat_role_name(message.role), message.content);
    }
    for (const ChatTool& tool : request.tools) {
        print_part(out, fmt::format("tool {}", tool.name), tool.description + '\n' + tool.parameters);
    }
    if (!request.answer_schema.empty()) print_part(out, "schema of the answer", request.answer_schema);
}

RequestJson request_json(const ChatRequest& request) {
    RequestJson document = {{"schema", "quarry.ask.prompt/1"}, {"messages", RequestJson::array()}};
    for (const ChatMessage& message : request.messages) {
        RequestJson shown = {{"role", chat_role_name(message.role)}, {"content", message.content}};
        for (const ChatSource& source : message.sources) {
            shown["sources"].push_back({{"name", source.name}, {"text", source.text}});
        }
        document["messages"].push_back(std::move(shown));
    }
    for (const ChatTool& tool : request.tools) {
        document["tools"].push_back(
            {{"name", tool.name}, {"description", tool.description}, {"parameters", schema_json(tool.parameters)}});
    }
    if (!request.answer_schema.empty()) document["answer_schema"] = schema_json(request.answer_schema);
    return document;
}

}  // namespace quarry::cli
