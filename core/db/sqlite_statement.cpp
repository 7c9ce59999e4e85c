#include "core/db/sqlite_statement.h"

namespace quarry::db {

Query::~Query() {
    statement_.tryReset();
    try {
        statement_.clearBindings();
    } catch (const SQLite::Exception&) {
        // Only memory is kept a little longer; a destructor must not throw.
    }
}

std::string_view Query::bytes(int column) const {
    const SQLite::Column value = statement_.getColumn(column);
    const void* const data = value.getBlob();
    return {static_cast<const char*>(data), static_cast<std::size_t>(value.getBytes())};
}

}  // namespace quarry::db
