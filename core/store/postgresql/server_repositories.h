#pragma once

#include <memory>
#include <string>

#include "core/store/store.h"

namespace quarry::store::postgresql {

/// What is kept in a base on a server beside its documents; as the functions of core/store/store.h open it.
[[nodiscard]] std::unique_ptr<RunLogRepository> open_server_run_log(const std::string& url, StoreMode mode);
[[nodiscard]] std::unique_ptr<CheckpointRepository> open_server_checkpoints(const std::string& url, StoreMode mode);

}  // namespace quarry::store::postgresql
