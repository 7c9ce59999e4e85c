// Conversations and their turns.
#include <fmt/format.h>

#include "core/store/conversation_rules.h"
#include "core/store/postgresql/kept_answers.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* select_conversation = "SELECT id, name, created_at, summary, summarised, collections FROM "
                                            "conversations WHERE principal = $1 AND name = $2";
constexpr const char* select_latest =
    "SELECT c.id, c.name, c.created_at, c.summary, c.summarised, c.collections FROM conversations c"
    " JOIN conversation_turns t ON t.conversation_id = c.id WHERE c.principal = $1 ORDER BY t.id DESC LIMIT 1";
// The first question: its first 200 characters, which are at most 800 bytes.
constexpr const char* select_list =
    "SELECT c.id, c.name, c.created_at, ''::bytea, c.summarised, c.collections, t.turns, coalesce(t.last_at,"
    " c.created_at), coalesce((SELECT substring(f.question FROM 1 FOR 800) FROM conversation_turns f"
    " WHERE f.conversation_id = c.id ORDER BY f.number LIMIT 1), '') FROM conversations c, LATERAL (SELECT count(*)"
    " AS turns, max(asked_at) AS last_at, max(id) AS last FROM conversation_turns WHERE conversation_id = c.id) t"
    " WHERE c.principal = $1 ORDER BY coalesce(t.last, 0) DESC, c.id DESC";
constexpr const char* select_turns =
    "SELECT number, state, asked_at, answered_at, question, stand_alone, answer, record FROM conversation_turns"
    " WHERE conversation_id = $1 AND number > $2 ORDER BY number";
constexpr const char* select_questions =
    "SELECT t.question FROM conversation_turns t JOIN conversations c ON c.id = t.conversation_id"
    " WHERE c.principal = $1 ORDER BY t.id DESC LIMIT $2";
constexpr const char* insert_conversation =
    "INSERT INTO conversations (principal, name, created_at, summary, summarised, collections)"
    " VALUES ($1, $2, $3, '', 0, '') ON CONFLICT (principal, name) DO NOTHING RETURNING id";
// Who changes what depends on the turns takes the conversation first: others wait.
constexpr const char* lock_conversation =
    "SELECT collections, EXISTS (SELECT 1 FROM conversation_turns WHERE conversation_id = $1) FROM conversations"
    " WHERE id = $1 FOR UPDATE";
constexpr const char* update_collections =
    "UPDATE conversations SET collections = $2 WHERE id = $1 AND collections <> $2";
constexpr const char* insert_turn =
    "INSERT INTO conversation_turns (conversation_id, number, state, asked_at, question, stand_alone, answer, record)"
    " SELECT $1, 1 + coalesce(max(number), 0), 0, $2, $3, '', '', '{}' FROM conversation_turns"
    " WHERE conversation_id = $1 RETURNING number";
constexpr const char* update_partial =
    "UPDATE conversation_turns SET answer = $3 WHERE conversation_id = $1 AND number = $2 AND state = 0";
constexpr const char* update_restarted =
    "UPDATE conversation_turns SET state = 0, answered_at = NULL, stand_alone = '', answer = '', record = '{}'"
    " WHERE conversation_id = $1 AND number = $2"
    " AND number = (SELECT max(number) FROM conversation_turns WHERE conversation_id = $1)";
constexpr const char* update_turn =
    "UPDATE conversation_turns SET state = $3, answered_at = $4, stand_alone = $5, answer = $6, record = $7"
    " WHERE conversation_id = $1 AND number = $2";
constexpr const char* update_summary =
    "UPDATE conversations SET summary = $2, summarised = $3 WHERE id = $1 AND summarised < $3";
constexpr const char* update_texts =
    "UPDATE conversation_turns SET question = $3, stand_alone = $4, answer = $5, record = $6"
    " WHERE conversation_id = $1 AND number = $2 AND state <> 0";
constexpr const char* update_summary_text = "UPDATE conversations SET summary = $2 WHERE id = $1";
constexpr const char* update_name = "UPDATE conversations SET name = $3 WHERE principal = $1 AND name = $2";
constexpr const char* delete_conversation = "DELETE FROM conversations WHERE principal = $1 AND name = $2";

std::string first_characters(std::string text, std::size_t most) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins_one = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
        if (begins_one && most-- == 0) break;
        end = i + 1;
    }
    text.resize(end);
    return text;
}

class PostgresqlConversations final : public ConversationRepository {
public:
    PostgresqlConversations(const std::string& url, StoreMode mode, std::string_view principal)
        : server_(url, mode), principal_(principal) {}

