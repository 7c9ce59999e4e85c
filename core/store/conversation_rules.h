#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/store/conversation_repository.h"

namespace quarry::store {

/// Names of collections as a row has them: with blanks between, which no name has; "" for all of them.
[[nodiscard]] CollectionNames parse_collections(std::string_view text);
/// What such a row is to have when answers are made from `added` too.
[[nodiscard]] std::string widened_collections(const std::string& before, bool has_turns, const CollectionNames& added);

/// The name, if a conversation may have it; throws Error(usage).
[[nodiscard]] std::string checked_conversation_name(std::string_view name);
[[nodiscard]] Error taken_conversation_name(std::string_view name);
[[nodiscard]] Error removed_conversation();

/// Questions, newest first, in the order in which they were asked, none twice in a row.
[[nodiscard]] std::vector<std::string> in_order_asked(std::vector<std::string> newest_first);

/// Rows have: id, name, created_at, summary, summarised, collections.
template <typename Row>
[[nodiscard]] Conversation read_conversation(const Row& row) {
    return {row.integer(0), row.text(1), row.integer(2), row.text(3), row.integer(4), parse_collections(row.text(5))};
}

/// Those, and: how many turns, when the last was asked, the first question.
template <typename Row>
[[nodiscard]] ConversationListing read_conversation_listing(const Row& row) {
    return {read_conversation(row), row.integer(6), row.integer(7), row.text(8)};
}

/// Rows have: number, state, asked_at, answered_at, question, stand_alone, answer, record.
template <typename Row>
[[nodiscard]] ConversationTurn read_conversation_turn(const Row& row) {
    ConversationTurn turn;
    turn.number = row.integer(0);
    turn.state = static_cast<TurnState>(row.integer(1));
    turn.asked_at = row.integer(2);
    if (!row.is_null(3)) turn.answered_at = row.integer(3);
    turn.question = row.text(4);
    turn.stand_alone = row.text(5);
    turn.answer = row.text(6);
    turn.record = row.text(7);
    return turn;
}

}  // namespace quarry::store
