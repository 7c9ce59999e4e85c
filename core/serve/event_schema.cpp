#include "core/serve/event_schema.h"

#include <string>
#include <utility>
#include <vector>

namespace quarry::serve {
namespace {

using Json = nlohmann::ordered_json;

/// An event, whose data has these fields besides its name and its number.
struct EventSchema {
    const char* name;
    const char* description;
    Json fields;
    Json required;
};

std::vector<EventSchema> all_events() {
    const Json text = {{"type", "string"}}, object = {{"type", "object"}}, number = {{"type", "integer"}};
    const Json number_or_null = {{"type", {"integer", "null"}}}, none = Json::array();
    const Json passage = {{"type", "object"},
                          {"properties", {{"number", number}, {"uri", text}, {"title", text}}},
                          {"required", {"number", "uri", "title"}}};
    const Json error = {
        {"type", "object"}, {"properties", {{"code", text}, {"message", text}}}, {"required", {"code", "message"}}};
    const Json call = {{"name", text}, {"arguments", text}};
    return {
        {"retrieved",
         "The passages that the answer may cite",
         {{"mode", text}, {"score", {{"type", "number"}}}, {"passages", {{"type", "array"}, {"items", passage}}}},
         {"mode", "score", "passages"}},
        {"text", "The next part of the answer", {{"text", text}}, {"text"}},
        {"claim",
         "A sentence of the answer with the verdict on it: one of `sentences` in quarry.ask/1",
         {{"claim", object}},
         {"claim"}},
        {"tool_call", "A model calls a tool", call, {"name", "arguments"}},
        {"tool_result", "What became of the call", {{"call", object}}, {"call"}},
        {"approval_needed", "A call that a person must allow", call, {"name", "arguments"}},
        {"notice",
         "Something to know about the answer or the job",
         {{"level", {{"enum", {"note", "warning"}}}}, {"text", text}},
         {"level", "text"}},
        {"usage",
         "What a request to a model took",
         {{"input_tokens", number_or_null},
          {"output_tokens", number_or_null},
          {"cost", {{"type", {"number", "null"}}}},
          {"cached", {{"type", "boolean"}}}},
         {"input_tokens", "output_tokens", "cost", "cached"}},
        {"progress", "How far a job is", {{"doing", text}, {"done", number}, {"total", number}, {"text", text}}, none},
        {"answer", "An answer of a batch: quarry.batch/1", {{"id", text}, {"question", text}}, {"id", "question"}},
        {"done",
         "The end: the whole answer, or the result of a job",
         {{"answer", {{"$ref", "#/components/schemas/quarry.ask.1"}}}, {"result", object}},
         none},
        {"failed", "The end: what went wrong", {{"error", error}}, {"error"}},
    };
}

}  // namespace

Json event_schemas() {
    Json schemas;
    Json any = {{"description", "The data of an event of a run, by its field `event`"}, {"oneOf", Json::array()}};
    any["discriminator"]["propertyName"] = "event";
    for (EventSchema& one : all_events()) {
        const std::string name = std::string("Event.") + one.name, place = "#/components/schemas/" + name;
        Json properties = {{"event", {{"const", one.name}}}, {"number", {{"type", "integer"}, {"minimum", 1}}}};
        properties.update(one.fields);
        one.required.insert(one.required.begin(), "event");
        schemas[name] = {{"type", "object"},
                         {"description", one.description},
                         {"properties", std::move(properties)},
                         {"required", std::move(one.required)}};
        any["oneOf"].push_back({{"$ref", place}});
        any["discriminator"]["mapping"][one.name] = place;
    }
    schemas["Event"] = std::move(any);
    return schemas;
}

}  // namespace quarry::serve
