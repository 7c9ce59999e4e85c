#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "core/base/cancel.h"
#include "core/cache/response_cache.h"
#include "core/store/checkpoint_repository.h"
#include "core/store/collection_repository.h"
#include "core/store/conversation_repository.h"
#include "core/store/document_store.h"
#include "core/store/feedback_repository.h"
#include "core/store/model_response_repository.h"
#include "core/store/original_repository.h"
#include "core/store/retriever.h"
#include "core/store/run_log_repository.h"
#include "core/store/run_repository.h"
#include "core/store/user_repository.h"
#include "core/store/vector_store.h"

namespace quarry::store {

/// The knowledge base: all that one engine offers. What needs a part of it takes that part's interface. One store is
/// used by one thread at a time; several processes may read while one writes.
class Store : public DocumentStore, public Retriever, public VectorStore, public CollectionRepository {
public:
    /// While it lives, the store reads the base as it was when this was made, whatever other processes write. Of a
    /// store that only reads; must not outlive it.
    class Snapshot {
    public:
        Snapshot() = default;
        Snapshot(const Snapshot&) = delete;
        Snapshot& operator=(const Snapshot&) = delete;
        virtual ~Snapshot() = default;
    };
    [[nodiscard]] virtual std::unique_ptr<Snapshot> snapshot() const = 0;
};

/// How `open_store` treats the base's file.
enum class StoreMode {
    read,    ///< Must exist. Works on a read-only disk too.
    write,   ///< Must exist.
    create,  ///< Made at the newest schema version when missing, with its folder.
};

/// How many rows of a base are done, of all. What it throws ends the work.
using UpgradeProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Opens the knowledge base in a SQLite file, or at the address of a PostgreSQL server (core/store/base_address.h);
/// its schema must be this binary's. In a folder named .quarry, `create`
/// also leaves a .gitignore. No symbolic link on the way to it, nor it itself, is followed, also when it is put there
/// at this very moment. Throws Error: a link, missing (hint: quarry ingest), locked, read-only, not a database, damaged,
/// schema_newer, migrations_pending (hint: quarry migrate up --database base).
///
/// The first who writes after an upgrade makes what the base of an older program lacks, for the whole of it, and tells
/// `progress`. What that throws leaves the base as it was.
[[nodiscard]] std::unique_ptr<Store> open_store(const std::filesystem::path& path, StoreMode mode,
                                                const UpgradeProgress& progress = {});

/// What is kept in a base beside its documents. `mode` is read or write; the base must exist, and each throws as
/// `open_store` does. Runs and responses wait for a lock a moment only.
/// Conversations are those of `principal` only: "owner", "user:ID" or "key:ID".
[[nodiscard]] std::unique_ptr<ConversationRepository> open_conversations(const std::filesystem::path& base,
                                                                         StoreMode mode,
                                                                         std::string_view principal = "owner");
[[nodiscard]] std::unique_ptr<RunRepository> open_runs(const std::filesystem::path& base, StoreMode mode);
[[nodiscard]] std::unique_ptr<ModelResponseRepository> open_model_responses(const std::filesystem::path& base,
                                                                            StoreMode mode);
/// What people said of answers. Waits five seconds for a lock.
[[nodiscard]] std::unique_ptr<FeedbackRepository> open_feedback(const std::filesystem::path& base, StoreMode mode);
[[nodiscard]] std::unique_ptr<UserRepository> open_users(const std::filesystem::path& base, StoreMode mode);
/// Runs of a server with their events, and its jobs. Waits five seconds for a lock.
[[nodiscard]] std::unique_ptr<RunLogRepository> open_run_log(const std::filesystem::path& base, StoreMode mode);
/// Connects with the first call; `cancel` interrupts it. Null for a base in a file: RunLogRepository::has_changed is
/// asked there.
[[nodiscard]] std::unique_ptr<RunLogListener> open_run_log_listener(const std::filesystem::path& base,
                                                                    const Cancellation& cancel);
/// Files that were uploaded. Waits five seconds for a lock.
[[nodiscard]] std::unique_ptr<OriginalRepository> open_originals(const std::filesystem::path& base, StoreMode mode);
/// What a commit is safe against.
enum class Durability {
    process,  ///< The end of this process, however it comes.
    power,    ///< A loss of power too, which costs a wait for the disk each time.
};
/// Threads of agents with their journal. Waits ten seconds for a lock.
[[nodiscard]] std::unique_ptr<CheckpointRepository> open_checkpoints(const std::filesystem::path& base, StoreMode mode,
                                                                     Durability durability = Durability::process);
/// Seconds since the epoch.
using CacheClock = std::function<std::int64_t()>;
/// Only reads where the base cannot be written to. Without a clock: the system's.
[[nodiscard]] std::unique_ptr<cache::ResponseCache> open_response_cache(const std::filesystem::path& base,
                                                                        const cache::ResponseCacheLimits& limits,
                                                                        CacheClock clock = {});

/// A base in memory, for evaluation and tests.
[[nodiscard]] std::unique_ptr<Store> open_store_in_memory();

}  // namespace quarry::store
