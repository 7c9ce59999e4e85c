// What agents remember for their caller.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/app/agent_memory.h"
#include "core/serve/agent_parts.h"
#include "core/serve/service.h"
#include "core/wire/source_json.h"

namespace quarry::serve {
namespace {

constexpr std::size_t memory_listed = 100;

template <typename Work>
net::Response with_memory(const Call& call, Work&& work) {
    return agent_answer(call, [&]() -> net::Response {
        const CallScope scope(call);
        return work(app::AgentMemory(call.service.workspace(), *scope));
    });
}

net::Response list_memory(const Call& call) {
    return with_memory(call, [&](const app::AgentMemory& memory) {
        const std::size_t limit = call.values.value("limit", memory_listed);
        auto entries = memory.list(call.values.value("agent", ""), call.values.value("after", ""), limit + 1);
        Json document = {{"next", nullptr}, {"memory", Json::array()}};
        if (entries.size() > limit) {
            entries.pop_back();
            document["next"] = entries.back().id;
        }
        for (const app::MemoryEntry& entry : entries) {
            document["memory"].push_back({{"id", entry.id},
                                          {"text", entry.text},
                                          {"for", entry.is_for_user ? "user" : "agent"},
                                          {"agent", entry.agent},
                                          {"run", entry.run},
                                          {"kept_at", wire::utc_time(entry.kept_at)}});
        }
        return json_response(document);
    });
}

net::Response remove_memory(const Call& call) {
    return with_memory(call, [&](const app::AgentMemory& memory) -> net::Response {
        const std::string id = call.values.at("entry");
        memory.remove(id);
        note_agent(call, "agent.forget", id);
        return {.status = 204};
    });
}

net::Response clear_memory(const Call& call) {
    return with_memory(call, [&](const app::AgentMemory& memory) {
        const std::string agent = call.values.value("agent", "");
        const std::size_t removed = memory.remove_all(agent);
        note_agent(call, "agent.forget", agent.empty() ? "all" : agent);
        return json_response({{"removed", removed}});
    });
}

Json memory_schema() {
    const Json text = {{"type", "string"}};
    return {
        {"type", "object"},
        {"properties",
         {{"id", text},
          {"text", text},
          {"for", {{"enum", {"agent", "user"}}, {"description", "Who recalls it: its agent, or all of the user's"}}},
          {"agent", {{"type", "string"}, {"description", "That remembered it"}}},
          {"run", {{"type", "string"}, {"description", "In which it did"}}},
          {"kept_at", text}}},
        {"required", {"id", "text", "for", "agent", "run", "kept_at"}}};
}

Parameter memory_agent_parameter(std::string description) {
    return {.name = "agent",
            .description = std::move(description),
            .schema = {{"type", "string"}, {"minLength", 1}, {"maxLength", 200}}};
}

Route memory_route(std::string method, std::string rest, std::string id, std::string summary,
                   net::Response (*handle)(const Call&)) {
    return {.method = std::move(method),
            .path = "/api/v1/agent-memory" + rest,
            .id = std::move(id),
            .summary = std::move(summary),
            .tag = "agents",
            .scope = "agents",
            .handle = handle};
}

}  // namespace

std::vector<Route> memory_routes() {
    Route listed = memory_route("GET", "", "list_agent_memory",
                                "What agents remember for the caller, with its origin, in pages.", list_memory);
    listed.parameters = {
        {.name = "limit",
         .description = "Maximum number of entries",
         .schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}, {"default", memory_listed}}},
        {.name = "after",
         .description = "Entries after this one: `next` of the last response",
         .schema = {{"type", "string"}, {"maxLength", 200}}},
        memory_agent_parameter("Only what this agent remembered")};
    listed.responses = {{.status = 200,
                         .description = "The entries",
                         .schema = {{"type", "object"},
                                    {"properties",
                                     {{"next", {{"type", {"string", "null"}}}},
                                      {"memory", {{"type", "array"}, {"items", memory_schema()}}}}},
                                    {"required", {"next", "memory"}}}}};
    listed.rate = RateClass::search;

    Route removed =
        memory_route("DELETE", "/{entry}", "delete_agent_memory", "Have an entry forgotten.", remove_memory);
    removed.parameters = {path_parameter("entry", "Its id", "memory.owner.support/9f86d081884c7d65", 200)};
    removed.responses = {{.status = 204, .description = "It is gone", .type = ""}};
    removed.work = Work::write;

    Route cleared = memory_route("DELETE", "", "clear_agent_memory",
                                 "Have all forgotten that agents remember for the caller.", clear_memory);
    cleared.parameters = {memory_agent_parameter("Only what this agent remembered")};
    cleared.responses = {
        {.status = 200,
         .description = "How many entries are gone",
         .schema = {
             {"type", "object"}, {"properties", {{"removed", {{"type", "integer"}}}}}, {"required", {"removed"}}}}};
    cleared.work = Work::write;
    return {std::move(listed), std::move(removed), std::move(cleared)};
}

}  // namespace quarry::serve
