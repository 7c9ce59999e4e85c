// What a model would be sent, for programs.
#include "core/wire/request_json.h"

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/bounded_json.h"

namespace quarry::wire {
namespace {

using RequestJson = nlohmann::ordered_json;

/// A schema as JSON, or as the text that it is.
RequestJson schema_json(const std::string& schema) {
    RequestJson parsed = parse_bounded_json<RequestJson>(schema);
    return parsed.is_discarded() ? RequestJson(schema) : parsed;
}

}  // namespace

RequestJson request_json(const llm::ChatRequest& request) {
    RequestJson document = {{"schema", "quarry.ask.prompt/1"}, {"messages", RequestJson::array()}};
    for (const llm::ChatMessage& message : request.messages) {
        RequestJson shown = {{"role", llm::chat_role_name(message.role)}, {"content", message.content}};
        for (const llm::ChatSource& source : message.sources) {
            shown["sources"].push_back({{"name", source.name}, {"text", source.text}});
        }
        document["messages"].push_back(std::move(shown));
    }
    for (const llm::ChatTool& tool : request.tools) {
        document["tools"].push_back(
            {{"name", tool.name}, {"description", tool.description}, {"parameters", schema_json(tool.parameters)}});
    }
    if (!request.answer_schema.empty()) document["answer_schema"] = schema_json(request.answer_schema);
    return document;
}

}  // namespace quarry::wire
