#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "core/db/sqlite_statement.h"
#include "core/store/run_log_repository.h"
#include "core/store/store.h"

namespace quarry::store {

/// In the knowledge base's file, over a connection of its own.
class SqliteRunLog final : public RunLogRepository {
public:
    /// See open_run_log.
    SqliteRunLog(const std::filesystem::path& base, StoreMode mode);

    void begin(const LoggedRun& run, const StoredJob* job) override;
    std::vector<std::size_t> append(std::span<const RunChange> changes) override;
    [[nodiscard]] std::optional<LoggedRun> find(std::string_view id) override;
    [[nodiscard]] std::vector<LoggedRun> list(std::string_view principal, std::size_t limit,
                                              std::string_view after) override;
    [[nodiscard]] std::vector<LoggedEvent> events(std::string_view id, std::uint64_t after,
                                                  std::size_t most_bytes) override;
    [[nodiscard]] bool has_changed() override;
    [[nodiscard]] std::vector<LoggedRun> unfinished() override;
    std::size_t remove_ended(std::int64_t before, std::size_t most) override;

    [[nodiscard]] std::optional<StoredJob> lease_job(bool writes, std::int64_t now, std::string_view who,
                                                     std::int64_t until) override;
    [[nodiscard]] bool renew_lease(std::string_view id, std::string_view who, std::int64_t until) override;
    [[nodiscard]] std::vector<std::string> job_holders() override;
    void release_jobs(std::string_view who) override;
    [[nodiscard]] std::optional<StoredJob> find_job(std::string_view id) override;
    [[nodiscard]] std::vector<StoredJob> list_jobs(std::string_view principal, std::size_t limit,
                                                   std::string_view after) override;
    [[nodiscard]] std::vector<std::string> open_requests() override;
    [[nodiscard]] std::optional<std::int64_t> next_job_at() override;

private:
    template <typename Work>
    auto guarded_run_log(std::string_view doing, Work&& work);
    template <typename Work>
    auto changing_run_log(Work&& work);
    /// Whether a change is not refused, in a transaction.
    [[nodiscard]] bool may_change(const RunChange& change);
    void write_change(const RunChange& change);
    /// Takes the number of a run's next event, in a transaction; 0 when there is no such run.
    [[nodiscard]] std::uint64_t next_number(const std::string& id);

    const std::filesystem::path path_;
    SQLite::Database database_;
    db::StatementCache statements_;
    std::int64_t seen_version_ = 0;  ///< Of what others wrote.
};

}  // namespace quarry::store
