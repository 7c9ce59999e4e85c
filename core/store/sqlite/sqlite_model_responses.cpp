#include "core/store/sqlite/sqlite_model_responses.h"

#include <fmt/format.h>

#include "core/store/base_address.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/side_connection.h"

namespace quarry::store {
namespace {

constexpr int busy_timeout_ms = 5000;

constexpr const char* insert_model_response =
    "INSERT INTO model_responses (id, principal, previous, created_at, input, response) VALUES (?1, ?2, ?3, ?4, ?5, "
    "?6)";
constexpr const char* drop_most_responses =
    "DELETE FROM model_responses WHERE principal = ?1 AND rowid IN (SELECT rowid FROM model_responses "
    "WHERE principal = ?1 ORDER BY rowid DESC LIMIT -1 OFFSET ?2)";
constexpr const char* select_model_response =
    "SELECT id, previous, created_at, input, response FROM model_responses WHERE principal = ?1 AND id = ?2";
constexpr const char* delete_model_response = "DELETE FROM model_responses WHERE principal = ?1 AND id = ?2";

}  // namespace

SqliteModelResponses::SqliteModelResponses(const std::filesystem::path& base, StoreMode mode)
    : path_(base),
      database_(
          open_side_connection(base, mode == StoreMode::read ? SideAccess::read : SideAccess::write, busy_timeout_ms)),
      statements_(database_) {}

template <typename Work>
auto SqliteModelResponses::guarded(std::string_view doing, Work&& work) const {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot {} the responses in {}", doing, path_.string()));
    }
}

void SqliteModelResponses::add(std::string_view principal, const ModelResponse& response, std::size_t most) {
    guarded("add to", [&] {
        SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
        statements_.query(insert_model_response)
            .with(response.id, principal, response.previous, response.created_at, response.input, response.response)
            .run();
        statements_.query(drop_most_responses).with(principal, most).run();
        transaction.commit();
    });
}

std::optional<ModelResponse> SqliteModelResponses::find(std::string_view principal, std::string_view id) const {
    return guarded("read", [&]() -> std::optional<ModelResponse> {
        db::Query row = statements_.query(select_model_response);
        if (!row.with(principal, id).step()) return std::nullopt;
        return ModelResponse{row.text(0), row.text(1), row.integer(2), row.text(3), row.text(4)};
    });
}

bool SqliteModelResponses::remove(std::string_view principal, std::string_view id) {
    return guarded("remove from", [&] {
        statements_.query(delete_model_response).with(principal, id).run();
        return database_.getChanges() > 0;
    });
}

std::unique_ptr<ModelResponseRepository> open_model_responses(const std::filesystem::path& base, StoreMode mode) {
    if (is_server_base(base)) return postgresql::open_server_model_responses(base.native(), mode);
    return std::make_unique<SqliteModelResponses>(base, mode);
}

}  // namespace quarry::store
