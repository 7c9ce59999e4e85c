#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <vector>

#include "core/schema/schema.h"
#include "core/schema/sqlite/model.h"

namespace quarry::schema::sqlite {

/// An empty database in memory with some schema, in which statements are tried as a migration would run them.
class Trial {
public:
    /// Throws Error(failed) when SQLite refuses a statement of the schema. Functions and collations that only the
    /// application has are no reason; virtual tables whose module or tokenizer is missing are left out: complete() is
    /// false then.
    explicit Trial(const Model& model);

    [[nodiscard]] bool complete() const noexcept { return left_out_.empty(); }
    /// What the schema is after statements, run in a transaction with foreign keys off, and with the virtual tables
    /// that were left out. They are undone again: the next ones start from the same schema, which takes long to make
    /// where it is large. Throws Error(failed) with SQLite's words.
    [[nodiscard]] Model after(const std::vector<Statement>& statements);

private:
    void load(const std::string& statement);
    void run_one(const std::string& statement);
    [[nodiscard]] Model read();
    void undo() noexcept;

    SQLite::Database database_;
    std::vector<VirtualTable> left_out_;
};

}  // namespace quarry::schema::sqlite
