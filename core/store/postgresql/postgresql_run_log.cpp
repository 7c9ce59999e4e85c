// The runs of servers with their events, and their jobs.
#include <algorithm>
#include <map>
#include <set>

#include "core/store/postgresql/run_news.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"
#include "core/store/run_log_rows.h"

namespace quarry::store::postgresql {
namespace {

// `reserved` is the last number that was given: an event is shown when it is committed, so none is given ahead.
constexpr const char* insert_logged_run =
    "INSERT INTO logged_runs (id, principal, kind, background, state, reserved, kept_from, started_at)"
    " VALUES ($1, $2, $3, $4, 0, 0, 1, $5)";
constexpr const char* take_event_numbers =
    "UPDATE logged_runs SET reserved = reserved + $2 WHERE id = $1 RETURNING reserved";
constexpr const char* insert_events =
    "INSERT INTO run_events (run_id, number, name, data) SELECT run_id, number, name, data"
    " FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) AS e (run_id, number, name, data)";
// The positions of the changes that are not refused.
constexpr const char* select_allowed =
    "SELECT c.position - 1 FROM unnest($1::text[], $2::bigint[], $3::text[]) WITH ORDINALITY"
    " AS c (id, after, holder, position) JOIN logged_runs r ON r.id = c.id"
    " WHERE (c.after < 0 AND c.holder = '') OR (r.state = 0 AND (c.after < 0 OR r.reserved = c.after)"
    " AND (c.holder = '' OR EXISTS (SELECT 1 FROM jobs j WHERE j.run_id = r.id AND j.lease = c.holder AND j.state = "
    "1)))"
    " ORDER BY c.id FOR UPDATE OF r";
constexpr const char* update_runs =
    "UPDATE logged_runs r SET reserved = greatest(r.reserved, c.last), kept_from = greatest(r.kept_from, c.kept_from)"
    " FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS c (id, last, kept_from) WHERE r.id = c.id";
constexpr const char* tell_of_runs =
    "SELECT " QUARRY_TELL_OF_RUN("c.id", "c.last") " FROM unnest($1::text[], $2::bigint[]) AS c (id, last)";
constexpr const char* delete_old_events =
    "DELETE FROM run_events e USING unnest($1::text[], $2::bigint[]) AS c (id, kept_from)"
    " WHERE e.run_id = c.id AND e.number < c.kept_from";
constexpr const char* update_run_ended = "UPDATE logged_runs SET state = 1, ended_at = $2 WHERE id = $1";
#define QUARRY_RUN_COLUMNS \
    "SELECT id, principal, kind, background, state, reserved, kept_from, started_at, ended_at FROM logged_runs "
constexpr const char* select_logged_run = QUARRY_RUN_COLUMNS "WHERE id = $1";
constexpr const char* select_logged_runs = QUARRY_RUN_COLUMNS
    "WHERE principal = $1 AND ($3 = '' OR (started_at, id) < (SELECT started_at, id FROM logged_runs WHERE id = $3))"
    " ORDER BY started_at DESC, id DESC LIMIT $2";
constexpr const char* select_unfinished = QUARRY_RUN_COLUMNS
    "WHERE state = 0 AND NOT EXISTS (SELECT 1 FROM jobs WHERE run_id = logged_runs.id AND jobs.state IN (0, 1))";
#undef QUARRY_RUN_COLUMNS
// Those that begin within so many bytes: at least one.
constexpr const char* select_events =
    "SELECT number, name, data FROM (SELECT number, name, data, sum(octet_length(name) + octet_length(data))"
    " OVER (ORDER BY number) - octet_length(name) - octet_length(data) AS before FROM (SELECT number, name, data"
    " FROM run_events WHERE run_id = $1 AND number > $2 ORDER BY number LIMIT 2000) AS next_ones) AS counted"
    " WHERE before < $3 ORDER BY number";
constexpr const char* delete_ended_runs =
    "DELETE FROM logged_runs WHERE id IN (SELECT id FROM logged_runs WHERE state = 1 AND kind <> 'agent'"
    " AND ended_at < $1 LIMIT $2)";

constexpr const char* insert_job =
    "INSERT INTO jobs (run_id, kind, request, state, attempts, not_before, lease, lease_until, error, result)"
    " VALUES ($1, $2, $3, 0, 0, $4, '', 0, '', '')";
constexpr const char* update_job =
    "UPDATE jobs SET state = $2, error = $3, result = $4, not_before = $5, attempts = attempts - $6, lease = '',"
    " lease_until = 0 WHERE run_id = $1 AND state IN (0, 1)";
// Runs of agents hold leases of their own and keep what they did (core/store/checkpoint_repository.h).
constexpr const char* lease_next_job =
    "UPDATE jobs SET state = 1, attempts = attempts + 1, lease = $2, lease_until = $3 WHERE run_id ="
    " (SELECT run_id FROM jobs WHERE ((state = 0 AND not_before <= $1) OR (state = 1 AND lease_until <= $1))"
    " AND kind <> 'agent' AND (kind IN ('ingest', 'embed')) = $4"
    " ORDER BY not_before, ordinal LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING run_id";
constexpr const char* update_lease = "UPDATE jobs SET lease_until = $3 WHERE run_id = $1 AND lease = $2 AND state = 1";
constexpr const char* select_job_holders = "SELECT DISTINCT lease FROM jobs WHERE state = 1 AND kind <> 'agent'";
constexpr const char* release_jobs_of =
    "UPDATE jobs SET state = 0, lease = '', lease_until = 0 WHERE state = 1 AND kind <> 'agent' AND lease = $1";
#define QUARRY_JOB_COLUMNS                                                                                        \
    "SELECT j.run_id, j.kind, r.principal, j.request, j.state, j.attempts, j.not_before, j.lease, j.lease_until," \
    " j.error, j.result, r.started_at FROM jobs j JOIN logged_runs r ON r.id = j.run_id "
constexpr const char* select_job = QUARRY_JOB_COLUMNS "WHERE j.run_id = $1";
constexpr const char* select_jobs = QUARRY_JOB_COLUMNS
    "WHERE r.principal = $1 AND ($3 = '' OR (r.started_at, r.id) <"
    " (SELECT started_at, id FROM logged_runs WHERE id = $3)) ORDER BY r.started_at DESC, r.id DESC LIMIT $2";
#undef QUARRY_JOB_COLUMNS
constexpr const char* select_open_requests = "SELECT request FROM jobs WHERE state IN (0, 1) AND kind <> 'agent'";
constexpr const char* select_next_job =
    "SELECT min(CASE state WHEN 0 THEN not_before ELSE lease_until END) FROM jobs WHERE state IN (0, 1)"
    " AND kind <> 'agent'";

/// How far a run has come.
struct RunReach {
    std::int64_t last = 0, kept_from = 0;
};

/// New events, in columns.
struct EventColumns {
    std::vector<std::string> run_ids;
    std::vector<std::int64_t> numbers;
    std::vector<std::string> names, data;
};

class PostgresqlRunLog final : public RunLogRepository {
public:
    PostgresqlRunLog(const std::string& url, StoreMode mode) : server_(url, mode) {}

