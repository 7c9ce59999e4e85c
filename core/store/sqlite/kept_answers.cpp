#include "core/store/sqlite/kept_answers.h"

#include "core/store/kept_answer_rules.h"

namespace quarry::store {
namespace {

constexpr const char* any_answer =
    "SELECT EXISTS (SELECT 1 FROM logged_runs) OR EXISTS (SELECT 1 FROM model_responses) OR EXISTS (SELECT 1 FROM "
    "idempotent_requests) OR EXISTS (SELECT 1 FROM agent_threads)";
// Runs of threads that stay are not forgotten: what they did is in their steps.
constexpr const char* forget_runs_about =
    "DELETE FROM logged_runs WHERE state = 1 AND kind <> 'agent' AND EXISTS (SELECT 1 FROM run_events WHERE run_id = logged_runs.id AND "
    "instr(data, ?1) > 0)";
constexpr const char* forget_threads_about =
    "DELETE FROM agent_threads WHERE NOT EXISTS (SELECT 1 FROM agent_runs WHERE thread_id = agent_threads.id AND "
    "state = 0) AND (EXISTS (SELECT 1 FROM agent_steps WHERE thread_id = agent_threads.id AND (instr(delta, ?1) > 0 OR "
    "instr(position, ?1) > 0)) OR EXISTS (SELECT 1 FROM agent_calls WHERE thread_id = agent_threads.id AND "
    "instr(result, ?1) > 0))";
constexpr const char* forget_runs_without_thread =
    "DELETE FROM logged_runs WHERE kind = 'agent' AND NOT EXISTS (SELECT 1 FROM agent_runs WHERE run_id = "
    "logged_runs.id)";
constexpr const char* forget_responses_about = "DELETE FROM model_responses WHERE instr(response, ?1) > 0";
constexpr const char* forget_runs_of = "DELETE FROM logged_runs WHERE state = 1 AND kind <> 'agent' AND (?1 = '' OR principal = ?1)";
constexpr const char* forget_responses_of = "DELETE FROM model_responses WHERE ?1 = '' OR principal = ?1";
constexpr const char* forget_feedback_about =
    "DELETE FROM answer_feedback WHERE id IN (SELECT feedback_id FROM feedback_sources WHERE uri = ?1)";
constexpr const char* forget_feedback_of = "DELETE FROM answer_feedback WHERE ?1 = '' OR principal = ?1";
// Their bodies are encoded, so that no name can be looked for in them.
constexpr const char* forget_requests_of =
    "DELETE FROM idempotent_requests WHERE response <> '' AND (?1 = '' OR principal = ?1)";

/// All but feedback, whose sources are known.
void forget_generated_answers(db::StatementCache& statements, std::string_view principal) {
    statements.query(forget_runs_of).with(principal).run();
    statements.query(forget_responses_of).with(principal).run();
    statements.query(forget_requests_of).with(principal).run();
}

}  // namespace

void forget_answers_about(db::StatementCache& statements, std::span<const std::string> uris) {
    for (const std::string& uri : uris) statements.query(forget_feedback_about).with(uri).run();
    {
        db::Query row = statements.query(any_answer);
        if (uris.empty() || !row.step() || row.integer(0) == 0) return;
    }
    if (uris.size() > most_names_looked_for) return forget_generated_answers(statements, {});
    for (const std::string& uri : uris) {
        const std::string name = name_in_json(uri);
        statements.query(forget_runs_about).with(name).run();
        statements.query(forget_threads_about).with(name).run();
        statements.query(forget_responses_about).with(name).run();
    }
    statements.query(forget_runs_without_thread).run();
    statements.query(forget_requests_of).with(std::string_view()).run();
}

void forget_answers_of(db::StatementCache& statements, std::string_view principal) {
    forget_generated_answers(statements, principal);
    statements.query(forget_feedback_of).with(principal).run();
}

}  // namespace quarry::store