    [[nodiscard]] std::optional<Conversation> find(std::string_view name) override {
        return first_of(server_.query(select_conversation, {principal_, bytea(name)}), read_conversation<Row>);
    }
    [[nodiscard]] std::optional<Conversation> latest() override {
        return first_of(server_.query(select_latest, {principal_}), read_conversation<Row>);
    }
    [[nodiscard]] std::vector<ConversationListing> list() override {
        return each_of(server_.query(select_list, {principal_}), [](const Row& row) {
            constexpr std::size_t beginning = 200;
            ConversationListing listing = read_conversation_listing(row);
            listing.first_question = first_characters(std::move(listing.first_question), beginning);
            return listing;
        });
    }
    [[nodiscard]] std::vector<ConversationTurn> turns(std::int64_t conversation, std::int64_t after) override {
        return each_of(server_.query(select_turns, {number(conversation), number(after)}), read_conversation_turn<Row>);
    }
    [[nodiscard]] std::vector<std::string> recent_questions(std::size_t limit) override {
        return in_order_asked(each_of(server_.query(select_questions, {principal_, number(limit)}),
                                      [](const Row& row) { return row.text(0); }));
    }

    [[nodiscard]] Conversation open(std::string_view name, std::int64_t now) override {
        const std::string checked = checked_conversation_name(name);
        for (;;) {
            if (std::optional<Conversation> known = find(checked)) return *known;
            if (std::optional<Conversation> made = make(checked, now)) return *made;
        }
    }
    [[nodiscard]] Conversation create(std::string_view date, std::int64_t now) override {
        std::string name(date);
        for (int next = 2;; ++next) {
            if (std::optional<Conversation> made = make(name, now)) return *made;
            name = fmt::format("{}-{}", date, next);
        }
    }

    void widen(std::int64_t conversation, const CollectionNames& collections) override {
        server_.changing([&] {
            const Rows rows = locked(conversation);
            const bool has_turns = rows.integer(0, 1) != 0;
            server_.run(update_collections,
                        {number(conversation), widened_collections(rows.text(0, 0), has_turns, collections)});
        });
    }
    [[nodiscard]] std::int64_t begin_turn(std::int64_t conversation, std::string_view question,
                                          std::int64_t now) override {
        return server_.changing([&] {
            static_cast<void>(locked(conversation));
            return server_.query(insert_turn, {number(conversation), number(now), bytea(question)}).integer(0, 0);
        });
    }
    [[nodiscard]] bool restart_turn(std::int64_t conversation, std::int64_t turn) override {
        return server_.changing([&] {
            if (server_.query(lock_conversation, {number(conversation)}).empty()) return false;
            return server_.run(update_restarted, {number(conversation), number(turn)}) > 0;
        });
    }
    void keep_partial(std::int64_t conversation, std::int64_t turn, std::string_view answer) override {
        change(update_partial, {number(conversation), number(turn), bytea(answer)});
    }
    void finish_turn(std::int64_t conversation, const ConversationTurn& turn) override {
        const bool kept = change(
            update_turn, {number(conversation), number(turn.number), number(static_cast<std::int64_t>(turn.state)),
                          number(turn.answered_at), bytea(turn.stand_alone), bytea(turn.answer), bytea(turn.record)});
        if (!kept) throw removed_conversation();
    }
    void put_summary(std::int64_t conversation, std::string_view summary, std::int64_t summarised) override {
        change(update_summary, {number(conversation), bytea(summary), number(summarised)});
    }
    void rewrite_turn(std::int64_t conversation, const ConversationTurn& turn) override {
        change(update_texts, {number(conversation), number(turn.number), bytea(turn.question), bytea(turn.stand_alone),
                              bytea(turn.answer), bytea(turn.record)});
    }
    void rewrite_summary(std::int64_t conversation, std::string_view summary) override {
        change(update_summary_text, {number(conversation), bytea(summary)});
    }
    bool rename(std::string_view name, std::string_view new_name) override {
        const std::string checked = checked_conversation_name(new_name);
        if (find(checked)) throw taken_conversation_name(checked);
        return change(update_name, {principal_, bytea(name), bytea(checked)});
    }
    void forget_answers() override {
        server_.changing([&] { forget_answers_of(server_.server(), {}); });
    }
    bool remove(std::string_view name) override { return change(delete_conversation, {principal_, bytea(name)}); }

private:
    /// Nothing where another process was quicker.
    [[nodiscard]] std::optional<Conversation> make(const std::string& name, std::int64_t now) {
        return server_.changing([&] {
            const Rows rows = server_.query(insert_conversation, {principal_, bytea(name), number(now)});
            return first_of(rows, [&](const Row& row) { return Conversation{row.integer(0), name, now, {}, 0, {}}; });
        });
    }
    [[nodiscard]] Rows locked(std::int64_t conversation) {
        Rows rows = server_.query(lock_conversation, {number(conversation)});
        if (rows.empty()) throw removed_conversation();
        return rows;
    }
    /// Whether a row was changed.
    bool change(const char* sql, std::initializer_list<Parameter> parameters) {
        return server_.changing([&] { return server_.run(sql, parameters) > 0; });
    }

    SideServer server_;
    const std::string principal_;
};

}  // namespace

std::unique_ptr<ConversationRepository> open_server_conversations(const std::string& url, StoreMode mode,
                                                                  std::string_view principal) {
    return std::make_unique<PostgresqlConversations>(url, mode, principal);
}

}  // namespace quarry::store::postgresql