    void begin(const LoggedRun& run, const StoredJob* job) override {
        server_.changing([&] {
            server_.run(insert_logged_run,
                        {run.id, run.principal, run.kind, flag(run.background), number(run.started_at)});
            if (job != nullptr) {
                server_.run(insert_job, {run.id, job->kind, bytea(job->request), number(job->not_before)});
            }
        });
    }

    std::vector<std::size_t> append(std::span<const RunChange> changes) override {
        std::map<std::string, std::int64_t> written;
        std::vector<std::size_t> refused;
        server_.changing([&] {
            for (std::size_t first = 0; first < changes.size();) {
                const std::size_t count = of_different_runs(changes.subspan(first));
                append_some(changes.subspan(first, count), first, refused, written);
                first += count;
            }
        });
        tell(written);
        return refused;
    }

    [[nodiscard]] std::optional<LoggedRun> find(std::string_view id) override {
        return first_of(server_.query(select_logged_run, {ascii(id)}), read_logged_run<Row>);
    }
    [[nodiscard]] std::vector<LoggedRun> list(std::string_view principal, std::size_t limit,
                                              std::string_view after) override {
        return each_of(server_.query(select_logged_runs, {ascii(principal), number(limit), ascii(after)}),
                       read_logged_run<Row>);
    }
    [[nodiscard]] std::vector<LoggedEvent> events(std::string_view id, std::uint64_t after,
                                                  std::size_t most_bytes) override {
        return each_of(server_.query(select_events, {ascii(id), number(after), number(most_bytes)}),
                       read_logged_event<Row>);
    }
    [[nodiscard]] std::vector<LoggedRun> unfinished() override {
        return each_of(server_.query(select_unfinished), read_logged_run<Row>);
    }
    std::size_t remove_ended(std::int64_t before, std::size_t most) override {
        return server_.changing([&] {
            return static_cast<std::size_t>(server_.run(delete_ended_runs, {number(before), number(most)}));
        });
    }

