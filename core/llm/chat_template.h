#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/llm/chat_model.h"

namespace quarry::llm {

/// A stretch of a prompt.
struct PromptPart {
    std::string text;
    bool is_content = false;  ///< Of a message, in which nothing is a special token; else the template's.
};

/// The template of a model file that makes one text of a conversation: Jinja, run by llama.cpp's own engine.
class ChatTemplate {
public:
    /// `bos` and `eos`: the texts of the tokens at the beginning and end. Throws Error(failed) for a template that
    /// cannot be read.
    ChatTemplate(const std::string& source, std::string bos, std::string eos);
    ~ChatTemplate();
    ChatTemplate(const ChatTemplate&) = delete;
    ChatTemplate& operator=(const ChatTemplate&) = delete;

    /// The prompt up to where the assistant's words begin. Throws Error(failed) when the template refuses the messages.
    [[nodiscard]] std::vector<PromptPart> apply(std::span<const ChatMessage> messages) const;

private:
    struct Program;
    std::unique_ptr<Program> program_;
    std::string bos_, eos_;
};

/// What models without a template of their own mostly understand: ChatML.
[[nodiscard]] const std::string& chatml_template();

/// A grammar (llama.cpp's GBNF) of the JSON texts that fit a JSON Schema. Throws Error(usage) for a schema that it
/// cannot follow.
[[nodiscard]] std::string grammar_of_schema(const std::string& schema);

}  // namespace quarry::llm
