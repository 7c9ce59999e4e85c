#include "core/chat/chat_session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/answer/answer_record.h"
#include "core/answer/markers.h"
#include "core/answer/prompt.h"
#include "core/base/text.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::chat {
namespace {

using Clock = std::chrono::steady_clock;

/// What came less than this after what was written last is written with what follows: no more is lost by a kill.
constexpr std::chrono::milliseconds between_writes{20};

/// An answer without its markers: their numbers mean other sources in the next prompt.
std::string without_markers(const std::string& answer) {
    std::string text;
    std::size_t from = 0;
    for (const answer::CitationMarker& marker : answer::find_markers(answer)) {
        std::size_t end = marker.start;
        while (end > from && answer[end - 1] == ' ') --end;
        text += answer.substr(from, end - from);
        from = marker.end;
    }
    return text + answer.substr(from);
}

EarlierTurn earlier_turn(const store::ConversationTurn& turn) {
    return {turn.question, turn.stand_alone, without_markers(turn.answer)};
}

std::string error_record(const Error& error) {
    const nlohmann::ordered_json record = {{"error",
                                            {{"code", error_code_name(error.code())},
                                             {"message", error.message()},
                                             {"causes", error.causes()},
                                             {"hint", error.hint()}}}};
    return record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Throws where a conversation knows more than what may be read now.
void check_covered(const store::Conversation& conversation, const store::CollectionNames& collections) {
    const auto is_covered = [&](const std::string& name) {
        return std::ranges::find(*collections, name) != collections->end();
    };
    if (!collections || (conversation.collections && std::ranges::all_of(*conversation.collections, is_covered)))
        return;
    throw Error(ErrorCode::usage, "this conversation has answers from other collections too",
                conversation.collections ? fmt::format("go on in all of them: --collection {}; or begin another one",
                                                       fmt::join(*conversation.collections, ","))
                                         : "go on without --collection, or begin another one");
}

std::string counted_turns(std::size_t count) { return count == 1 ? "a turn" : fmt::format("{} turns", count); }

}  // namespace

/// Writes an answer to the base as it comes.
class ChatSession::Keeper {
public:
    Keeper(store::ConversationRepository* store, std::int64_t conversation, store::ConversationTurn& turn)
        : store_(store), conversation_(conversation), turn_(turn) {}

    /// Adds a piece, hands the event on, and writes what is there: in this order, so that nothing that was shown is
    /// missing from the turn.
    void take(const answer::AnswerEvent& event, const answer::AnswerEvents& events) {
        const auto* const text = std::get_if<answer::event::Text>(&event.body);
        if (text != nullptr) turn_.answer += text->text;
        events.emit(event.body);
        if (text != nullptr) write();
    }

private:
    void write() {
        if (store_ == nullptr || Clock::now() - written_ < between_writes) return;
        try {
            store_->keep_partial(conversation_, turn_.number, turn_.answer);
            written_ = Clock::now();
        } catch (const Error&) {
            store_ = nullptr;  // the answer goes on; whether it can be kept is seen at its end
        }
    }

