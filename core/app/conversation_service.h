#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/answer/answer_event.h"
#include "core/app/answer_settings.h"
#include "core/app/answer_tools.h"
#include "core/app/workspace.h"
#include "core/chat/chat_session.h"
#include "core/search/search.h"
#include "core/store/conversation_repository.h"

namespace quarry::app {

/// How a conversation is opened.
struct ConversationRequest {
    std::string name{};  ///< Of the conversation; empty for a new one.
    bool go_on = false;  ///< With the conversation that was used last.
    bool keep = true;    ///< In the base.
    bool tools = false;  ///< Offer tools, whatever chat.tools says.
    ToolApproval approval{};
    AnswerFlags flags{};
    std::string answer_schema{};  ///< As AnswerOptions has it; no tools are offered then.
    /// As PartsWanted has it: the conversation is read and stays as it is; no answer is cached or traced.
    llm::ChatRequest* captured = nullptr;
};

/// A conversation about the documents of a base, as it is configured: the same for `chat`, `ask --session` and other
/// doors. Used by one thread.
class ConversationService {
public:
    /// Opens the base and the conversation and makes the model. Borrows the workspace, and what the scope borrows.
    /// Throws Error: usage, and what opening the base throws.
    ConversationService(Workspace& workspace, ConversationRequest request, const RequestScope& scope);
    ~ConversationService();
    ConversationService(const ConversationService&) = delete;
    ConversationService& operator=(const ConversationService&) = delete;

    /// Answers a question, or with null the last one again, and tells `sink` what happens on the way, Done or Failed
    /// last. `run` is the name of the run in the trace. Throws Error as chat::ChatSession::ask does.
    [[nodiscard]] chat::ChatReply ask(const std::string* question, const answer::AnswerEventSink& sink, const char* run,
                                      const Cancellation& cancellation);
    /// Looks for passages, as the answers' are looked for.
    [[nodiscard]] search::SearchResult search(const std::string& query, std::size_t limit,
                                              const Cancellation& cancellation) const;

    /// Goes on with another conversation, or begins a new one without a name. Gives what there is to say of it.
    [[nodiscard]] std::vector<std::string> open(const std::string& name);
    /// Lets another model answer from here on. Throws Error(usage), and the one before stays.
    void change_model(const std::string& name);

    /// Its name; empty before a new one's first question, and when nothing is kept.
    [[nodiscard]] const std::string& name() const noexcept { return session_->name(); }
    [[nodiscard]] const std::vector<store::ConversationTurn>& turns() const noexcept { return session_->turns(); }
    /// The model that answers; nothing for answers in the documents' own sentences.
    [[nodiscard]] std::optional<std::string> model_name() const;
    /// The tools that the model may call; nothing without any.
    [[nodiscard]] std::optional<std::vector<std::string>> tool_names() const;
    /// Questions of all conversations of the base, the newest last; empty when nothing is kept.
    [[nodiscard]] std::vector<std::string> recent_questions(std::size_t most) const;
    /// Why runs were not kept; empty when all were.
    [[nodiscard]] std::string trace_failure() const { return workspace_->trace_failure(); }

private:
    [[nodiscard]] chat::ChatReply ask_with(const std::string* question, const answer::AnswerEvents& events,
                                           const char* run, const Cancellation& cancellation);
    void open_kept();
    /// The name of the conversation that the request is about; empty for a new one.
    [[nodiscard]] std::string first_name();
    /// Asks from here on in the collections that the request names, else in those of the conversation.
    void choose_collections(const std::string& name);
    void make_answering();
    void open_first(const std::string& name);
    [[nodiscard]] std::string about_collections() const;
    [[nodiscard]] std::string today() const;
    [[nodiscard]] Services services() const { return workspace_->services(scope_); }

    const RequestScope scope_;
    const ConversationRequest request_;
    store::CollectionNames of_conversation_;  ///< What is asked is about them, when the request names none.
    config::Config config_;  ///< With the model that was changed to.
    std::unique_ptr<Workspace> changed_;  ///< The workspace of that model; null before one.
    Workspace* workspace_;
    answer::AnswerOptions options_;
    std::optional<Workspace::Lease> parts_;
    std::unique_ptr<tools::Toolbox> toolbox_;
    std::unique_ptr<store::ConversationRepository> conversations_;
    std::unique_ptr<chat::ChatSession> session_;
};

}  // namespace quarry::app
