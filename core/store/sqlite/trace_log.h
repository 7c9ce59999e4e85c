#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "core/db/sqlite_statement.h"
#include "core/store/run_repository.h"
#include "core/store/sqlite/row_checksums.h"
#include "core/store/store.h"

namespace quarry::store {

/// In the knowledge base's file, over a connection of its own.
class TraceLog final : public RunRepository {
public:
    /// See open_runs.
    TraceLog(const std::filesystem::path& base, StoreMode mode);

    std::int64_t add(const StoredRun& run, const RunLimits& limits) override;
    std::uint64_t clear(std::size_t keep) override;
    void for_each(std::size_t limit, const std::function<void(const StoredRun&)>& visit) const override;
    void for_each_after(std::int64_t after, const std::function<bool(StoredRun&&)>& visit) const override;
    [[nodiscard]] std::optional<StoredRun> find(std::int64_t id) const override;
    [[nodiscard]] std::optional<StoredRun> last() const override;

private:
    template <typename Work>
    auto guarded_log(std::string_view doing, Work&& work) const;

    const std::filesystem::path path_;
    mutable SQLite::Database database_;
    mutable db::StatementCache statements_;
    RowChecksums checksums_;
};

}  // namespace quarry::store
