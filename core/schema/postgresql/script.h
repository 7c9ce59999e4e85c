#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/schema/schema.h"

namespace quarry::schema::postgresql {

/// Statements as they are put together.
class ScriptWriter {
public:
    /// `sql` without the semicolon behind it.
    void add(std::string sql, bool destructive = false, std::string comment = {}) {
        statements_.push_back({std::move(sql) + ";", std::move(comment), destructive});
    }
    [[nodiscard]] bool empty() const noexcept { return statements_.empty(); }
    [[nodiscard]] std::vector<Statement> take() { return std::exchange(statements_, {}); }

private:
    std::vector<Statement> statements_;
};

}  // namespace quarry::schema::postgresql
