#include "core/store/sqlite/sqlite_conversations.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/store/base_address.h"
#include "core/store/conversation_rules.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/committed.h"
#include "core/store/sqlite/kept_answers.h"
#include "core/store/sqlite/knowledge_base_error.h"

namespace quarry::store {
namespace {

constexpr const char* select_conversation =
    "SELECT id, name, created_at, summary, summarised, collections FROM conversations WHERE principal = ? AND name = ?";
constexpr const char* select_latest =
    "SELECT c.id, c.name, c.created_at, c.summary, c.summarised, c.collections FROM conversations c "
    "JOIN conversation_turns t ON t.conversation_id = c.id WHERE c.principal = ? ORDER BY t.id DESC LIMIT 1";
constexpr const char* select_list =
    "SELECT c.id, c.name, c.created_at, '', c.summarised, c.collections, count(t.id), coalesce(max(t.asked_at), "
    "c.created_at), "
    "coalesce((SELECT substr(f.question, 1, 200) FROM conversation_turns f WHERE f.conversation_id = c.id "
    "ORDER BY f.number LIMIT 1), '') "
    "FROM conversations c LEFT JOIN conversation_turns t ON t.conversation_id = c.id WHERE c.principal = ? "
    "GROUP BY c.id ORDER BY coalesce(max(t.id), 0) DESC, c.id DESC";
constexpr const char* select_turns =
    "SELECT number, state, asked_at, answered_at, question, stand_alone, answer, record FROM conversation_turns "
    "WHERE conversation_id = ? AND number > ? ORDER BY number";
constexpr const char* select_questions =
    "SELECT t.question FROM conversation_turns t JOIN conversations c ON c.id = t.conversation_id "
    "WHERE c.principal = ? ORDER BY t.id DESC LIMIT ?";
constexpr const char* insert_conversation =
    "INSERT INTO conversations (principal, name, created_at, summary, summarised) VALUES (?, ?, ?, '', 0)";
constexpr const char* select_collections_of =
    "SELECT collections, EXISTS (SELECT 1 FROM conversation_turns WHERE conversation_id = ?1) FROM conversations "
    "WHERE id = ?1";
constexpr const char* update_collections =
    "UPDATE conversations SET collections = ?2 WHERE id = ?1 AND collections <> ?2";
constexpr const char* insert_turn =
    "INSERT INTO conversation_turns (conversation_id, number, state, asked_at, question, stand_alone, answer, record) "
    "SELECT c.id, 1 + coalesce((SELECT max(number) FROM conversation_turns WHERE conversation_id = c.id), 0), 0, ?, ?, "
    "'', '', '{}' FROM conversations c WHERE c.id = ? RETURNING number";
constexpr const char* update_partial =
    "UPDATE conversation_turns SET answer = ? WHERE conversation_id = ? AND number = ? AND state = 0";
constexpr const char* update_restarted =
    "UPDATE conversation_turns SET state = 0, answered_at = NULL, stand_alone = '', answer = '', record = '{}' "
    "WHERE conversation_id = ?1 AND number = ?2 "
    "AND number = (SELECT max(number) FROM conversation_turns WHERE conversation_id = ?1)";
constexpr const char* update_turn =
    "UPDATE conversation_turns SET state = ?, answered_at = ?, stand_alone = ?, answer = ?, record = ? "
    "WHERE conversation_id = ? AND number = ?";
constexpr const char* update_summary =
    "UPDATE conversations SET summary = ?, summarised = ? WHERE id = ? AND summarised < ?";
constexpr const char* update_texts =
    "UPDATE conversation_turns SET question = ?, stand_alone = ?, answer = ?, record = ? "
    "WHERE conversation_id = ? AND number = ? AND state <> 0";
constexpr const char* update_summary_text = "UPDATE conversations SET summary = ? WHERE id = ?";
constexpr const char* update_name = "UPDATE conversations SET name = ?3 WHERE principal = ?1 AND name = ?2";
constexpr const char* delete_turns =
    "DELETE FROM conversation_turns WHERE conversation_id = (SELECT id FROM conversations WHERE principal = ? AND "
    "name = ?)";
constexpr const char* delete_conversation = "DELETE FROM conversations WHERE principal = ? AND name = ?";

}  // namespace

SqliteConversations::SqliteConversations(const std::filesystem::path& base, StoreMode mode, std::string_view principal)
    : database_(open_knowledge_base(base, mode)),
      statements_(database_),
      checksums_(database_, statements_),
      path_(base),
      principal_(principal) {}

template <typename Work>
auto SqliteConversations::guarded(std::string_view doing, Work&& work) {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot {} the knowledge base {}", doing, path_.string()));
    }
}

template <typename Work>
auto SqliteConversations::in_transaction(Work&& work) {
    return guarded("keep the conversation in", [&] {
        return committed(CheckedTransaction(database_, checksums_), work);
    });
}

std::optional<Conversation> SqliteConversations::find(std::string_view name) {
    return guarded("read from", [&]() -> std::optional<Conversation> {
        db::Query row = statements_.query(select_conversation);
        if (!row.with(principal_, name).step()) return std::nullopt;
        return read_conversation(row);
    });
}

std::optional<Conversation> SqliteConversations::latest() {
    return guarded("read from", [&]() -> std::optional<Conversation> {
        db::Query row = statements_.query(select_latest);
        row.with(principal_);
        if (!row.step()) return std::nullopt;
        return read_conversation(row);
    });
}

