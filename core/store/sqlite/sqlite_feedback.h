#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/db/sqlite_statement.h"
#include "core/store/feedback_repository.h"
#include "core/store/store.h"

namespace quarry::store {

/// In the knowledge base's file, over a connection of its own.
class SqliteFeedback final : public FeedbackRepository {
public:
    /// See open_feedback.
    SqliteFeedback(const std::filesystem::path& base, StoreMode mode);

    std::int64_t put(const Feedback& feedback, std::size_t most) override;
    [[nodiscard]] std::vector<Feedback> list(std::string_view principal, std::int64_t before,
                                             std::size_t limit) const override;
    bool remove(std::string_view principal, std::int64_t id) override;

private:
    template <typename Work>
    auto guarded_feedback(std::string_view doing, Work&& work) const;

    const std::filesystem::path path_;
    mutable SQLite::Database database_;
    mutable db::StatementCache statements_;
};

}  // namespace quarry::store
