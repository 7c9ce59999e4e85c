// Conversations as JSON.
#include "core/wire/conversation_json.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/answer/answer_record.h"
#include "core/base/bounded_json.h"
#include "core/wire/source_json.h"

namespace quarry::wire {

using Json = nlohmann::ordered_json;

Json turn_record(const store::ConversationTurn& turn) {
    Json record = parse_bounded_json<Json>(turn.record);
    return record.is_object() ? record : Json::object();
}

Json conversation_json(const std::string& name, std::span<const store::ConversationTurn> turns) {
    Json document = {{"schema", "quarry.conversation/1"}, {"name", name}, {"turns", Json::array()}};
    for (const store::ConversationTurn& turn : turns) {
        document["turns"].push_back(
            {{"number", turn.number},
             {"state", store::turn_state_name(turn.state)},
             {"asked_at", utc_time(turn.asked_at)},
             {"answered_at", turn.answered_at ? Json(utc_time(*turn.answered_at)) : Json(nullptr)},
             {"question", turn.question},
             {"stand_alone", turn.stand_alone.empty() ? turn.question : turn.stand_alone},
             {"answer", turn.answer},
             {"record", turn_record(turn)}});
    }
    return document;
}

Json conversations_json(std::span<const store::ConversationListing> conversations) {
    Json list = Json::array();
    for (const store::ConversationListing& one : conversations) {
        list.push_back({{"name", one.conversation.name},
                        {"turns", one.turns},
                        {"created_at", utc_time(one.conversation.created_at)},
                        {"last_at", utc_time(one.last_at)},
                        {"first_question", one.first_question}});
    }
    return {{"schema", "quarry.chats/1"}, {"conversations", list}};
}

Json removed_conversations_json(std::span<const std::string> names) {
    Json json = {{"schema", "quarry.chats.rm/1"}, {"removed", names.size()}, {"conversations", Json::array()}};
    for (const std::string& name : names) json["conversations"].push_back(name);
    return json;
}

Json tool_calls_json(const std::vector<tools::ToolCallRecord>& calls) { return answer::tool_calls_record(calls); }

}  // namespace quarry::wire