std::vector<ConversationListing> SqliteConversations::list() {
    return guarded("read from", [&] {
        std::vector<ConversationListing> all;
        db::Query row = statements_.query(select_list);
        row.with(principal_);
        while (row.step()) all.push_back(read_conversation_listing(row));
        return all;
    });
}

std::vector<ConversationTurn> SqliteConversations::turns(std::int64_t conversation, std::int64_t after) {
    return guarded("read from", [&] {
        std::vector<ConversationTurn> all;
        db::Query row = statements_.query(select_turns);
        row.with(conversation, after);
        while (row.step()) all.push_back(read_conversation_turn(row));
        return all;
    });
}

std::vector<std::string> SqliteConversations::recent_questions(std::size_t limit) {
    return guarded("read from", [&] {
        std::vector<std::string> questions;
        db::Query row = statements_.query(select_questions);
        row.with(principal_, limit);
        while (row.step()) questions.push_back(row.text(0));
        return in_order_asked(std::move(questions));
    });
}

Conversation SqliteConversations::open(std::string_view name, std::int64_t now) {
    const std::string checked = checked_conversation_name(name);
    if (std::optional<Conversation> known = find(checked)) return *known;
    return in_transaction([&] {
        // Another process may have made it just now.
        if (std::optional<Conversation> known = find(checked)) return *known;
        statements_.query(insert_conversation).with(principal_, checked, now).run();
        return Conversation{database_.getLastInsertRowid(), checked, now, {}, 0, {}};
    });
}

Conversation SqliteConversations::create(std::string_view date, std::int64_t now) {
    return in_transaction([&] {
        std::string name(date);
        for (int number = 2; find(name); ++number) name = fmt::format("{}-{}", date, number);
        statements_.query(insert_conversation).with(principal_, name, now).run();
        return Conversation{database_.getLastInsertRowid(), name, now, {}, 0, {}};
    });
}

void SqliteConversations::widen(std::int64_t conversation, const CollectionNames& collections) {
    in_transaction([&] {
        std::string text;
        {
            db::Query row = statements_.query(select_collections_of);
            if (!row.with(conversation).step()) throw removed_conversation();
            text = widened_collections(row.text(0), row.integer(1) != 0, collections);
        }
        statements_.query(update_collections).with(conversation, text).run();
    });
}

std::int64_t SqliteConversations::begin_turn(std::int64_t conversation, std::string_view question, std::int64_t now) {
    return in_transaction([&] {
        db::Query row = statements_.query(insert_turn);
        if (!row.with(now, question, conversation).step()) throw removed_conversation();
        return row.integer(0);
    });
}

bool SqliteConversations::restart_turn(std::int64_t conversation, std::int64_t number) {
    return in_transaction([&] {
        statements_.query(update_restarted).with(conversation, number).run();
        return database_.getChanges() > 0;
    });
}

void SqliteConversations::keep_partial(std::int64_t conversation, std::int64_t number, std::string_view answer) {
    in_transaction([&] { statements_.query(update_partial).with(answer, conversation, number).run(); });
}

void SqliteConversations::finish_turn(std::int64_t conversation, const ConversationTurn& turn) {
    in_transaction([&] {
        statements_.query(update_turn)
            .with(static_cast<int>(turn.state), turn.answered_at, turn.stand_alone, turn.answer, turn.record,
                  conversation, turn.number)
            .run();
        if (database_.getChanges() == 0) throw removed_conversation();
    });
}

void SqliteConversations::put_summary(std::int64_t conversation, std::string_view summary, std::int64_t summarised) {
    in_transaction(
        [&] { statements_.query(update_summary).with(summary, summarised, conversation, summarised).run(); });
}

void SqliteConversations::rewrite_turn(std::int64_t conversation, const ConversationTurn& turn) {
    in_transaction([&] {
        statements_.query(update_texts)
            .with(turn.question, turn.stand_alone, turn.answer, turn.record, conversation, turn.number)
            .run();
    });
}

void SqliteConversations::rewrite_summary(std::int64_t conversation, std::string_view summary) {
    in_transaction([&] { statements_.query(update_summary_text).with(summary, conversation).run(); });
}

bool SqliteConversations::rename(std::string_view name, std::string_view new_name) {
    const std::string checked = checked_conversation_name(new_name);
    return in_transaction([&] {
        if (find(checked)) throw taken_conversation_name(checked);
        statements_.query(update_name).with(principal_, name, checked).run();
        return database_.getChanges() > 0;
    });
}

void SqliteConversations::forget_answers() {
    in_transaction([&] { forget_answers_of(statements_, {}); });
}

bool SqliteConversations::remove(std::string_view name) {
    return in_transaction([&] {
        statements_.query(delete_turns).with(principal_, name).run();
        statements_.query(delete_conversation).with(principal_, name).run();
        return database_.getChanges() > 0;
    });
}

std::unique_ptr<ConversationRepository> open_conversations(const std::filesystem::path& base, StoreMode mode,
                                                           std::string_view principal) {
    if (is_server_base(base)) return postgresql::open_server_conversations(base.native(), mode, principal);
    return std::make_unique<SqliteConversations>(base, mode, principal);
}

}  // namespace quarry::store