    [[nodiscard]] std::optional<StoredJob> lease_job(bool writes, std::int64_t now, std::string_view who,
                                                     std::int64_t until) override {
        return server_.changing([&]() -> std::optional<StoredJob> {
            const Rows taken =
                server_.query(lease_next_job, {number(now), std::string(who), number(until), flag(writes)});
            return taken.empty() ? std::nullopt : find_job(taken.bytes(0, 0));
        });
    }
    [[nodiscard]] bool renew_lease(std::string_view id, std::string_view who, std::int64_t until) override {
        return server_.changing([&] {
            return server_.run(update_lease, {ascii(id), std::string(who), number(until)}) > 0;
        });
    }
    [[nodiscard]] std::vector<std::string> job_holders() override {
        return each_of(server_.query(select_job_holders), [](const Row& row) { return row.text(0); });
    }
    void release_jobs(std::string_view who) override {
        server_.changing([&] { server_.run(release_jobs_of, {std::string(who)}); });
    }
    [[nodiscard]] std::optional<StoredJob> find_job(std::string_view id) override {
        return first_of(server_.query(select_job, {ascii(id)}), read_job<Row>);
    }
    [[nodiscard]] std::vector<StoredJob> list_jobs(std::string_view principal, std::size_t limit,
                                                   std::string_view after) override {
        return each_of(server_.query(select_jobs, {ascii(principal), number(limit), ascii(after)}), read_job<Row>);
    }
    [[nodiscard]] std::vector<std::string> open_requests() override {
        return each_of(server_.query(select_open_requests), [](const Row& row) { return row.text(0); });
    }
    [[nodiscard]] std::optional<std::int64_t> next_job_at() override {
        const Rows rows = server_.query(select_next_job);
        return rows.is_null(0, 0) ? std::nullopt : std::optional(rows.integer(0, 0));
    }

private:
    /// How many of the first changes are of different runs: what is allowed is asked for all of them at once.
    static std::size_t of_different_runs(std::span<const RunChange> changes) {
        std::set<std::string_view> seen;
        std::size_t count = 0;
        while (count < changes.size() && seen.insert(changes[count].id).second) ++count;
        return count;
    }

    [[nodiscard]] std::vector<bool> allowed(std::span<const RunChange> changes) {
        std::vector<std::string> ids, holders;
        std::vector<std::int64_t> after;
        for (const RunChange& change : changes) {
            ids.push_back(change.id);
            holders.push_back(change.holder);
            after.push_back(change.after ? static_cast<std::int64_t>(*change.after) : -1);
        }
        const Rows rows = server_.query(select_allowed, {words(ids), bigints(after), words(holders)});
        std::vector<bool> is_allowed(changes.size(), false);
        for (std::size_t row = 0; row < rows.size(); ++row) is_allowed.at(rows.count(row, 0)) = true;
        return is_allowed;
    }

