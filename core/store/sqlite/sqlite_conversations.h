#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/db/sqlite_statement.h"
#include "core/store/conversation_repository.h"
#include "core/store/sqlite/row_checksums.h"
#include "core/store/store.h"

namespace quarry::store {

/// In the knowledge base's file, over a connection of its own.
class SqliteConversations final : public ConversationRepository {
public:
    /// See open_conversations.
    SqliteConversations(const std::filesystem::path& base, StoreMode mode, std::string_view principal);

    [[nodiscard]] std::optional<Conversation> find(std::string_view name) override;
    [[nodiscard]] std::optional<Conversation> latest() override;
    [[nodiscard]] std::vector<ConversationListing> list() override;
    [[nodiscard]] std::vector<ConversationTurn> turns(std::int64_t conversation, std::int64_t after) override;
    [[nodiscard]] std::vector<std::string> recent_questions(std::size_t limit) override;
    [[nodiscard]] Conversation open(std::string_view name, std::int64_t now) override;
    [[nodiscard]] Conversation create(std::string_view date, std::int64_t now) override;
    void widen(std::int64_t conversation, const CollectionNames& collections) override;
    [[nodiscard]] std::int64_t begin_turn(std::int64_t conversation, std::string_view question,
                                          std::int64_t now) override;
    [[nodiscard]] bool restart_turn(std::int64_t conversation, std::int64_t number) override;
    void keep_partial(std::int64_t conversation, std::int64_t number, std::string_view answer) override;
    void finish_turn(std::int64_t conversation, const ConversationTurn& turn) override;
    void put_summary(std::int64_t conversation, std::string_view summary, std::int64_t summarised) override;
    void rewrite_turn(std::int64_t conversation, const ConversationTurn& turn) override;
    void rewrite_summary(std::int64_t conversation, std::string_view summary) override;
    bool rename(std::string_view name, std::string_view new_name) override;
    void forget_answers() override;
    bool remove(std::string_view name) override;

private:
    template <typename Work>
    auto guarded(std::string_view doing, Work&& work);
    template <typename Work>
    auto in_transaction(Work&& work);

    SQLite::Database database_;
    db::StatementCache statements_;
    RowChecksums checksums_;
    const std::filesystem::path path_;
    const std::string principal_;
};

}  // namespace quarry::store
