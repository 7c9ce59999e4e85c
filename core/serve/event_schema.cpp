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
        {"run", "A run of an agent begins, or goes on", {{"run", text}, {"thread", text}, {"agent", text}}, {"run"}},
        {"step", "A step of an agent was kept", {{"step", number}, {"nodes", text}}, {"step", "nodes"}},
        {"call",
         "An agent calls a model or a tool",
         {{"node", text}, {"kind", {{"enum", {"model", "tool"}}}}, {"name", text}},
         {"node", "kind", "name"}},
        {"result",
         "Such a call has ended well",
         {{"node", text}, {"kind", text}, {"name", text}, {"tokens", number}, {"cost", {{"type", "number"}}}},
         {"node", "kind", "name"}},
        {"retry", "A node of an agent is tried again", {{"node", text}, {"error", text}}, {"node", "error"}},
        {"values", "The state of an agent after a step", {{"values", object}}, {"values"}},
        {"waiting",
         "A person is asked: the stream ends, and the run goes on when it is answered",
         {{"waiting", {{"type", "array"}, {"items", object}}}},
         {"waiting"}},
        {"left", "The process of an agent has ended; another one goes on", Json::object(), none},
        {"cancelled", "The end: a person ended the run of the agent", Json::object(), none},
        {"done",
         "The end: the whole answer, the result of a job, or the output of an agent",
         {{"answer", {{"$ref", "#/components/schemas/quarry.ask.1"}}}, {"result", object}, {"output", Json::object()}},
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
