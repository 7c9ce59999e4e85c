#include "core/schema/sqlite/rebuild.h"

#include <fmt/format.h>

#include <sqlite3.h>

#include <algorithm>

namespace quarry::schema::sqlite {
namespace {

constexpr int first_with_drop_column = 3035000;

/// INSERT INTO the new table ... SELECT ... FROM the old one.
class RowCopy {
public:
    RowCopy(const Table& from, const Table& to, const DiffOptions& options) : from_(from), to_(to), options_(options) {
        add_rowid();
        for (const Column& column : to_.columns) {
            if (!column.generated) add(column);
        }
        if (targets_.empty()) add_any();
    }

    [[nodiscard]] Statement statement(const std::string& new_name) const {
        // A conflict clause of the table would drop rows silently.
        const bool clauses = has_conflict_clauses();
        return {fmt::format("INSERT{} INTO {} ({})\nSELECT {}\nFROM {};", clauses ? " OR ABORT" : "",
                            quoted_name(new_name), targets_, sources_, quoted_name(from_.name)),
                comment_, false};
    }

private:
    void add_rowid() {
        const std::string source = from_.rowid_name(), target = to_.rowid_name();
        if (to_.rowid_column() == nullptr && !source.empty() && !target.empty()) add_pair(target, source);
    }

    void add(const Column& column) {
        const Column* before = from_.column(column.name);
        const bool is_rowid = &column == to_.rowid_column();
        const std::string target = quoted_name(column.name);
        if (before != nullptr) {
            const std::string source = quoted_name(before->name);
            const bool new_not_null = !is_rowid && to_.refuses_null(column) && !refused_null_before(*before);
            add_pair(target, new_not_null ? fmt::format("coalesce({}, {})", source, value_for(column, true)) : source);
        } else if (is_rowid) {
            if (!from_.rowid_name().empty()) add_pair(target, from_.rowid_name());
        } else if (to_.refuses_null(column) && !column.default_value) {
            add_pair(target, value_for(column, false));
        }
    }

    [[nodiscard]] bool refused_null_before(const Column& column) const {
        return from_.refuses_null(column) || &column == from_.rowid_column();
    }

    /// What rows get in a column that becomes NOT NULL.
    [[nodiscard]] std::string value_for(const Column& column, bool may_use_default) {
        const std::string path = to_.name + "." + column.name;
        for (const auto& [name, value] : options_.backfill) {
            if (fold_name(name) == fold_name(path)) return "(" + value + ")";
        }
        if (may_use_default && column.default_value) return column.default_value->text;
        comment_ += fmt::format("{}{} must not be NULL: put a value in the marked place for the rows that have none.",
                                comment_.empty() ? "" : "\n", path);
        std::string marked = path;
        for (std::size_t at = marked.find("*/"); at != std::string::npos; at = marked.find("*/")) marked.erase(at, 2);
        return fmt::format("NULL /* FILL IN: {} */", marked);
    }

    /// Rows without a rowid that can be named, and without a common column, are still rows.
    void add_any() {
        for (const Column& column : to_.columns) {
            if (column.generated) continue;
            add_pair(quoted_name(column.name), column.default_value ? column.default_value->text : "NULL");
            return;
        }
    }

    void add_pair(const std::string& target, const std::string& source) {
        targets_ += (targets_.empty() ? "" : ", ") + target;
        sources_ += (sources_.empty() ? "" : ", ") + source;
    }

    [[nodiscard]] bool has_conflict_clauses() const {
        return std::any_of(to_.columns.begin(), to_.columns.end(),
                           [](const Column& column) { return !column.not_null_conflict.empty(); }) ||
               std::any_of(to_.constraints.begin(), to_.constraints.end(),
                           [](const Constraint& constraint) { return !constraint.conflict.empty(); });
    }