    store::ConversationRepository* store_;
    const std::int64_t conversation_;
    store::ConversationTurn& turn_;
    Clock::time_point written_{};
};

ChatSession::ChatSession(store::ConversationRepository* store, ChatSessionOptions options)
    : store_(store), options_(std::move(options)) {}

std::vector<std::string> ChatSession::open(std::string_view name, std::string_view date,
                                           const store::CollectionNames& collections) {
    std::optional<store::Conversation> known;
    if (store_ != nullptr && !name.empty()) known = store_->find(name);
    if (known && !store_->turns(known->id).empty()) check_covered(*known, collections);
    conversation_ = {};
    turns_.clear();
    wanted_name_ = name;
    date_ = date;
    collections_ = collections;
    std::vector<std::string> notes;
    if (known) conversation_ = *std::move(known);
    if (conversation_.id != 0) static_cast<void>(load_turns());
    if (!turns_.empty() && turns_.back().state == store::TurnState::unfinished) {
        notes.emplace_back("the last question was not answered completely");
    }
    return notes;
}

std::size_t ChatSession::load_turns() {
    std::vector<store::ConversationTurn> stored = store_->turns(conversation_.id);
    const std::size_t more = stored.size() > turns_.size() ? stored.size() - turns_.size() : 0;
    turns_ = std::move(stored);
    return more;
}

void ChatSession::begin(std::string_view question, std::vector<std::string>& notes) {
    store::ConversationTurn turn;
    turn.number = turns_.empty() ? 1 : turns_.back().number + 1;
    turn.asked_at = options_.now();
    turn.question = question;
    turn.record = "{}";
    if (store_ != nullptr) {
        if (conversation_.id == 0) {
            conversation_ =
                wanted_name_.empty() ? store_->create(date_, turn.asked_at) : store_->open(wanted_name_, turn.asked_at);
        }
        store_->widen(conversation_.id, collections_);
        turn.number = store_->begin_turn(conversation_.id, question, turn.asked_at);
        // This one is among those that are there now.
        const std::size_t others = load_turns() - 1;
        if (others > 0) {
            // Each turn is there after its collections.
            if (const auto now = store_->find(conversation_.name)) check_covered(*now, collections_);
            notes.push_back(
                fmt::format("another chat added {} to this conversation in between", counted_turns(others)));
        }
        // One that began later is not before this one.
        std::erase_if(turns_, [&](const store::ConversationTurn& one) { return one.number >= turn.number; });
    }
    turns_.push_back(std::move(turn));
}

ChatReply ChatSession::ask(const store::Store& documents, const answer::AnswerTools& tools, std::string_view question,
                           answer::AnswerOptions options, const answer::AnswerEvents& events, const Cancellation& cancellation) {
    ChatReply reply;
    begin(question, reply.notes);
    return answer_last(documents, tools, std::move(options), events, std::move(reply), cancellation);
}

ChatReply ChatSession::ask_again(const store::Store& documents, const answer::AnswerTools& tools,
                                 answer::AnswerOptions options, const answer::AnswerEvents& events,
                                 const Cancellation& cancellation) {
    if (turns_.empty()) throw Error(ErrorCode::usage, "there is no question to ask again yet");
    store::ConversationTurn& turn = turns_.back();
    if (store_ != nullptr && !store_->restart_turn(conversation_.id, turn.number)) {
        throw Error(ErrorCode::failed, "the last question cannot be replaced", "ask it again as a new one")
            .because("another chat has gone on with this conversation, or removed it");
    }
    turn.state = store::TurnState::unfinished;
    turn.answered_at.reset();
    turn.answer.clear();
    turn.stand_alone.clear();
    turn.record = "{}";
    return answer_last(documents, tools, std::move(options), events, {}, cancellation);
}

ChatReply ChatSession::answer_last(const store::Store& documents, const answer::AnswerTools& tools,
                                   answer::AnswerOptions options, const answer::AnswerEvents& events, ChatReply reply,
                                   const Cancellation& cancellation) {
    store::ConversationTurn& turn = turns_.back();
    if (store_ != nullptr) reply.number = turn.number;
    Keeper keeper(store_, conversation_.id, turn);
    const answer::AnswerEvents keep([&](const answer::AnswerEvent& event) { keeper.take(event, events); });
    try {
        reply.answer = make_answer(turn, documents, tools, options, keep, reply.notes, cancellation);
        turn.state = store::TurnState::answered;
        turn.answer = reply.answer.text;
        turn.record = answer::answer_record(turn.question, reply.answer)
                          .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    } catch (const Error& error) {
        // The turn stays as it is: the call is decided later.
        if (error.code() == ErrorCode::approval_pending) throw;
        const bool nothing = error.code() == ErrorCode::nothing_found;
        turn.state = nothing                                  ? store::TurnState::answered
                     : error.code() == ErrorCode::interrupted ? store::TurnState::stopped
                                                              : store::TurnState::failed;
        if (nothing) turn.answer = answer::not_in_the_documents;
        turn.record = error_record(error);
        std::optional<Error> not_kept;
        finish(turn, not_kept);
        throw;
    } catch (...) {
        // Nobody reads any more: what the sink threw.
        turn.state = store::TurnState::stopped;
        std::optional<Error> not_kept;
        finish(turn, not_kept);
        throw;
    }
    finish(turn, reply.not_kept);
    reply.stand_alone = turn.stand_alone.empty() ? turn.question : turn.stand_alone;
    return reply;
}

void ChatSession::finish(const store::ConversationTurn& turn, std::optional<Error>& not_kept) {
    store::ConversationTurn finished = turn;
    finished.answered_at = options_.now();
    turns_.back().answered_at = finished.answered_at;
    if (store_ == nullptr) return;
    try {
        store_->finish_turn(conversation_.id, finished);
    } catch (const Error& error) {
        not_kept = error;
    }
}

answer::Answer ChatSession::make_answer(store::ConversationTurn& turn, const store::Store& documents,
                                        const answer::AnswerTools& tools, answer::AnswerOptions& options,
                                        const answer::AnswerEvents& events, std::vector<std::string>& notes,
                                        const Cancellation& cancellation) {
    const std::string stand_alone = make_stand_alone(turn, tools.chat, cancellation);
    if (stand_alone != turn.question) turn.stand_alone = stand_alone;
    const answer::Retrieved retrieved = answer::retrieve_passages(documents, tools, stand_alone, options, cancellation);
    events.emit(answer::event::Retrieved{retrieved, answer::answer_kind(tools)});
    if (tools.chat == nullptr) {
        // The question's own words say best which sentences answer it; where none do, those that it lacks help, but
        // the answer stays about what the question names itself.
        try {
            return answer::answer_from(documents, tools, turn.question, retrieved, options, events, cancellation);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::nothing_found || turn.stand_alone.empty()) throw;
        }
        options.subject = own_subject(turn.question);
        return answer::answer_from(documents, tools, stand_alone, retrieved, options, events, cancellation);
    }
    options.history = make_history(*tools.chat, notes, cancellation);
    return answer::answer_from(documents, tools, turn.question, retrieved, options, events, cancellation);
}

