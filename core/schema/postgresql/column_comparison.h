#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/schema/postgresql/model.h"
#include "core/schema/schema.h"

namespace quarry::schema::postgresql {

struct TableDifference {
    bool any = false;                 ///< Something of the table itself is to be altered.
    bool rebuilt = false;             ///< The table is made again, and its rows are copied.
    std::set<std::string> gone;       ///< Columns that are dropped.
    std::set<std::string> retyped;    ///< Columns of another type or collation.
    std::set<std::string> recreated;  ///< Columns whose generating expression is new or another: dropped and added.
    std::vector<Change> changes;
};

/// Compares a table that is in both catalogues, under the same name. Throws Error(failed) for what can neither be
/// altered nor made again: the key of a partition, or one of a table that a partition leaves.
[[nodiscard]] TableDifference compare_tables(const Catalog& from, const Catalog& to, const Id& table);

/// Whether the table is in both, and a partition or an heir of other tables than before.
[[nodiscard]] bool moves(const Catalog& from, const Catalog& to, const Id& table);
/// Whether the table is made a partition: as a new one, out of one that is there, or with other bounds.
[[nodiscard]] bool is_attached_anew(const Catalog& from, const Catalog& to, const Id& table);

/// Whether a table that is in both is partitioned in another way, or by a column of another type: then it is made
/// again.
[[nodiscard]] bool is_repartitioned(const Catalog& from, const Catalog& to, const Id& table);
/// Whether it is a partition of such a table, at any depth, and stays one.
[[nodiscard]] bool is_part_of_repartitioned(const Catalog& from, const Catalog& to, const Id& table);
/// Throws Error(failed) when the table is partitioned by the column, which then cannot change.
void require_no_partition_key(const Catalog& catalog, const Id& table, const std::string& column);

/// How the attributes of a composite type differ.
enum class CompositeChange : std::uint8_t {
    none,
    members,  ///< Some are dropped, or more are at the end.
    types,    ///< The same names in the same order.
    order,    ///< Anything else: dropped, in between, moved.
};
[[nodiscard]] CompositeChange compare_attributes(const std::vector<Column>& from, const std::vector<Column>& to);

}  // namespace quarry::schema::postgresql
