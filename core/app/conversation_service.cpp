// Conversations, as they are configured.
#include "core/app/conversation_service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "core/app/answer_run.h"
#include "core/app/answer_service.h"
#include "core/app/chat_models.h"
#include "core/app/collection_scope.h"
#include "core/app/metered_model.h"
#include "core/app/vector_index.h"
#include "core/base/error.h"
#include "core/trace/run_record.h"
#include "core/wire/source_json.h"

namespace quarry::app {
namespace {

chat::FollowUps follow_ups_by_name(const std::string& name) {
    return name == "none" ? chat::FollowUps::none : name == "words" ? chat::FollowUps::words : chat::FollowUps::model;
}

/// Throws where tools are asked for that no model can call.
void check_tools(const ConversationRequest& request, const config::Config& config, bool has_model, bool has_tools) {
    if (!has_model && (request.tools || !request.approval.allowed.empty())) {
        throw Error(ErrorCode::usage, "tools need a chat model",
                    config.value("chat.provider").origin == "default"
                        ? "name one: --model NAME, or quarry config set chat.model NAME"
                        : "name one: --model NAME")
            .because("sentences are quoted from the documents: chat.provider is extractive");
    }
    if (has_model && !has_tools && !request.approval.allowed.empty()) {
        throw Error(ErrorCode::usage, "--allow-tool allows a tool that is not offered", "offer tools: --tools");
    }
}

}  // namespace

ConversationService::ConversationService(Workspace& workspace, ConversationRequest request, const RequestScope& scope)
    : scope_(scope),
      request_(std::move(request)),
      config_(workspace.config()),
      workspace_(&workspace),
      options_(answer_options(services(), request_.flags)) {
    options_.answer_schema = request_.answer_schema;
    open_kept();
    const std::string name = first_name();
    choose_collections(name);
    make_answering();
    open_first(name);
}

ConversationService::~ConversationService() = default;

std::string ConversationService::today() const { return wire::utc_time(scope_.clock()).substr(0, 10); }

void ConversationService::make_answering() {
    Workspace::Lease parts = workspace_->lease(parts_for_answers(options_, request_.captured), scope_);
    if (of_conversation_) {
        options_.filter.collections = names_in_both(of_conversation_, scope_.access.readable);
    } else {
        options_.filter.collections = request_.flags.filter.collections;
        narrow(options_.filter, *parts->store, scope_.access);
    }
    std::unique_ptr<tools::Toolbox> toolbox;
    const bool wants_tools = request_.tools || (config_.boolean("chat.tools") && request_.answer_schema.empty());
    if (parts->model != nullptr && wants_tools) {
        toolbox = make_toolbox(*workspace_, scope_, *parts->store, answer_tools(*parts), options_, request_.approval);
    }
    check_tools(request_, config_, parts->model != nullptr, toolbox != nullptr);
    toolbox_ = std::move(toolbox);
    parts_.reset();
    parts_.emplace(std::move(parts));
    (*parts_)->snapshot.reset();  // a conversation may last while documents come
}

void ConversationService::open_kept() {
    if (!request_.keep) return;
    try {
        conversations_ =
            store::open_conversations(services().base_path, store::StoreMode::write, scope_.principal.name);
    } catch (const Error& error) {
        if (!request_.name.empty() || request_.go_on) throw;
        scope_.notices.warn(fmt::format("this chat is not kept: {}", error.what()));
    }
}

std::string ConversationService::first_name() {
    if (!request_.go_on || !conversations_) return request_.name;
    const std::optional<store::Conversation> latest = conversations_->latest();
    if (!latest) throw Error(ErrorCode::failed, "there is no conversation to continue", "start one: quarry chat");
    return latest->name;
}

void ConversationService::choose_collections(const std::string& name) {
    of_conversation_.reset();
    if (request_.flags.filter.collections || !conversations_ || name.empty()) return;
    const std::optional<store::Conversation> known = conversations_->find(name);
    if (known && !conversations_->turns(known->id).empty()) of_conversation_ = known->collections;
}

void ConversationService::open_first(const std::string& name) {
    session_ = std::make_unique<chat::ChatSession>(
        conversations_.get(),
        chat::ChatSessionOptions{
            .follow_ups = follow_ups_by_name(config_.text("chat.follow_ups")),
            .history_tokens = static_cast<std::size_t>(config_.integer("chat.history_tokens")),
            .now = scope_.clock});
    for (const std::string& note : session_->open(name, today(), options_.filter.collections)) {
        scope_.notices.note(note);
    }
    if (of_conversation_) scope_.notices.note(about_collections());
    if (request_.captured != nullptr) session_->stop_keeping();
}

std::string ConversationService::about_collections() const {
    return fmt::format("this conversation is about the collection{} {}", of_conversation_->size() == 1 ? "" : "s",
                       fmt::join(*of_conversation_, ", "));
}

std::vector<std::string> ConversationService::open(const std::string& name) {
    const store::CollectionNames before = of_conversation_;
    choose_collections(name);
    try {
        if (of_conversation_ != before) make_answering();
        std::vector<std::string> notes = session_->open(name, today(), options_.filter.collections);
        if (of_conversation_) notes.push_back(about_collections());
        return notes;
    } catch (...) {
        // The conversation before goes on.
        of_conversation_ = before;
        make_answering();
        throw;
    }
}

chat::ChatReply ConversationService::ask(const std::string* question, const answer::AnswerEventSink& sink,
                                         const char* run, const Cancellation& cancellation) {
    const answer::AnswerEvents events(sink);
    return answer_run(
        events, [&] { return ask_with(question, events, run, cancellation); },
        [](const chat::ChatReply& reply) -> const answer::Answer& { return reply.answer; });
}

chat::ChatReply ConversationService::ask_with(const std::string* question, const answer::AnswerEvents& events,
                                              const char* run, const Cancellation& cancellation) {
    if (question != nullptr) check_question_length(*question);
    WorkspaceParts& parts = **parts_;
    Services used = services();
    const std::unique_ptr<store::Store::Snapshot> snapshot = parts.store->snapshot();
    if (parts.embedder) prepare_vectors(used, *parts.store, false);
    answer::AnswerTools tools = answer_tools(parts);
    tools.toolbox = toolbox_.get();
    const auto counted = metered(tools.chat, scope_, config_);
    if (counted) tools.chat = counted.get();
    return workspace_->traced(parts, run, [&] {
        chat::ChatReply said = question != nullptr
                                   ? session_->ask(*parts.store, tools, *question, options_, events, cancellation)
                                   : session_->ask_again(*parts.store, tools, options_, events, cancellation);
        if (parts.tracer && said.number > 0) parts.tracer->set(trace::attribute::conversation, session_->name());
        return said;
    });
}

search::SearchResult ConversationService::search(const std::string& query, std::size_t limit,
                                                 const Cancellation& cancellation) const {
    const WorkspaceParts& parts = **parts_;
    search::SearchOptions options = answer::search_options(options_);
    options.limit = limit;
    options.syntax = search::QuerySyntax::operators;
    return search::search(*parts.store, {parts.embedder.get(), parts.reranker.get()}, query, options, cancellation);
}

void ConversationService::change_model(const std::string& name) {
    const config::Config before = config_;
    Workspace* const used = workspace_;
    try {
        choose_chat_model(config_, name, name == "extractive" ? name : std::string());
        auto changed = std::make_unique<Workspace>(services().with(config_), *workspace_);
        workspace_ = changed.get();
        make_answering();
        changed_ = std::move(changed);
    } catch (...) {
        config_ = before;
        workspace_ = used;
        throw;
    }
}

std::optional<std::string> ConversationService::model_name() const {
    const WorkspaceParts& parts = **parts_;
    return parts.model ? std::optional(parts.model->name()) : std::nullopt;
}

std::optional<std::vector<std::string>> ConversationService::tool_names() const {
    return toolbox_ ? std::optional(toolbox_->names()) : std::nullopt;
}

std::vector<std::string> ConversationService::recent_questions(std::size_t most) const {
    return conversations_ ? conversations_->recent_questions(most) : std::vector<std::string>();
}

}  // namespace quarry::app
