#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/llm/chat_model.h"

namespace quarry::answer {

/// How a question is put to a model: messages with places for what differs each time.
///
/// As a file: a line `--- system ---` or `--- user ---` begins a message; what stands before the first is of the
/// user. `{{question}}` and `{{sources}}` must be there; `{{rules}}` (how sources are marked, how to cite them),
/// `{{history}}`, `{{date}}` and `{{refusal}}` may. What is put in is never looked through for further places.
class PromptTemplate {
public:
    /// Throws Error(usage), with `name` and the line, for an unknown place or role, and for one that is missing.
    [[nodiscard]] static PromptTemplate parse(std::string_view text, std::string_view name);

    /// Whether it has the place {{name}}.
    [[nodiscard]] bool has(std::string_view place) const;
    /// The messages with the places filled in; messages that come out empty are left out.
    [[nodiscard]] std::vector<llm::ChatMessage> fill(
        const std::map<std::string, std::string, std::less<>>& values) const;

private:
    struct Part {
        std::string text;   ///< Before the place.
        std::string place;  ///< Empty at the end of a message.
    };
    struct Message {
        llm::ChatMessage::Role role = llm::ChatMessage::Role::user;
        std::vector<Part> parts;
    };
    std::vector<Message> messages_;
};

/// The text of the template that quarry comes with.
[[nodiscard]] std::string_view default_prompt_template_text() noexcept;
[[nodiscard]] const PromptTemplate& default_prompt_template();

}  // namespace quarry::answer
