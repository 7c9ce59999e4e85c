// What agents remember.
#include "core/app/agent_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/app/collection_service.h"
#include "core/app/document_service.h"
#include "core/app/operation.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/store/store.h"
#include "core/tools/fence.h"

namespace quarry::app {
namespace {

using MemoryValue = nlohmann::json;

constexpr std::string_view memory_prefix = "memory.";
constexpr std::int64_t usual_results = 5;

/// A part of a collection's name: as it is where that is short and plain, else a hash.
std::string name_part(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    const bool is_plain = !name.empty() && name.size() <= 24 && std::ranges::all_of(name, fits);
    return is_plain ? std::string(name) : "-" + sha256(name).substr(0, 20);
}

/// An operation on the collections of memory and no others, whatever its caller may read.
MemoryValue run_within(const char* operation, const MemoryValue& request, Workspace& workspace, const RequestScope& outer,
                std::vector<std::string> collections, const Cancellation& cancellation) {
    const RequestScope scope{cancellation, outer.notices, outer.clock, outer.principal, outer.budget,
                             CollectionAccess{collections, collections}};
    return MemoryValue(run_operation(*find_operation(operation), request, {workspace, scope}));
}

class RememberTool final : public tools::Tool {
public:
    RememberTool(Workspace& workspace, const RequestScope& scope, MemoryOrigin origin)
        : workspace_(workspace), scope_(scope), origin_(std::move(origin)) {}

    [[nodiscard]] const llm::ChatTool& definition() const override {
        static const llm::ChatTool tool = {
            "remember", "Keeps a fact for later conversations.",
            R"({"type": "object", "properties": {)"
            R"("text": {"type": "string", "minLength": 1, "maxLength": 4000, "description": "The fact, in full sentences"}, )"
            R"("for": {"enum": ["agent", "user"], "description": "Who may recall it: this agent, or all agents of the )"
            R"(user; agent if left out"}}, "required": ["text"], "additionalProperties": false})"};
        return tool;
    }
    [[nodiscard]] bool read_only() const override { return false; }
    /// The same text is the same entry.
    [[nodiscard]] bool idempotent() const override { return true; }

    [[nodiscard]] std::string run(const MemoryValue& arguments, tools::ToolRun& run) override {
        const std::string text = arguments.at("text").get<std::string>();
        const bool is_for_user = arguments.value("for", "agent") == "user";
        const std::string& principal = scope_.principal.name;
        const std::string collection = is_for_user ? user_memory(principal) : agent_memory(principal, origin_.agent);
        const std::string id = fmt::format("{}/{}", collection, sha256(text).substr(0, 16));
        Services services = workspace_.services(scope_);
        if (!exists(collection)) {
            CollectionService(services).add(collection, fmt::format("What agents of {} remember", principal));
        }
        const MemoryValue document = {{"id", id},
                               {"title", one_line(text, 80)},
                               {"text", text},
                               {"metadata", {{"agent", origin_.agent}, {"run", origin_.run}}}};
        static_cast<void>(run_within("ingest", {{"documents", {document}}, {"collection", collection}, {"type", "text"}},
                                     workspace_, scope_, {collection}, run.cancellation));
        return fmt::format("kept as {}", id);
    }

private:
    [[nodiscard]] bool exists(const std::string& collection) const {
        const auto names = store::open_store(workspace_.base_path(), store::StoreMode::read)->collection_names();
        return std::ranges::find(names, collection) != names.end();
    }

    Workspace& workspace_;
    const RequestScope scope_;
    const MemoryOrigin origin_;
};

class RecallTool final : public tools::Tool {
public:
    RecallTool(Workspace& workspace, const RequestScope& scope, MemoryOrigin origin)
        : workspace_(workspace), scope_(scope), origin_(std::move(origin)) {}

    [[nodiscard]] const llm::ChatTool& definition() const override {
        static const llm::ChatTool tool = {
            "recall", "Looks for what was remembered in earlier conversations.",
            R"({"type": "object", "properties": {)"
            R"("query": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "What to look for"}, )"
            R"("limit": {"type": "integer", "minimum": 1, "maximum": 20, "description": "Most entries; 5 if left out"}}, )"
            R"("required": ["query"], "additionalProperties": false})"};
        return tool;
    }
    [[nodiscard]] bool read_only() const override { return true; }
    [[nodiscard]] bool concurrent() const override { return true; }

