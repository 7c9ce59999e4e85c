#include "core/store/postgresql/kept_answers.h"

#include <vector>

#include "core/store/kept_answer_rules.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* forget_runs_about =
    "DELETE FROM logged_runs r WHERE state = 1 AND kind <> 'agent' AND EXISTS (SELECT 1 FROM run_events e"
    " JOIN pg_catalog.unnest($1::bytea[]) AS n (name) ON position(n.name IN e.data) > 0 WHERE e.run_id = r.id)";
// Runs of threads that stay are not forgotten: what they did is in their steps.
constexpr const char* forget_threads_about =
    "DELETE FROM agent_threads t WHERE NOT EXISTS (SELECT 1 FROM agent_runs WHERE thread_id = t.id AND state = 0)"
    " AND EXISTS (SELECT 1 FROM pg_catalog.unnest($1::bytea[]) AS n (name) WHERE"
    " EXISTS (SELECT 1 FROM agent_steps WHERE thread_id = t.id AND (position(n.name IN delta) > 0"
    " OR position(n.name IN \"position\") > 0)) OR EXISTS (SELECT 1 FROM agent_calls WHERE thread_id = t.id"
    " AND position(n.name IN result) > 0))";
constexpr const char* forget_runs_without_thread =
    "DELETE FROM logged_runs r WHERE kind = 'agent' AND NOT EXISTS (SELECT 1 FROM agent_runs WHERE run_id = r.id)";
constexpr const char* forget_responses_about =
    "DELETE FROM model_responses r WHERE EXISTS (SELECT 1 FROM pg_catalog.unnest($1::bytea[]) AS n (name)"
    " WHERE position(n.name IN r.response) > 0)";
constexpr const char* forget_feedback_about =
    "DELETE FROM answer_feedback WHERE id IN (SELECT feedback_id FROM feedback_sources WHERE uri = ANY ($1::bytea[]))";
constexpr const char* forget_runs_of =
    "DELETE FROM logged_runs WHERE state = 1 AND kind <> 'agent' AND ($1 = '' OR principal = $1)";
constexpr const char* forget_responses_of = "DELETE FROM model_responses WHERE $1 = '' OR principal = $1";
constexpr const char* forget_feedback_of = "DELETE FROM answer_feedback WHERE $1 = '' OR principal = $1";
// Their bodies are encoded, so that no name can be looked for in them.
constexpr const char* forget_requests_of =
    "DELETE FROM idempotent_requests WHERE response <> ''::bytea AND ($1 = '' OR principal = $1)";

/// All but feedback, whose sources are known.
void forget_generated_answers(ServerConnection& server, std::string_view principal) {
    for (const char* sql : {forget_runs_of, forget_responses_of, forget_requests_of})
        server.run(sql, {std::string(principal)});
}

}  // namespace

void forget_answers_about(ServerConnection& server, std::span<const std::string> uris) {
    if (uris.empty()) return;
    server.run(forget_feedback_about, {byteas(uris)});
    if (uris.size() > most_names_looked_for) return forget_generated_answers(server, {});
    std::vector<std::string> names;
    for (const std::string& uri : uris) names.push_back(name_in_json(uri));
    for (const char* sql : {forget_runs_about, forget_threads_about, forget_responses_about}) {
        server.run(sql, {byteas(names)});
    }
    server.run(forget_runs_without_thread);
    server.run(forget_requests_of, {std::string()});
}

void forget_answers_of(ServerConnection& server, std::string_view principal) {
    forget_generated_answers(server, principal);
    server.run(forget_feedback_of, {std::string(principal)});
}

}  // namespace quarry::store::postgresql
