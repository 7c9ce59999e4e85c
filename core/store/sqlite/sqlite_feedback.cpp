#include "core/store/sqlite/sqlite_feedback.h"

#include <fmt/format.h>

#include "core/store/base_address.h"
#include "core/store/feedback_rules.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/sqlite/committed.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/side_connection.h"

namespace quarry::store {
namespace {

constexpr int feedback_busy_timeout_ms = 5000;

constexpr const char* count_other_feedback =
    "SELECT count(*) FROM answer_feedback WHERE principal = ?1 AND question <> ?2";
constexpr const char* delete_same_feedback = "DELETE FROM answer_feedback WHERE principal = ?1 AND question = ?2";
constexpr const char* insert_feedback =
    "INSERT INTO answer_feedback (principal, question, good, answer, answerable, facts, comment, given_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* insert_feedback_source =
    "INSERT INTO feedback_sources (feedback_id, number, uri, quote) VALUES (?, ?, ?, ?)";
constexpr const char* select_feedback =
    "SELECT id, principal, question, good, answer, answerable, facts, comment, given_at FROM answer_feedback "
    "WHERE (?1 = '' OR principal = ?1) AND (?2 = 0 OR id < ?2) ORDER BY id DESC LIMIT ?3";
constexpr const char* select_feedback_sources =
    "SELECT uri, quote FROM feedback_sources WHERE feedback_id = ? ORDER BY number";
constexpr const char* delete_feedback = "DELETE FROM answer_feedback WHERE id = ?2 AND (?1 = '' OR principal = ?1)";

}  // namespace

SqliteFeedback::SqliteFeedback(const std::filesystem::path& base, StoreMode mode)
    : path_(base),
      database_(open_side_connection(base, mode == StoreMode::read ? SideAccess::read : SideAccess::write,
                                     feedback_busy_timeout_ms)),
      statements_(database_) {}

template <typename Work>
auto SqliteFeedback::guarded_feedback(std::string_view doing, Work&& work) const {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot {} the feedback of {}", doing, path_.string()));
    }
}

std::int64_t SqliteFeedback::put(const Feedback& feedback, std::size_t most) {
    const auto keep = [&] {
        {
            db::Query row = statements_.query(count_other_feedback);
            row.with(feedback.principal, feedback.question).step();
            if (row.count(0) >= most) throw too_much_feedback(most);
        }
        statements_.query(delete_same_feedback).with(feedback.principal, feedback.question).run();
        statements_.query(insert_feedback)
            .with(feedback.principal, feedback.question, feedback.good ? 1 : 0, feedback.answer,
                  feedback.answerable ? 1 : 0, facts_json(feedback.facts), feedback.comment, feedback.given_at)
            .run();
        const std::int64_t id = database_.getLastInsertRowid();
        int number = 0;
        for (const FeedbackSource& source : feedback.sources) {
            statements_.query(insert_feedback_source).with(id, number++, source.uri, source.quote).run();
        }
        return id;
    };
    return guarded_feedback("write to", [&] {
        return committed(SQLite::Transaction(database_, SQLite::TransactionBehavior::IMMEDIATE), keep);
    });
}

std::vector<Feedback> SqliteFeedback::list(std::string_view principal, std::int64_t before, std::size_t limit) const {
    return guarded_feedback("read", [&] {
        std::vector<Feedback> all;
        {
            db::Query row = statements_.query(select_feedback);
            row.with(principal, before, limit);
            while (row.step()) all.push_back(read_feedback(row));
        }
        for (Feedback& one : all) {
            db::Query row = statements_.query(select_feedback_sources);
            row.with(one.id);
            while (row.step()) one.sources.push_back({row.text(0), row.text(1)});
        }
        return all;
    });
}

bool SqliteFeedback::remove(std::string_view principal, std::int64_t id) {
    return guarded_feedback("remove from", [&] {
        statements_.query(delete_feedback).with(principal, id).run();
        return database_.getChanges() > 0;
    });
}

std::unique_ptr<FeedbackRepository> open_feedback(const std::filesystem::path& base, StoreMode mode) {
    if (is_server_base(base)) return postgresql::open_server_feedback(base.native(), mode);
    return std::make_unique<SqliteFeedback>(base, mode);
}

}  // namespace quarry::store
