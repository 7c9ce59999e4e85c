#pragma once

#include <string>
#include <vector>

#include "core/answer/answer_event.h"
#include "core/llm/chat_model.h"

namespace quarry::testing {

/// Events of which only the text is taken.
inline answer::AnswerEvents text_events(llm::TextSink sink) {
    return answer::AnswerEvents([sink = std::move(sink)](const answer::AnswerEvent& event) {
        const auto* const text = std::get_if<answer::event::Text>(&event.body);
        if (text != nullptr && sink) sink(text->text);
    });
}

}  // namespace quarry::testing
