// The runs that a base remembers, each with its trace.
#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"
#include "core/store/run_rows.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* insert_kept_run =
    "INSERT INTO runs (trace_id, name, started_at, duration, error, model, input_tokens, output_tokens, cost, calls,"
    " cached_calls, spans) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id";
// What another process is dropping is left to it.
constexpr const char* drop_old_runs =
    "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE started_at < $1 FOR UPDATE SKIP LOCKED)";
constexpr const char* drop_many_runs =
    "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE id <= (SELECT id FROM runs ORDER BY id DESC LIMIT 1"
    " OFFSET $1) FOR UPDATE SKIP LOCKED)";
#define QUARRY_SERVER_RUN_COLUMNS \
    "id, trace_id, name, started_at, duration, error, model, input_tokens, output_tokens, cost, calls, cached_calls"
constexpr const char* newest_runs = "SELECT " QUARRY_SERVER_RUN_COLUMNS " FROM runs ORDER BY id DESC LIMIT $1";
// Some at a time: their spans may be long.
constexpr const char* runs_after =
    "SELECT " QUARRY_SERVER_RUN_COLUMNS ", spans FROM runs WHERE id > $1 ORDER BY id LIMIT 20";
constexpr const char* kept_run_by_id = "SELECT " QUARRY_SERVER_RUN_COLUMNS ", spans FROM runs WHERE id = $1";
constexpr const char* last_kept_run = "SELECT " QUARRY_SERVER_RUN_COLUMNS ", spans FROM runs ORDER BY id DESC LIMIT 1";
#undef QUARRY_SERVER_RUN_COLUMNS

class PostgresqlRuns final : public RunRepository {
public:
    PostgresqlRuns(const std::string& url, StoreMode mode) : server_(url, mode) {}

    std::int64_t add(const StoredRun& run, const RunLimits& limits) override {
        return server_.changing([&] {
            const std::int64_t id =
                server_
                    .query(insert_kept_run,
                           {run.trace_id, run.name, number(run.started_at), number(run.duration), run.error,
                            bytea(run.model), number(run.input_tokens), number(run.output_tokens), real(run.cost),
                            number(run.calls), number(run.cached_calls), bytea(run.spans)})
                    .integer(0, 0);
            if (limits.max_age > 0) {
                server_.run(drop_old_runs, {number(run.started_at - limits.max_age * nanoseconds_a_second)});
            }
            server_.run(drop_many_runs, {number(limits.max_runs)});
            return id;
        });
    }
    std::uint64_t clear(std::size_t keep) override {
        return server_.changing([&] { return server_.run(drop_many_runs, {number(keep)}); });
    }
    void for_each(std::size_t limit, const std::function<void(const StoredRun&)>& visit) const override {
        const Rows rows = server_.query(newest_runs, {number(limit)});
        for (std::size_t row = 0; row < rows.size(); ++row) visit(read_run(Row(rows, row)));
    }
    void for_each_after(std::int64_t after, const std::function<bool(StoredRun&&)>& visit) const override {
        for (;;) {
            const Rows rows = server_.query(runs_after, {number(after)});
            if (rows.empty()) return;
            for (std::size_t row = 0; row < rows.size(); ++row) {
                if (!visit(read_whole_run(Row(rows, row)))) return;
            }
            after = rows.integer(rows.size() - 1, 0);
        }
    }
    [[nodiscard]] std::optional<StoredRun> find(std::int64_t id) const override {
        return first_of(server_.query(kept_run_by_id, {number(id)}), read_whole_run<Row>);
    }
    [[nodiscard]] std::optional<StoredRun> last() const override {
        return first_of(server_.query(last_kept_run), read_whole_run<Row>);
    }

private:
    mutable SideServer server_;
};

}  // namespace

std::unique_ptr<RunRepository> open_server_runs(const std::string& url, StoreMode mode) {
    return std::make_unique<PostgresqlRuns>(url, mode);
}

}  // namespace quarry::store::postgresql
