#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <vector>

#include "core/schema/schema.h"
#include "core/schema/sqlite/compare.h"
#include "core/schema/sqlite/model.h"

namespace quarry::schema::sqlite {

/// Statements of a plan that belong together.
struct PlanPart {
    enum class Kind {
        any,
        alter,    ///< ALTER TABLE ADD and DROP COLUMN of one table, each of which reads the whole schema again.
        rebuild,  ///< As rebuild_table() has them: the last one renames, for which SQLite parses the whole schema.
    };
    std::vector<Statement> statements;
    Kind kind = Kind::any;
    const TableDifference* difference = nullptr;  ///< But for `any`. Borrowed.
    std::string new_name;                         ///< Under which a rebuilt table is made.
};

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
    /// The same in time that grows with the schema only, not with the schema times the changed tables: what ALTER TABLE
    /// makes of a table is tried apart from the others and put in its place. As they are written run the first of each
    /// kind and the last that drops columns, which read all views and triggers.
    [[nodiscard]] Model after(const std::vector<PlanPart>& parts);

private:
    template <typename Run>
    [[nodiscard]] Model after_running(Run run);
    void run_part(const PlanPart& part);
    void rebuild_shortened(const PlanPart& part);
    void alter_apart(const std::vector<const PlanPart*>& parts);
    void load(const std::string& statement);
    void run_one(const std::string& statement);
    [[nodiscard]] Model read();
    void undo() noexcept;

    SQLite::Database database_;
    std::vector<VirtualTable> left_out_;
};

}  // namespace quarry::schema::sqlite
