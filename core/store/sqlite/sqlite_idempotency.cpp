// Requests that clients may repeat, in the knowledge base's file over a connection of its own.
#include <fmt/format.h>

#include "core/db/sqlite_statement.h"
#include "core/store/base_address.h"
#include "core/store/idempotency_repository.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/side_connection.h"

namespace quarry::store {
namespace {

constexpr int request_busy_timeout_ms = 5000;

constexpr const char* forget_old_requests =
    "DELETE FROM idempotent_requests WHERE made_at < CASE response WHEN '' THEN ?2 ELSE ?1 END";
constexpr const char* select_known_request =
    "SELECT request, response FROM idempotent_requests WHERE principal = ?1 AND key = ?2";
constexpr const char* insert_keyed_request =
    "INSERT INTO idempotent_requests (principal, key, request, made_at, response) VALUES (?1, ?2, ?3, ?4, '')";
constexpr const char* update_keyed_request =
    "UPDATE idempotent_requests SET response = ?3 WHERE principal = ?1 AND key = ?2";
constexpr const char* delete_keyed_request = "DELETE FROM idempotent_requests WHERE principal = ?1 AND key = ?2";
constexpr const char* delete_unanswered =
    "DELETE FROM idempotent_requests WHERE principal = ?1 AND key = ?2 AND response = ''";

class SqliteIdempotency final : public IdempotencyRepository {
    template <typename Work>
    auto guarded(Work&& work) const {
        try {
            return work();
        } catch (const SQLite::Exception& exception) {
            throw knowledge_base_error(exception, fmt::format("cannot keep requests in {}", path_.string()));
        }
    }

public:
    explicit SqliteIdempotency(const std::filesystem::path& base)
        : path_(base),
          database_(open_side_connection(base, SideAccess::write, request_busy_timeout_ms)),
          statements_(database_) {}

    [[nodiscard]] std::optional<KnownRequest> begin(const KeyedRequest& request, std::int64_t now,
                                                    std::int64_t answered_from, std::int64_t begun_from) override {
        return guarded([&]() -> std::optional<KnownRequest> {
            SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
            statements_.query(forget_old_requests).with(answered_from, begun_from).run();
            std::optional<KnownRequest> known;
            {
                db::Query row = statements_.query(select_known_request);
                if (row.with(request.principal, request.key).step()) known = KnownRequest{row.text(0), row.text(1)};
            }
            if (!known) {
                statements_.query(insert_keyed_request)
                    .with(request.principal, request.key, request.request, now)
                    .run();
            }
            transaction.commit();
            return known;
        });
    }
    void forget_unanswered(const KeyedRequest& request) override {
        guarded([&] { statements_.query(delete_unanswered).with(request.principal, request.key).run(); });
    }
    void finish(const KeyedRequest& request, std::string_view response) override {
        guarded([&] {
            if (response.empty()) {
                statements_.query(delete_keyed_request).with(request.principal, request.key).run();
            } else {
                statements_.query(update_keyed_request).with(request.principal, request.key, response).run();
            }
        });
    }

private:
    const std::filesystem::path path_;
    mutable SQLite::Database database_;
    db::StatementCache statements_;
};

}  // namespace

std::unique_ptr<IdempotencyRepository> open_idempotency(const std::filesystem::path& base) {
    if (is_server_base(base)) return postgresql::open_server_idempotency(base.native());
    return std::make_unique<SqliteIdempotency>(base);
}

}  // namespace quarry::store
