#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>

#include "core/db/sqlite_statement.h"
#include "core/store/model_response_repository.h"
#include "core/store/store.h"

namespace quarry::store {

/// In the knowledge base's file, over a connection of its own.
class SqliteModelResponses final : public ModelResponseRepository {
public:
    /// See open_model_responses.
    SqliteModelResponses(const std::filesystem::path& base, StoreMode mode);

    void add(std::string_view principal, const ModelResponse& response, std::size_t most) override;
    [[nodiscard]] std::optional<ModelResponse> find(std::string_view principal, std::string_view id) const override;
    bool remove(std::string_view principal, std::string_view id) override;

private:
    template <typename Work>
    auto guarded(std::string_view doing, Work&& work) const;

    const std::filesystem::path path_;
    mutable SQLite::Database database_;
    mutable db::StatementCache statements_;
};

}  // namespace quarry::store