std::string ChatSession::make_stand_alone(const store::ConversationTurn& turn, llm::ChatModel* model,
                                          const Cancellation& cancellation) const {
    if (options_.follow_ups == FollowUps::none) return turn.question;
    std::vector<EarlierTurn> earlier;
    for (std::size_t i = 0; i + 1 < turns_.size(); ++i) earlier.push_back(earlier_turn(turns_[i]));
    return options_.follow_ups == FollowUps::model && model != nullptr
               ? stand_alone_by_model(*model, turn.question, earlier, cancellation)
               : stand_alone_by_words(turn.question, earlier);
}

std::vector<llm::ChatMessage> ChatSession::make_history(llm::ChatModel& model, std::vector<std::string>& notes,
                                                        const Cancellation& cancellation) {
    std::vector<llm::ChatMessage> messages;
    if (options_.history_tokens == 0) return messages;
    std::vector<const store::ConversationTurn*> turns;
    for (std::size_t i = 0; i + 1 < turns_.size(); ++i) {
        if (turns_[i].number > conversation_.summarised && !trim(turns_[i].answer).empty()) {
            turns.push_back(&turns_[i]);
        }
    }
    const std::unique_ptr<tokenize::Tokenizer> tokenizer = tokenize::make_tokenizer("tokens:approx");
    const auto first_within = [&](std::size_t budget) {
        std::size_t first = turns.size();
        for (std::size_t used = 0; first > 0; --first) {
            used += tokenizer->count(turns[first - 1]->question) + tokenizer->count(turns[first - 1]->answer);
            if (used > budget) break;
        }
        return first;
    };
    if (first_within(options_.history_tokens) > 0) {
        // More than must be, so that not every further question needs a summary.
        const std::size_t first = first_within(options_.history_tokens / 2);
        summarise(std::span(turns).first(first), model, notes, cancellation);
        turns.erase(turns.begin(), turns.begin() + static_cast<std::ptrdiff_t>(first));
    }
    if (!conversation_.summary.empty()) {
        messages.push_back({llm::ChatMessage::Role::user,
                            fmt::format("(Summary of the conversation so far: {})", conversation_.summary)});
    }
    for (const store::ConversationTurn* turn : turns) {
        EarlierTurn earlier = earlier_turn(*turn);
        if (!messages.empty() && messages.back().role == llm::ChatMessage::Role::user) {
            messages.back().content += "\n\n" + earlier.question;
        } else {
            messages.push_back({llm::ChatMessage::Role::user, std::move(earlier.question)});
        }
        messages.push_back({llm::ChatMessage::Role::assistant, std::move(earlier.answer)});
    }
    return messages;
}

void ChatSession::summarise(std::span<const store::ConversationTurn*> turns, llm::ChatModel& model,
                            std::vector<std::string>& notes, const Cancellation& cancellation) {
    std::vector<EarlierTurn> earlier;
    for (const store::ConversationTurn* turn : turns) earlier.push_back(earlier_turn(*turn));
    try {
        conversation_.summary = summarise_turns(model, conversation_.summary, earlier, cancellation);
        conversation_.summarised = turns.back()->number;
        if (store_ != nullptr) {
            store_->put_summary(conversation_.id, conversation_.summary, conversation_.summarised);
        }
        notes.push_back(fmt::format("the model gets a summary of {} before the last ones",
                                    earlier.size() == 1 ? "turn" : fmt::format("{} turns", earlier.size())));
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        notes.push_back(
            fmt::format("{} of this conversation could not be summarised, and the model does not see it: {}",
                        earlier.size() == 1 ? "the beginning" : counted_turns(earlier.size()), error.what()));
    }
}

}  // namespace quarry::chat
