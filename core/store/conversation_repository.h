#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/collection_repository.h"

namespace quarry::store {

/// What became of a question. On disk: never renumber.
enum class TurnState : int {
    unfinished = 0,  ///< It is being answered, or the process was killed meanwhile.
    answered = 1,
    stopped = 2,  ///< By the user; `answer` is what came so far.
    failed = 3,
};

/// "unfinished", "answered", "stopped" or "failed".
[[nodiscard]] std::string_view turn_state_name(TurnState state) noexcept;

/// A question with its answer.
struct ConversationTurn {
    std::int64_t number = 0;  ///< 1, 2, 3, … in its conversation.
    TurnState state = TurnState::unfinished;
    std::int64_t asked_at = 0;                  ///< Seconds since 1970.
    std::optional<std::int64_t> answered_at{};  ///< The same.
    std::string question;
    std::string stand_alone;  ///< The question that was looked for; empty when it was the same.
    std::string answer;       ///< As far as it came.
    std::string record;       ///< JSON: all that is known of the answer; "{}" for nothing.
};

struct Conversation {
    std::int64_t id = 0;
    std::string name;
    std::int64_t created_at = 0;  ///< Seconds since 1970.
    std::string summary;          ///< Of the turns up to `summarised`.
    std::int64_t summarised = 0;  ///< Number of the last turn that the summary holds; 0 for none.
    CollectionNames collections{};  ///< What its answers were made from, sorted; of one without turns it says nothing.
};

/// A conversation in a list.
struct ConversationListing {
    Conversation conversation;
    std::int64_t turns = 0;
    std::int64_t last_at = 0;    ///< Seconds since 1970.
    std::string first_question;  ///< The beginning of it.
};

/// The longest name of a conversation, in bytes.
inline constexpr std::size_t max_conversation_name = 200;

/// The conversations of a knowledge base. Each call is a transaction; several processes may use one conversation at
/// once, and their turns then stand one behind the other. Used by one thread at a time. Throws Error: locked, failed
/// for a full disk (nothing is changed then) or a damaged file.
class ConversationRepository {
public:
    virtual ~ConversationRepository() = default;

    /// The conversation of a name.
    [[nodiscard]] virtual std::optional<Conversation> find(std::string_view name) = 0;
    /// The one with the latest turn.
    [[nodiscard]] virtual std::optional<Conversation> latest() = 0;
    /// Every conversation, the one with the latest turn first.
    [[nodiscard]] virtual std::vector<ConversationListing> list() = 0;
    /// The turns behind a number, in order.
    [[nodiscard]] virtual std::vector<ConversationTurn> turns(std::int64_t conversation, std::int64_t after = 0) = 0;
    /// The last questions of all conversations, oldest first, none twice in a row.
    [[nodiscard]] virtual std::vector<std::string> recent_questions(std::size_t limit) = 0;

    /// The conversation of a name, which is made when there is none. Throws Error(usage) for a name that is empty, too
    /// long, or has control characters.
    [[nodiscard]] virtual Conversation open(std::string_view name, std::int64_t now) = 0;
    /// Makes one under a name that no other has: the date, and a number where that is taken.
    [[nodiscard]] virtual Conversation create(std::string_view date, std::int64_t now) = 0;
    /// Notes that answers from here on are made from these collections too. One without turns is about them alone.
    virtual void widen(std::int64_t conversation, const CollectionNames& collections) = 0;
    /// Puts a question behind the last turn, unfinished, and gives its number. Throws Error(failed) when the
    /// conversation was removed meanwhile.
    [[nodiscard]] virtual std::int64_t begin_turn(std::int64_t conversation, std::string_view question,
                                                  std::int64_t now) = 0;
    /// Makes the last turn unfinished again, without its answer; false when it is not the last, or gone.
    [[nodiscard]] virtual bool restart_turn(std::int64_t conversation, std::int64_t number) = 0;
    /// Notes how far the answer of an unfinished turn has come.
    virtual void keep_partial(std::int64_t conversation, std::int64_t number, std::string_view answer) = 0;
    /// Writes what became of a turn: all but its number, its question and when it was asked. Throws Error(failed) when
    /// the conversation was removed meanwhile.
    virtual void finish_turn(std::int64_t conversation, const ConversationTurn& turn) = 0;
    /// Replaces the summary, unless one that holds as many turns is there already.
    virtual void put_summary(std::int64_t conversation, std::string_view summary, std::int64_t summarised) = 0;
    /// Writes other texts into a turn that is not being answered, and into the summary of its conversation, such as
    /// those without what was taken out of them.
    virtual void rewrite_turn(std::int64_t conversation, const ConversationTurn& turn) = 0;
    virtual void rewrite_summary(std::int64_t conversation, std::string_view summary) = 0;
    /// Gives a conversation another name; false when there is none of the first. Throws Error(usage) for a name that
    /// is taken, or as `open` does.
    virtual bool rename(std::string_view name, std::string_view new_name) = 0;
    /// Forgets the answers that the base keeps beside conversations, everyone's: runs that have ended, responses.
    virtual void forget_answers() = 0;
    /// Removes a conversation; false when there is none of that name.
    virtual bool remove(std::string_view name) = 0;
};

}  // namespace quarry::store