    /// Behind the commit: within the transaction, all that tell would wait for each other's disk.
    void tell(const std::map<std::string, std::int64_t>& written) {
        if (written.empty()) return;
        std::vector<std::string> ids;
        std::vector<std::int64_t> last;
        for (const auto& [id, number] : written) {
            ids.push_back(id);
            last.push_back(number);
        }
        try {
            server_.run(tell_of_runs, {words(ids), bigints(last)});
        } catch (const Error&) {
            // They see it when they look.
        }
    }

    void append_some(std::span<const RunChange> changes, std::size_t first, std::vector<std::size_t>& refused,
                     std::map<std::string, std::int64_t>& written) {
        const std::vector<bool> is_allowed = allowed(changes);
        std::map<std::string, RunReach> runs;
        EventColumns events;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            const RunChange& change = changes[i];
            if (!is_allowed[i]) {
                // One without a condition is of a run that was removed.
                if (change.after || !change.holder.empty()) refused.push_back(first + i);
                continue;
            }
            RunReach& run = runs[change.id];
            run.last = std::max(run.last, add_events(change, events));
            run.kept_from = std::max(run.kept_from, static_cast<std::int64_t>(change.kept_from));
        }
        if (!events.names.empty()) {
            server_.run(insert_events,
                        {words(events.run_ids), bigints(events.numbers), words(events.names), byteas(events.data)});
        }
        note_reach(runs);
        for (const auto& [id, run] : runs) written[id] = std::max(written[id], run.last);
        for (std::size_t i = 0; i < changes.size(); ++i) {
            if (is_allowed[i]) end_or_note_job(changes[i]);
        }
    }

    void end_or_note_job(const RunChange& change) {
        if (change.ended_at) server_.run(update_run_ended, {change.id, number(*change.ended_at)});
        if (!change.job) return;
        const JobChange& job = *change.job;
        server_.run(update_job,
                    {change.id, number(static_cast<std::int64_t>(job.state)), bytea(job.error), bytea(job.result),
                     number(job.not_before), number(static_cast<std::int64_t>(job.is_no_attempt ? 1 : 0))});
    }

    /// Gives the number of the last event; 0 when there is no event, or no such run any more.
    std::int64_t add_events(const RunChange& change, EventColumns& events) {
        const auto unnumbered = std::ranges::count(change.events, std::uint64_t{0}, &LoggedEvent::number);
        std::int64_t next = 0, last = 0;
        if (unnumbered > 0) {
            const Rows taken = server_.query(take_event_numbers, {change.id, number(std::int64_t{unnumbered})});
            if (taken.empty()) return 0;
            next = taken.integer(0, 0) - unnumbered + 1;
        }
        for (const LoggedEvent& event : change.events) {
            last = event.number == 0 ? next++ : static_cast<std::int64_t>(event.number);
            events.run_ids.push_back(change.id);
            events.numbers.push_back(last);
            events.names.push_back(event.name);
            events.data.push_back(event.data);
        }
        return last;
    }

    void note_reach(const std::map<std::string, RunReach>& runs) {
        std::vector<std::string> ids;
        std::vector<std::int64_t> last, kept_from;
        bool some_go = false;
        for (const auto& [id, run] : runs) {
            ids.push_back(id);
            last.push_back(run.last);
            kept_from.push_back(run.kept_from);
            some_go = some_go || run.kept_from > 0;
        }
        server_.run(update_runs, {words(ids), bigints(last), bigints(kept_from)});
        if (some_go) server_.run(delete_old_events, {words(ids), bigints(kept_from)});
    }

    SideServer server_;
};

}  // namespace

std::unique_ptr<RunLogRepository> open_server_run_log(const std::string& url, StoreMode mode) {
    return std::make_unique<PostgresqlRunLog>(url, mode);
}

}  // namespace quarry::store::postgresql
