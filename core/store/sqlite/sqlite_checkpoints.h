#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "core/db/sqlite_statement.h"
#include "core/store/checkpoint_repository.h"
#include "core/store/store.h"

namespace quarry::store {

/// In the knowledge base's file, over a connection of its own.
class SqliteCheckpoints final : public CheckpointRepository {
public:
    /// See open_checkpoints.
    SqliteCheckpoints(const std::filesystem::path& base, StoreMode mode, Durability durability);

    AgentThread create_thread(const AgentThread& thread) override;
    [[nodiscard]] std::optional<AgentThread> find_thread(std::string_view principal, std::string_view name) override;
    [[nodiscard]] std::vector<AgentThread> list_threads(std::string_view principal, std::size_t limit) override;
    bool remove_thread(std::int64_t id) override;

    void begin_run(const AgentRun& run) override;
    [[nodiscard]] std::optional<AgentRun> find_run(std::string_view principal, std::string_view id) override;
    [[nodiscard]] std::vector<AgentRun> list_runs(std::string_view principal, std::int64_t thread,
                                                  std::size_t limit) override;
    [[nodiscard]] std::vector<AgentRun> orphans(std::int64_t now) override;
    [[nodiscard]] bool take_run(const RunHolder& holder, std::int64_t now, std::int64_t until) override;
    void renew(const RunHolder& holder, std::int64_t until) override;
    void rest(const RunHolder& holder, std::int64_t until) override;
    void end_run(const RunHolder& holder, const AgentRunEnd& end) override;
    [[nodiscard]] bool cancel_run(std::string_view run_id, std::int64_t at) override;
    void set_digest(const RunHolder& holder, std::string_view digest) override;

    void add_step(const RunHolder& holder, const AgentStep& step, std::string_view event) override;
    [[nodiscard]] std::optional<AgentStep> last_step(std::int64_t thread) override;
    [[nodiscard]] std::vector<AgentStep> steps_for(std::int64_t thread, std::int64_t number) override;
    [[nodiscard]] std::vector<AgentStep> list_steps(std::int64_t thread, std::int64_t before,
                                                    std::size_t limit) override;

    void begin_call(const RunHolder& holder, const AgentCall& call) override;
    void end_call(const RunHolder& holder, const AgentCall& call) override;
    [[nodiscard]] std::vector<AgentCall> calls(std::int64_t thread, std::int64_t step) override;
    void put_recorded(std::int64_t thread, const AgentCall& call) override;
    [[nodiscard]] bool answer_call(std::int64_t thread, const AgentCall& call) override;
    void forget_failed(std::int64_t thread, std::int64_t step) override;

    std::size_t remove_older(std::int64_t before) override;
    std::size_t trim_steps(std::int64_t keep) override;

private:
    template <typename Work>
    auto reading_checkpoints(Work&& work);
    template <typename Work>
    auto changing_checkpoints(Work&& work);
    /// Throws Error(locked) when another run of the run's thread has not ended.
    void check_alone(std::string_view run_id);
    void check_holder(const RunHolder& holder);
    void put_agent_call(std::int64_t thread, const AgentCall& call);
    void append_event(const std::string& run_id, std::string_view name, std::string_view data);
    [[nodiscard]] std::vector<AgentRun> runs_of(db::Query& query);

    const std::filesystem::path path_;
    SQLite::Database database_;
    db::StatementCache statements_;
};

}  // namespace quarry::store
