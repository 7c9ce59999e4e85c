#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/schema/postgresql/column_comparison.h"
#include "core/schema/postgresql/comparison.h"
#include "core/schema/postgresql/script.h"

namespace quarry::schema::postgresql {

/// Writes the statements that turn one catalogue into another:
/// new enum values (a script of their own) · renames · drops, what depends on other things first · what is made or
/// altered, what others depend on first · types that are no longer needed · indexes that are built concurrently.
/// Borrows its arguments.
class Plan {
public:
    Plan(const Comparison& comparison, const Catalog& to, const Renaming& renaming, const DiffOptions& options)
        : comparison_(comparison), from_(comparison.from), to_(to), renaming_(renaming), options_(options) {}

    [[nodiscard]] std::vector<Script> write();

private:
    void write_enum_values();
    void write_renames();
    void write_rename(const Id& before, const Id& after);
    void release_sequences();
    void move_types_aside();
    void write_drops();
    void write_renamed_objects();
    void write_creations();
    void write_late_drops();
    void write_default_privileges();
    void write_owners();

    void write_drop(const Object& object);
    [[nodiscard]] bool is_dropped_concurrently(const Object& object) const;
    void drop_default(const Object& object);
    void drop_column(const Id& table, const std::string& column);
    void drop_columns(const Id& table);
    [[nodiscard]] bool drops_late(const Id& id) const;
    [[nodiscard]] bool goes_with_its_table(const Object& object) const;

    void write_made(const Object& object);
    void write_altered(const Object& before, const Object& after);
    void write_extras(const Object* before, const Object& after);
    void write_default(const Object& object);
    void write_index(const Object& index);
    /// Of an index on a partition, or of the constraint behind one.
    void write_attached(const Object& object);
    void attach_index(const Object& object);
    /// Takes tables from parents that they will not have: before anything is dropped.
    void write_detachments();
    void detach(const Id& table, const Id& parent);
    /// Gives a table the parents that it did not have, once both have the columns.
    void write_attachments(const Id& table);
    /// The rows of tables that are made again: from the old one, which is dropped.
    void copy_rows();
    [[nodiscard]] bool is_rebuilt(const Id& table) const { return comparison_.rebuilt.count(table) > 0; }
    [[nodiscard]] static Id aside(const Id& table);
    /// What the rows of a table that is made again have in a column: an expression over the old table; empty for what
    /// its default or its expression gives.
    [[nodiscard]] std::string copied_value(const Id& table, const Column& column, std::string& comment) const;
    [[nodiscard]] bool is_part_of_rebuilt(const Id& table) const;
    /// The checks and foreign keys that a parent gives to its partitions and heirs.
    [[nodiscard]] static std::vector<const Object*> handed_down(const Catalog& catalog, const Id& parent);
    [[nodiscard]] bool moves(const Id& table) const { return postgresql::moves(from_, to_, table); }
    /// Defaults and NOT NULL of inherited columns, where they are not what the parent's gave.
    void settle_inherited();
    void settle_column(const Id& table, const Column& column);
    /// Storage, compression, statistics target and options of a column; `before` is absent for a new one, which has
    /// those of the parent's column, if there is one, when the whole table is new.
    void write_column_settings(const Id& table, const Column* before, const Column& after);
    /// CLUSTER ON, replica identity, statistics targets, defaults of a view's columns.
    void write_object_settings(ScriptWriter& script, const Object& before, const Object& after) const;
    [[nodiscard]] bool is_clustered(const Id& table) const;
    [[nodiscard]] static std::string effective_default(const Catalog& catalog, const Id& table, const Column& column);
    [[nodiscard]] bool changes_default(const Id& table, const std::string& column) const;
    void write_function(const Object& function);
    void own_sequences(const Id& table);

    void create_table(const Id& id);
    [[nodiscard]] std::vector<std::string> table_parts(const Id& id, const Table& table);
    void alter_table_settings(const Id& id, const Table* before, const Table& after);
    void alter_table(const Id& id);
    void add_column(const Id& id, const Column& column);
    void alter_column(const Id& id, const Column& before, const Column& after);
    void change_type(const Id& id, const Column& before, const Column& after);
    void set_time_zone(const std::string& column);
    void change_identity(const Id& id, const Column& before, const Column& after);
    void continue_counter(const Id& table, const Column& column);
    void take_over_counter(const Id& table, const Column& column);
    /// The same for a sequence, when its column was there before.
    void continue_sequence(const Id& sequence);
    /// Gives rows without a value one, and makes the column NOT NULL without a long lock.
    void make_not_null(const Id& id, const Column& column, bool has_default);
    /// The expression to write into the table's definition; empty when there is none or it must come later.
    [[nodiscard]] std::string inline_default(const Id& table, const std::string& column);
    [[nodiscard]] bool can_be_inline(const Object& object) const;
    [[nodiscard]] std::optional<std::string> backfill_of(const Id& table, const std::string& column) const;

    void alter_domain(const Id& id);
    void alter_composite(const Id& id);
    void alter_sequence(const Id& id);

    [[nodiscard]] bool made(const Id& id) const { return comparison_.made.count(id) > 0; }
    [[nodiscard]] bool gone(const Id& id) const { return comparison_.gone.count(id) > 0; }
    [[nodiscard]] bool is_new_table(const Id& id) const { return to_.tables.count(id) > 0 && made(id); }
    /// Whether a table that stays loses the column, for good or to get it back.
    [[nodiscard]] bool loses_column(const Id& table, const std::string& column) const;

    const Comparison& comparison_;
    const Catalog& from_;
    const Catalog& to_;
    const Renaming& renaming_;
    const DiffOptions& options_;
    ScriptWriter script_;
    std::vector<Script> before_, after_;
    std::set<Id> made_early_;  ///< Schemas that something is moved to.
    std::set<Id> there_;    ///< Objects of `to` that exist by now.
    std::set<Id> inlined_;  ///< Defaults and constraints that their table was made with.
    std::set<Reference> dropped_columns_;
    std::map<Id, std::vector<Id>> owned_sequences_;  ///< Of `to`, by their table.
    std::map<Id, std::string> moved_types_;          ///< Types that are to go, to the name that they go under.
};

}  // namespace quarry::schema::postgresql
