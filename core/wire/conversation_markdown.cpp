// A conversation as a text to keep.
#include "core/wire/conversation_markdown.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/wire/conversation_json.h"
#include "core/wire/display_uri.h"

namespace quarry::wire {
namespace {

using Json = nlohmann::ordered_json;

/// The list of sources below an answer; what does not look like one is left out.
std::string sources_markdown(const Json& record) {
    std::string text;
    const auto citations = record.find("citations");
    if (citations == record.end() || !citations->is_array()) return text;
    for (const Json& citation : *citations) {
        if (!citation.is_object() || !citation.contains("uri") || !citation["uri"].is_string()) continue;
        const auto line = citation.value("start_line", std::size_t{1});
        text += fmt::format("- [{}] {}: \"{}\"\n", citation.value("number", 0),
                            display_location(citation["uri"].get<std::string>(), line, line),
                            one_line(citation.value("quote", std::string()), 500));
    }
    return text.empty() ? text : "\nSources:\n\n" + text;
}

}  // namespace

std::string conversation_markdown(const std::string& name, std::span<const store::ConversationTurn> turns) {
    std::string text = fmt::format("# {}\n", name);
    for (const store::ConversationTurn& turn : turns) {
        text += fmt::format("\n## {}\n\n", one_line(turn.question, turn.question.size()));
        if (!turn.answer.empty()) text += turn.answer + "\n";
        if (turn.state != store::TurnState::answered)
            text += fmt::format("\n*({})*\n", store::turn_state_name(turn.state));
        text += sources_markdown(turn_record(turn));
    }
    return strip_terminal_controls(text);
}

}  // namespace quarry::wire