    const Table& from_;
    const Table& to_;
    const DiffOptions& options_;
    std::string targets_, sources_, comment_;
};

/// Lines about what a rebuild loses; empty when it loses nothing.
std::string losses(const TableDifference& difference) {
    std::string text;
    const auto add = [&](const std::string& line) { text += (text.empty() ? "" : "\n") + line; };
    for (const Column* column : difference.dropped) {
        if (!column->generated)
            add(fmt::format("The contents of {}.{} are lost.", difference.from->name, column->name));
    }
    for (const ColumnPair& pair : difference.changed) {
        if (!converts_values(*pair.from, *pair.to)) continue;
        const std::string path = difference.from->name + "." + pair.from->name;
        add(pair.to->generated ? fmt::format("The contents of {} are lost: it is computed from now on.", path)
                               : fmt::format("Values in {} are converted to the new type.", path));
    }
    return text;
}

std::vector<Statement> keep_counter(const Table& from, const Table& to, const std::string& new_name) {
    const Column* before = from.rowid_column();
    const Column* after = to.rowid_column();
    const bool both = from.autoincrement() && to.autoincrement() && before != nullptr && after != nullptr;
    if (!both || fold_name(before->name) != fold_name(after->name)) return {};
    const std::string new_text = sql::quote_string(new_name), old_text = sql::quote_string(from.name);
    return {{fmt::format("DELETE FROM sqlite_sequence WHERE name = {};", new_text),
             "AUTOINCREMENT continues from its last value.", false},
            {fmt::format("INSERT INTO sqlite_sequence (name, seq)\n"
                         "SELECT {}, seq FROM sqlite_sequence WHERE name = {} COLLATE NOCASE;",
                         new_text, old_text),
             "", false}};
}

/// Whether ALTER TABLE ADD COLUMN takes the column (sqlite.org/lang_altertable.html).
bool can_add(const TableDifference& difference, const Column& column) {
    if (column.generated) return !column.stored && !column.not_null;
    if (column.not_null && !column.default_value) return false;
    if (column.default_value) {
        const char first = column.default_value->text.front();
        if (first == '(' || first == 'C') return false;  // An expression, or CURRENT_TIME and its like.
    }
    return std::all_of(difference.added_constraints.begin(), difference.added_constraints.end(),
                       [&](const Constraint* constraint) {
                           if (!constraint->mentions(column.name)) return true;
                           const bool own = constraint->column_sql().has_value();
                           if (constraint->kind == ConstraintKind::check) return own;
                           return constraint->kind == ConstraintKind::foreign_key && own && !column.default_value;
                       });
}

/// Whether ALTER TABLE DROP COLUMN takes the column, wherever its constraints may be written.
bool can_drop(const TableDifference& difference, const Column& column) {
    return sqlite3_libversion_number() >= first_with_drop_column &&
           std::none_of(difference.from->constraints.begin(), difference.from->constraints.end(),
                        [&](const Constraint& constraint) { return constraint.mentions(column.name); });
}

/// Whether a constraint only comes or goes with a column of its own.
bool belongs_to(const Constraint& constraint, const std::vector<const Column*>& columns) {
    return constraint.column_sql() && std::any_of(columns.begin(), columns.end(), [&](const Column* column) {
               return constraint.mentions(column->name);
           });
}

}  // namespace

bool can_alter(const TableDifference& difference) {
    if (!difference.changed.empty() || !difference.options.empty() || !difference.dropped_constraints.empty()) {
        return false;
    }
    return std::all_of(difference.added.begin(), difference.added.end(),
                       [&](const Column* column) { return can_add(difference, *column); }) &&
           std::all_of(difference.dropped.begin(), difference.dropped.end(),
                       [&](const Column* column) { return can_drop(difference, *column); }) &&
           std::all_of(difference.added_constraints.begin(), difference.added_constraints.end(),
                       [&](const Constraint* constraint) { return belongs_to(*constraint, difference.added); });
}

std::vector<Statement> alter_table(const TableDifference& difference) {
    std::vector<Statement> statements;
    const std::string table = quoted_name(difference.from->name);
    for (const Column* column : difference.added) {
        statements.push_back(
            {fmt::format("ALTER TABLE {} ADD COLUMN {};", table, difference.to->column_sql(*column)), "", false});
    }
    for (const Column* column : difference.dropped) {
        const std::string lost =
            column->generated ? ""
                              : fmt::format("The contents of {}.{} are lost.", difference.from->name, column->name);
        statements.push_back(
            {fmt::format("ALTER TABLE {} DROP COLUMN {};", table, quoted_name(column->name)), lost, !lost.empty()});
    }
    return statements;
}

std::vector<Statement> rebuild_table(const TableDifference& difference, const std::string& free_name,
                                     const DiffOptions& options) {
    const Table& from = *difference.from;
    const Table& to = *difference.to;
    const std::string lost = losses(difference);
    std::vector<Statement> statements;
    statements.push_back({to.sql(free_name) + ";",
                          fmt::format("SQLite cannot change {} in place: the table is rebuilt.", from.name), false});
    statements.push_back(RowCopy(from, to, options).statement(free_name));
    for (Statement& statement : keep_counter(from, to, free_name)) statements.push_back(std::move(statement));
    statements.push_back({fmt::format("DROP TABLE {};", quoted_name(from.name)), lost, !lost.empty()});
    statements.push_back(
        {fmt::format("ALTER TABLE {} RENAME TO {};", quoted_name(free_name), quoted_name(to.name)), "", false});
    return statements;
}

}  // namespace quarry::schema::sqlite
