#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/store/idempotency_repository.h"
#include "core/store/presence.h"
#include "core/store/side_tables.h"
#include "core/store/store.h"

namespace quarry::store::postgresql {

/// What is kept in a base on a server beside its documents; as the functions of core/store/store.h open it.
[[nodiscard]] std::unique_ptr<ConversationRepository> open_server_conversations(const std::string& url, StoreMode mode,
                                                                                std::string_view principal);
[[nodiscard]] std::unique_ptr<RunRepository> open_server_runs(const std::string& url, StoreMode mode);
[[nodiscard]] std::unique_ptr<cache::ResponseCache> open_server_response_cache(const std::string& url,
                                                                               const cache::ResponseCacheLimits& limits,
                                                                               CacheClock clock);
[[nodiscard]] std::unique_ptr<ModelResponseRepository> open_server_model_responses(const std::string& url,
                                                                                   StoreMode mode);
[[nodiscard]] std::unique_ptr<IdempotencyRepository> open_server_idempotency(const std::string& url);
[[nodiscard]] std::unique_ptr<FeedbackRepository> open_server_feedback(const std::string& url, StoreMode mode);
[[nodiscard]] std::unique_ptr<OriginalRepository> open_server_originals(const std::string& url, StoreMode mode);
[[nodiscard]] std::unique_ptr<SideTables> open_server_side_tables(const std::string& url, StoreMode mode);
[[nodiscard]] std::unique_ptr<RunLogRepository> open_server_run_log(const std::string& url, StoreMode mode);
[[nodiscard]] std::unique_ptr<RunLogListener> open_server_run_log_listener(const std::string& url,
                                                                           const Cancellation& cancel);
[[nodiscard]] std::unique_ptr<CheckpointRepository> open_server_checkpoints(const std::string& url, StoreMode mode);
[[nodiscard]] std::unique_ptr<Presence> open_server_presence(const std::string& url);
[[nodiscard]] std::unique_ptr<UserRepository> open_server_users(const std::string& url, StoreMode mode);

}  // namespace quarry::store::postgresql
