// Answers in OpenAI's form, and requests that clients may repeat.
#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* insert_model_response =
    "INSERT INTO model_responses (id, principal, previous, created_at, input, response)"
    " VALUES ($1, $2, $3, $4, $5, $6)";
constexpr const char* drop_most_responses =
    "DELETE FROM model_responses WHERE ordinal IN (SELECT ordinal FROM model_responses WHERE principal = $1"
    " ORDER BY ordinal DESC OFFSET $2 FOR UPDATE SKIP LOCKED)";
constexpr const char* select_model_response =
    "SELECT id, previous, created_at, input, response FROM model_responses WHERE principal = $1 AND id = $2";
constexpr const char* delete_model_response = "DELETE FROM model_responses WHERE principal = $1 AND id = $2";

constexpr const char* forget_old_requests =
    "DELETE FROM idempotent_requests WHERE made_at < CASE response WHEN ''::bytea THEN $2::bigint ELSE $1::bigint END";
constexpr const char* select_keyed_request =
    "SELECT request, response FROM idempotent_requests WHERE principal = $1 AND key = $2";
// Waits for one who notes the same at this moment.
constexpr const char* insert_keyed_request =
    "INSERT INTO idempotent_requests (principal, key, request, made_at, response) VALUES ($1, $2, $3, $4, '')"
    " ON CONFLICT (principal, key) DO NOTHING";
constexpr const char* update_keyed_request =
    "UPDATE idempotent_requests SET response = $3 WHERE principal = $1 AND key = $2";
constexpr const char* delete_keyed_request = "DELETE FROM idempotent_requests WHERE principal = $1 AND key = $2";
constexpr const char* delete_unanswered =
    "DELETE FROM idempotent_requests WHERE principal = $1 AND key = $2 AND response = ''";

class PostgresqlModelResponses final : public ModelResponseRepository {
public:
    PostgresqlModelResponses(const std::string& url, StoreMode mode) : server_(url, mode) {}

    void add(std::string_view principal, const ModelResponse& response, std::size_t most) override {
        server_.changing([&] {
            server_.run(insert_model_response,
                        {response.id, std::string(principal), response.previous, number(response.created_at),
                         bytea(response.input), bytea(response.response)});
            server_.run(drop_most_responses, {std::string(principal), number(most)});
        });
    }
    [[nodiscard]] std::optional<ModelResponse> find(std::string_view principal, std::string_view id) const override {
        return first_of(server_.query(select_model_response, {std::string(principal), ascii(id)}), [](const Row& row) {
            return ModelResponse{row.text(0), row.text(1), row.integer(2), row.text(3), row.text(4)};
        });
    }
    bool remove(std::string_view principal, std::string_view id) override {
        return server_.changing([&] {
            return server_.run(delete_model_response, {std::string(principal), ascii(id)}) > 0;
        });
    }

private:
    mutable SideServer server_;
};

class PostgresqlIdempotency final : public IdempotencyRepository {
public:
    explicit PostgresqlIdempotency(const std::string& url) : server_(url, StoreMode::write) {}

    [[nodiscard]] std::optional<KnownRequest> begin(const KeyedRequest& request, std::int64_t now,
                                                    std::int64_t answered_from, std::int64_t begun_from) override {
        return server_.changing([&]() -> std::optional<KnownRequest> {
            server_.run(forget_old_requests, {number(answered_from), number(begun_from)});
            const bool is_new = server_.run(insert_keyed_request,
                                            {request.principal, bytea(request.key), request.request, number(now)}) > 0;
            if (is_new) return std::nullopt;
            return first_of(server_.query(select_keyed_request, {request.principal, bytea(request.key)}),
                            [](const Row& row) {
                                return KnownRequest{row.text(0), row.text(1)};
                            });
        });
    }
    void forget_unanswered(const KeyedRequest& request) override {
        server_.changing([&] { server_.run(delete_unanswered, {request.principal, bytea(request.key)}); });
    }
    void finish(const KeyedRequest& request, std::string_view response) override {
        server_.changing([&] {
            if (response.empty()) {
                server_.run(delete_keyed_request, {request.principal, bytea(request.key)});
            } else {
                server_.run(update_keyed_request, {request.principal, bytea(request.key), bytea(response)});
            }
        });
    }

private:
    SideServer server_;
};

}  // namespace

std::unique_ptr<ModelResponseRepository> open_server_model_responses(const std::string& url, StoreMode mode) {
    return std::make_unique<PostgresqlModelResponses>(url, mode);
}

std::unique_ptr<IdempotencyRepository> open_server_idempotency(const std::string& url) {
    return std::make_unique<PostgresqlIdempotency>(url);
}

}  // namespace quarry::store::postgresql