    [[nodiscard]] std::string run(const MemoryValue& arguments, tools::ToolRun& run) override {
        const auto names = store::open_store(workspace_.base_path(), store::StoreMode::read)->collection_names();
        std::vector<std::string> collections;
        for (const std::string& one : {user_memory(scope_.principal.name),
                                       agent_memory(scope_.principal.name, origin_.agent)}) {
            if (std::ranges::find(names, one) != names.end()) collections.push_back(one);
        }
        if (collections.empty()) return "Nothing is remembered.";
        const MemoryValue found = run_within("search",
                                      {{"query", arguments.at("query")},
                                       {"collections", collections},
                                       {"limit", arguments.value("limit", usual_results)}},
                                      workspace_, scope_, collections, run.cancellation);
        std::string text;
        for (const MemoryValue& hit : found.value("hits", MemoryValue::array())) {
            text += fmt::format("{} ({})\n", hit.value("text", ""), hit.value("uri", ""));
        }
        return text.empty() ? "Nothing is remembered of that." : tools::fenced("MEMORY", text, run.fence);
    }

private:
    Workspace& workspace_;
    const RequestScope scope_;
    const MemoryOrigin origin_;
};

}  // namespace

std::string user_memory(std::string_view principal) { return std::string(memory_prefix) + name_part(principal); }

std::string agent_memory(std::string_view principal, std::string_view agent) {
    return fmt::format("{}.{}", user_memory(principal), name_part(agent));
}

bool is_memory_collection(std::string_view name) noexcept { return name.starts_with(memory_prefix); }

std::vector<std::string> AgentMemory::collections() const {
    const std::string of_user = user_memory(scope_.principal.name);
    std::vector<std::string> own =
        store::open_store(workspace_.base_path(), store::StoreMode::read)->collection_names();
    std::erase_if(own, [&](const std::string& name) { return name != of_user && !name.starts_with(of_user + "."); });
    return own;
}

RequestScope AgentMemory::scope_of(const std::vector<std::string>& collections) const {
    return {scope_.cancel,    scope_.notices, scope_.clock,
            scope_.principal, scope_.budget,  CollectionAccess{collections, collections}};
}

std::vector<MemoryEntry> AgentMemory::entries(std::string_view agent) const {
    const std::vector<std::string> own = collections();
    std::vector<MemoryEntry> all;
    if (own.empty()) return all;
    const RequestScope scope = scope_of(own);
    Services services = workspace_.services(scope);
    DocumentService(services, own).for_each("", [&](const store::Source& source) {
        const MemoryValue given = parse_bounded_json(source.metadata_json);
        const auto text_in = [&](const char* name) {
            const auto found = given.is_object() ? given.find(name) : given.end();
            return found != given.end() && found->is_string() ? found->get<std::string>() : std::string();
        };
        MemoryEntry entry{.id = source.uri,
                          .agent = text_in("agent"),
                          .run = text_in("run"),
                          .is_for_user = source.collection == user_memory(scope_.principal.name),
                          .kept_at = source.ingested_at};
        if (agent.empty() || entry.agent == agent) all.push_back(std::move(entry));
    });
    return all;
}

std::vector<MemoryEntry> AgentMemory::list(std::string_view agent, std::string_view after, std::size_t limit) const {
    std::vector<MemoryEntry> page = entries(agent);
    std::erase_if(page, [&](const MemoryEntry& entry) { return entry.id <= after; });
    if (page.size() > limit) page.resize(limit);
    if (page.empty()) return page;
    const std::vector<std::string> own = collections();
    const RequestScope scope = scope_of(own);
    Services services = workspace_.services(scope);
    const DocumentService documents(services, own);
    for (MemoryEntry& entry : page) {
        try {
            static_cast<void>(documents.read(entry.id, [&](std::string_view part) { entry.text += part; }));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::nothing_found) throw;  // it was removed meanwhile
        }
    }
    return page;
}

void AgentMemory::remove_documents(const std::vector<std::string>& uris) const {
    const std::vector<std::string> own = collections();
    const RequestScope scope = scope_of(own);
    Services services = workspace_.services(scope);
    static_cast<void>(DocumentService(services, own).remove(uris, false));
}

void AgentMemory::remove(const std::string& id) const {
    const std::vector<MemoryEntry> all = entries({});
    if (std::ranges::find(all, id, &MemoryEntry::id) == all.end()) {
        throw Error(ErrorCode::nothing_found, "nothing of that id is remembered");
    }
    remove_documents({id});
}

std::size_t AgentMemory::remove_all(std::string_view agent) const {
    std::vector<std::string> uris;
    for (const MemoryEntry& entry : entries(agent)) uris.push_back(entry.id);
    if (!uris.empty()) remove_documents(uris);
    return uris.size();
}

std::unique_ptr<tools::Tool> make_memory_tool(std::string_view name, Workspace& workspace, const RequestScope& scope,
                                              MemoryOrigin origin) {
    if (name == "remember") return std::make_unique<RememberTool>(workspace, scope, std::move(origin));
    // ADK's name of it.
    if (name == "recall" || name == "load_memory") {
        return std::make_unique<RecallTool>(workspace, scope, std::move(origin));
    }
    return nullptr;
}

}  // namespace quarry::app
