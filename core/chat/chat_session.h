#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/answer.h"
#include "core/answer/answer_event.h"
#include "core/chat/follow_up.h"
#include "core/store/conversation_repository.h"

namespace quarry::chat {

/// How a follow-up question is made to stand alone.
enum class FollowUps {
    model,  ///< By the model that answers; by words where there is none.
    words,  ///< By the words of the question before.
    none,   ///< Not at all.
};

struct ChatSessionOptions {
    FollowUps follow_ups = FollowUps::model;
    /// Earlier turns that a model is given with a question, in tokens as tokens:approx counts; older ones are summed
    /// up.
    std::size_t history_tokens = 2'000;
    std::function<std::int64_t()> now;  ///< Seconds since 1970.
};

/// What came of a question.
struct ChatReply {
    answer::Answer answer;
    std::int64_t number = 0;          ///< Of the turn; 0 when nothing is kept.
    std::string stand_alone;          ///< The question that was looked for.
    std::vector<std::string> notes;   ///< What the user should know of the conversation, for people.
    std::optional<Error> not_kept{};  ///< The answer is there, but could not be written to the base.
};

/// A conversation about the documents of a base: questions that may lean on those before, and answers that are kept
/// while they come. Used by one thread.
///
/// Another process may use the same conversation meanwhile: its turns come in between, which `ChatReply::notes` tells.
class ChatSession {
public:
    /// Without a store (null) nothing is kept. The store is borrowed.
    ChatSession(store::ConversationRepository* store, ChatSessionOptions options);

    /// Goes on with a conversation, or begins the one of that name with the first question. An empty name is a new
    /// conversation, named after `date` when it begins. What is asked from here on is about these collections.
    /// Gives what the user should know of it. Throws Error(usage), and stays with the conversation before, for one
    /// whose answers were made from other collections too: what was said is told to the model again.
    [[nodiscard]] std::vector<std::string> open(std::string_view name, std::string_view date,
                                                const store::CollectionNames& collections = {});
    /// What is asked from here on is not kept, nor is anything else changed in the base.
    void stop_keeping() noexcept { store_ = nullptr; }
    /// Its name; empty before a new one's first question, and when nothing is kept.
    [[nodiscard]] const std::string& name() const noexcept { return conversation_.name; }
    [[nodiscard]] const std::vector<store::ConversationTurn>& turns() const noexcept { return turns_; }

    /// Answers a question from the documents (core/answer/answer.h) and keeps both. What came of an answer that was
    /// stopped (interrupted), or that failed, is kept too, and the error goes on. Throws what `answer_question` throws,
    /// and Error(failed, locked) when not even the question can be kept.
    [[nodiscard]] ChatReply ask(const store::Store& documents, const answer::AnswerTools& tools,
                                std::string_view question, answer::AnswerOptions options, const answer::AnswerEvents& events,
                                const Cancellation& cancellation);
    /// Asks the last question again, in place of its answer. Throws Error(usage) when there is none, and Error(failed)
    /// when another process has gone on with the conversation.
    [[nodiscard]] ChatReply ask_again(const store::Store& documents, const answer::AnswerTools& tools,
                                      answer::AnswerOptions options, const answer::AnswerEvents& events,
                                      const Cancellation& cancellation);

private:
    class Keeper;
    /// Takes over what other processes added; gives how many turns those were.
    std::size_t load_turns();
    void begin(std::string_view question, std::vector<std::string>& notes);
    /// Answers the last turn, and keeps what came of it.
    [[nodiscard]] ChatReply answer_last(const store::Store& documents, const answer::AnswerTools& tools,
                                        answer::AnswerOptions options, const answer::AnswerEvents& events, ChatReply reply,
                                        const Cancellation& cancellation);
    [[nodiscard]] answer::Answer make_answer(store::ConversationTurn& turn, const store::Store& documents,
                                             const answer::AnswerTools& tools, answer::AnswerOptions& options,
                                             const answer::AnswerEvents& events, std::vector<std::string>& notes,
                                             const Cancellation& cancellation);
    [[nodiscard]] std::string make_stand_alone(const store::ConversationTurn& turn, llm::ChatModel* model,
                                               const Cancellation& cancellation) const;
    [[nodiscard]] std::vector<llm::ChatMessage> make_history(llm::ChatModel& model, std::vector<std::string>& notes,
                                                             const Cancellation& cancellation);
    void summarise(std::span<const store::ConversationTurn*> turns, llm::ChatModel& model,
                   std::vector<std::string>& notes, const Cancellation& cancellation);
    void finish(const store::ConversationTurn& turn, std::optional<Error>& not_kept);

    store::ConversationRepository* store_;
    const ChatSessionOptions options_;
    store::Conversation conversation_;
    std::string wanted_name_, date_;
    store::CollectionNames collections_;
    std::vector<store::ConversationTurn> turns_;  ///< As far as this process knows them, in order.
};

}  // namespace quarry::chat
