#pragma once

#include <fmt/format.h>

#include "core/store/sqlite/committed.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/sqlite_checkpoints.h"

// How the parts of SqliteCheckpoints read and write. For core/store/sqlite alone.
namespace quarry::store {

template <typename Work>
auto SqliteCheckpoints::reading_checkpoints(Work&& work) {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot use the agents of {}", path_.string()));
    }
}

template <typename Work>
auto SqliteCheckpoints::changing_checkpoints(Work&& work) {
    return reading_checkpoints([&] {
        return committed(SQLite::Transaction(database_, SQLite::TransactionBehavior::IMMEDIATE), work);
    });
}

}  // namespace quarry::store
