#include "core/llm/chat_tokens.h"

#include "core/tokenize/approximate_tokens.h"

namespace quarry::llm {

std::uint64_t estimated_tokens(const ChatRequest& request) {
    constexpr std::uint64_t around_one = 8;  // role, marks of the template, names of fields
    std::uint64_t tokens = around_one + tokenize::count_approximate_tokens(request.answer_schema);
    for (const ChatMessage& message : request.messages) {
        tokens += around_one + tokenize::count_approximate_tokens(message.content);
        for (const ChatSource& source : message.sources) {
            tokens += around_one + tokenize::count_approximate_tokens(source.name) +
                      tokenize::count_approximate_tokens(source.text);
        }
        for (const ChatToolCall& call : message.tool_calls) {
            tokens += around_one + tokenize::count_approximate_tokens(call.name) +
                      tokenize::count_approximate_tokens(call.arguments) +
                      tokenize::count_approximate_tokens(call.signature);
        }
    }
    for (const ChatTool& tool : request.tools) {
        tokens += around_one + tokenize::count_approximate_tokens(tool.name) +
                  tokenize::count_approximate_tokens(tool.description) +
                  tokenize::count_approximate_tokens(tool.parameters);
    }
    return tokens;
}

}  // namespace quarry::llm
