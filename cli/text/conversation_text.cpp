// A conversation as a text to keep.
#include "cli/text/conversation_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/answer/answer_record.h"
#include "core/base/text.h"
#include "core/wire/display_uri.h"
#include "core/wire/source_json.h"

namespace quarry::cli {
namespace {

using Json = nlohmann::ordered_json;

Json turn_record(const store::ConversationTurn& turn) {
    Json record = parse_bounded_json<Json>(turn.record);
    return record.is_object() ? record : Json::object();
}

/// The list of sources below an answer; what does not look like one is left out.
std::string sources_markdown(const Json& record) {
    std::string text;
    const auto citations = record.find("citations");
    if (citations == record.end() || !citations->is_array()) return text;
    for (const Json& citation : *citations) {
        if (!citation.is_object() || !citation.contains("uri") || !citation["uri"].is_string()) continue;
        const auto line = citation.value("start_line", std::size_t{1});
        text += fmt::format("- [{}] {}: \"{}\"\n", citation.value("number", 0),
                            wire::display_location(citation["uri"].get<std::string>(), line, line),
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

Json conversation_json(const std::string& name, std::span<const store::ConversationTurn> turns) {
    Json document = {{"schema", "quarry.conversation/1"}, {"name", name}, {"turns", Json::array()}};
    for (const store::ConversationTurn& turn : turns) {
        document["turns"].push_back(
            {{"number", turn.number},
             {"state", store::turn_state_name(turn.state)},
             {"asked_at", wire::utc_time(turn.asked_at)},
             {"answered_at", turn.answered_at ? Json(wire::utc_time(*turn.answered_at)) : Json(nullptr)},
             {"question", turn.question},
             {"stand_alone", turn.stand_alone.empty() ? turn.question : turn.stand_alone},
             {"answer", turn.answer},
             {"record", turn_record(turn)}});
    }
    return document;
}

Json tool_calls_json(const std::vector<tools::ToolCallRecord>& calls) { return answer::tool_calls_record(calls); }

Error no_such_conversation(store::ConversationStore& store, const std::string& name) {
    std::vector<std::string> names;
    for (const store::ConversationListing& one : store.list()) names.push_back(one.conversation.name);
    const auto nearest = closest(name, names);
    return Error(ErrorCode::failed,
                 fmt::format("there is no conversation {}", one_line(strip_terminal_controls(name), 200)),
                 nearest ? fmt::format("did you mean {}?", strip_terminal_controls(*nearest))
                         : std::string("quarry chats ls lists them"));
}

}  // namespace quarry::cli
