// Conversations: each belongs to who began it, and others do not see that it is there.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/app/conversation_archive.h"
#include "core/app/conversation_service.h"
#include "core/base/error.h"
#include "core/serve/answer_run.h"
#include "core/serve/request_scope.h"
#include "core/serve/route.h"
#include "core/store/conversation_repository.h"
#include "core/wire/answer_json.h"
#include "core/wire/conversation_json.h"
#include "core/wire/conversation_markdown.h"

namespace quarry::serve {
namespace {

constexpr std::size_t listed_at_once = 100, most_listed = 1000;

/// Calls `work` with the caller's conversations.
template <typename Work>
auto with_archive(const Call& call, Work&& work) {
    const CallScope scope(call);
    const app::Services services = call.service.workspace().services(*scope);
    app::ConversationArchive archive(services);
    return work(archive);
}

std::string name_of(const Call& call) { return call.values.at("conversation"); }

net::Response list_conversations(const Call& call) {
    const auto all = with_archive(call, [](app::ConversationArchive& archive) { return archive.list(); });
    const std::size_t limit = call.values.value("limit", listed_at_once);
    const std::string after = call.values.value("after", "");
    auto first = all.begin();
    if (!after.empty()) {
        first = std::ranges::find(all, after, [](const auto& one) { return one.conversation.name; });
        if (first != all.end()) ++first;
    }
    const auto last = first + static_cast<std::ptrdiff_t>(std::min<std::size_t>(limit, all.end() - first));
    Json document = wire::conversations_json({first, last});
    document["total"] = all.size();
    document["next"] = last != all.end() && last != first ? Json(std::prev(last)->conversation.name) : Json(nullptr);
    return json_response(document);
}

net::Response show_conversation(const Call& call) {
    const auto found =
        with_archive(call, [&](app::ConversationArchive& archive) { return archive.find(name_of(call)); });
    return json_response(wire::conversation_json(found.name, found.turns));
}

net::Response create_conversation(const Call& call) {
    const std::string name = with_archive(call, [&](app::ConversationArchive& archive) {
        return archive.create(call.values.value("name", ""), call.service.clock()());
    });
    net::Response response = json_response(wire::conversation_json(name, {}), 201);
    response.set("Location", "/api/v1/conversations/" + net::percent_encoded(name));
    return response;
}

net::Response rename_conversation(const Call& call) {
    const auto renamed = with_archive(call, [&](app::ConversationArchive& archive) {
        const std::string name = call.values.value("name", name_of(call));
        if (name != name_of(call)) archive.rename(name_of(call), name);
        return archive.find(name);
    });
    return json_response(wire::conversation_json(renamed.name, renamed.turns));
}

net::Response remove_conversation(const Call& call) {
    const auto removed = with_archive(
        call, [&](app::ConversationArchive& archive) { return archive.remove(std::vector{name_of(call)}); });
    return json_response(wire::removed_conversations_json(removed));
}

net::Response export_text(const Call& call) {
    const auto found =
        with_archive(call, [&](app::ConversationArchive& archive) { return archive.find(name_of(call)); });
    return {.headers = {{"Content-Type", "text/markdown; charset=utf-8"}},
            .body = wire::conversation_markdown(found.name, found.turns)};
}

/// What a request says of how its answer is made.
app::AnswerFlags flags_of(const nlohmann::json& values) {
    app::AnswerFlags flags{.mode = values.value("mode", ""), .sources = values.value("sources", 0)};
    if (values.contains("collections"))
        flags.filter.collections = values["collections"].get<std::vector<std::string>>();
    return flags;
}

std::optional<net::Response> ask_in_conversation(const Call& call) {
    const std::string question = call.values.at("question");
    const auto answer = [&](const app::RequestScope& scope, const answer::AnswerEventSink& sink) {
        app::ConversationService conversation(call.service.workspace(),
                                              {.name = name_of(call), .flags = flags_of(call.values)}, scope);
        return conversation.ask(&question, sink, "chat", scope.cancel).answer;
    };
    if (const auto run = begin_answer(call, "chat")) {
        answer_into(run, question, call, [&](const auto& scope, const auto& sink) { (void)answer(scope, sink); });
        return std::nullopt;
    }
    const CallScope scope(call);
    return json_response(wire::answer_json(question, answer(*scope, [](const answer::AnswerEvent&) {})));
}

Json name_schema() { return {{"type", "string"}, {"minLength", 1}, {"maxLength", store::max_conversation_name}}; }

/// A route about one conversation.
Route conversation_route(std::string method, std::string tail, std::string id, std::string summary,
                         std::function<std::optional<net::Response>(const Call&)> handle) {
    return {.method = std::move(method),
            .path = "/api/v1/conversations/{conversation}" + std::move(tail),
            .id = std::move(id),
            .summary = std::move(summary),
            .tag = "conversations",
            .parameters = {path_parameter("conversation", "The conversation's name", "release 2.0",
                                          store::max_conversation_name)},
            .responses = {{.status = 200, .description = "The conversation", .document = "quarry.conversation/1"}},
            .scope = "ask",
            .handle = std::move(handle)};
}

Route conversation_message_route() {
    const Json& fields = app::find_operation("ask")->request.at("properties");
    Route route = conversation_route("POST", "/messages", "ask_in_conversation",
                                     "Ask a question that may refer to earlier ones. Question and answer are kept.",
                                     ask_in_conversation);
    route.description = "A conversation that does not exist yet is begun. As with /api/v1/ask, `Accept: "
                        "text/event-stream` gives the answer as events.";
    route.body = closed_object({{"question", fields.at("question")},
                                {"mode", fields.at("mode")},
                                {"sources", fields.at("sources")},
                                {"collections", fields.at("collections")},
                                {"background", background_property()}},
                               {"question"});
    route.responses = answer_responses();
    route.work = Work::generate;
    route.example = {{"question", "And how long does it wait between them?"}};
    return route;
}

Route list_conversations_route() {
    return {
        .method = "GET",
        .path = "/api/v1/conversations",
        .id = "list_conversations",
        .summary = "List the caller's conversations, the one with the latest question first.",
        .tag = "conversations",
        .parameters =
            {{.name = "limit",
              .description = "Maximum number in one response",
              .schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", most_listed}, {"default", listed_at_once}}},
             {.name = "after",
              .description = "Conversations after this one: `next` of the last response",
              .schema = name_schema()}},
        .responses = {{.status = 200, .description = "The conversations", .document = "quarry.chats/1"}},
        .scope = "ask",
        .handle = list_conversations};
}

Route create_conversation_route() {
    return {.method = "POST",
            .path = "/api/v1/conversations",
            .id = "create_conversation",
            .summary = "Begin a conversation. Without a name it is called by the date.",
            .tag = "conversations",
            .body = closed_object({{"name", name_schema()}}),
            .responses = {{.status = 201, .description = "The conversation", .document = "quarry.conversation/1"}},
            .scope = "ask",
            .work = Work::write,
            .example = {{"name", "release 2.0"}},
            .handle = create_conversation};
}

}  // namespace

std::vector<Route> conversation_routes() {
    std::vector<Route> routes = {list_conversations_route(), create_conversation_route(), conversation_message_route()};
    routes.push_back(
        conversation_route("GET", "", "get_conversation", "A conversation with its turns.", show_conversation));
    Route renamed =
        conversation_route("PATCH", "", "update_conversation", "Rename a conversation.", rename_conversation);
    renamed.body = closed_object({{"name", name_schema()}});
    renamed.example = {{"name", "release 2.1"}};
    renamed.work = Work::write;
    routes.push_back(std::move(renamed));
    Route removed =
        conversation_route("DELETE", "", "delete_conversation", "Remove a conversation.", remove_conversation);
    removed.responses = {{.status = 200, .description = "What was removed", .document = "quarry.chats.rm/1"}};
    removed.work = Work::write;
    routes.push_back(std::move(removed));
    Route text =
        conversation_route("GET", "/export", "export_conversation", "A conversation as Markdown.", export_text);
    text.responses = {{.status = 200, .description = "The text", .type = "text/markdown"}};
    routes.push_back(std::move(text));
    return routes;
}

}  // namespace quarry::serve
