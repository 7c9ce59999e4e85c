// What people said of answers.
#include <map>

#include "core/store/feedback_rules.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"

namespace quarry::store::postgresql {
namespace {

// "qrrf" and the principal: what somebody says is counted and kept before the next is.
constexpr const char* lock_feedback = "SELECT pg_catalog.pg_advisory_xact_lock(1903260262, "
                                      "pg_catalog.hashtext(pg_catalog.current_schema()::text || $1::text))";
constexpr const char* count_other_feedback =
    "SELECT count(*) FROM answer_feedback WHERE principal = $1 AND question <> $2";
constexpr const char* delete_same_feedback =
    "DELETE FROM answer_feedback WHERE principal = $1 AND pg_catalog.sha256(question) = pg_catalog.sha256($2)";
constexpr const char* insert_feedback =
    "INSERT INTO answer_feedback (principal, question, good, answer, answerable, facts, comment, given_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id";
constexpr const char* insert_feedback_sources =
    "INSERT INTO feedback_sources (feedback_id, number, uri, quote) SELECT $1, s.number - 1, s.uri, s.quote"
    " FROM ROWS FROM (pg_catalog.unnest($2::bytea[]), pg_catalog.unnest($3::bytea[])) WITH ORDINALITY AS s (uri, "
    "quote, number)";
constexpr const char* select_feedback =
    "SELECT id, principal, question, good, answer, answerable, facts, comment, given_at FROM answer_feedback"
    " WHERE ($1 = '' OR principal = $1) AND ($2 = 0::bigint OR id < $2) ORDER BY id DESC LIMIT $3";
constexpr const char* select_feedback_sources =
    "SELECT feedback_id, uri, quote FROM feedback_sources WHERE feedback_id = ANY ($1::bigint[])"
    " ORDER BY feedback_id, number";
constexpr const char* delete_feedback = "DELETE FROM answer_feedback WHERE id = $2 AND ($1 = '' OR principal = $1)";

class PostgresqlFeedback final : public FeedbackRepository {
public:
    PostgresqlFeedback(const std::string& url, StoreMode mode) : server_(url, mode) {}

    std::int64_t put(const Feedback& feedback, std::size_t most) override {
        std::vector<std::string> uris, quotes;
        for (const FeedbackSource& source : feedback.sources) {
            uris.push_back(source.uri);
            quotes.push_back(source.quote);
        }
        return server_.changing([&] {
            static_cast<void>(server_.query(lock_feedback, {feedback.principal}));
            const Rows others = server_.query(count_other_feedback, {feedback.principal, bytea(feedback.question)});
            if (others.count(0, 0) >= most) throw too_much_feedback(most);
            server_.run(delete_same_feedback, {feedback.principal, bytea(feedback.question)});
            const Rows added = server_.query(
                insert_feedback, {feedback.principal, bytea(feedback.question), flag(feedback.good),
                                  bytea(feedback.answer), flag(feedback.answerable), bytea(facts_json(feedback.facts)),
                                  bytea(feedback.comment), number(feedback.given_at)});
            server_.run(insert_feedback_sources, {number(added.integer(0, 0)), byteas(uris), byteas(quotes)});
            return added.integer(0, 0);
        });
    }
    [[nodiscard]] std::vector<Feedback> list(std::string_view principal, std::int64_t before,
                                             std::size_t limit) const override {
        const ReadTransaction transaction(server_.server());
        std::vector<Feedback> all =
            each_of(server_.query(select_feedback, {std::string(principal), number(before), number(limit)}),
                    read_feedback<Row>);
        std::map<std::int64_t, Feedback*> by_id;
        std::vector<std::int64_t> ids;
        for (Feedback& one : all) {
            by_id[one.id] = &one;
            ids.push_back(one.id);
        }
        const Rows rows = server_.query(select_feedback_sources, {bigints(ids)});
        for (std::size_t row = 0; row < rows.size(); ++row) {
            by_id.at(rows.integer(row, 0))->sources.push_back({rows.text(row, 1), rows.text(row, 2)});
        }
        return all;
    }
    bool remove(std::string_view principal, std::int64_t id) override {
        return server_.changing([&] { return server_.run(delete_feedback, {std::string(principal), number(id)}) > 0; });
    }

private:
    mutable SideServer server_;
};

}  // namespace

std::unique_ptr<FeedbackRepository> open_server_feedback(const std::string& url, StoreMode mode) {
    return std::make_unique<PostgresqlFeedback>(url, mode);
}

}  // namespace quarry::store::postgresql
