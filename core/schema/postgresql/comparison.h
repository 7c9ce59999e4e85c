#pragma once

#include <set>
#include <utility>
#include <vector>

#include "core/schema/postgresql/model.h"
#include "core/schema/postgresql/renaming.h"
#include "core/schema/schema.h"

namespace quarry::schema::postgresql {

/// What has to happen to the objects of one catalogue so that it becomes another.
struct Comparison {
    Catalog from;  ///< With the new names of what is renamed.
    /// To be dropped, and to be made. An object that cannot be changed in place, or that stands in the way of a change
    /// to what it needs, is in both.
    std::set<Id> gone, made;
    std::set<Id> rebuilt;                            ///< Tables among these: their rows are copied.
    std::set<Id> rebuilt_parts;                      ///< Partitions of those that stay: made again with them.
    std::set<Id> altered;                            ///< In both catalogues, and changed in place.
    std::set<Reference> recreated_columns;           ///< Dropped and added again: generated ones.
    std::set<Reference> retyped_columns;             ///< Of a type that is made anew under the same name.
    std::vector<std::pair<Id, Id>> renamed_objects;  ///< Sequences, indexes and constraints.
    std::vector<DefaultPrivileges> default_privileges;  ///< That differ.
    std::vector<Change> changes;
};

/// Throws Error(failed) for a difference that SQL cannot express, naming the object.
[[nodiscard]] Comparison compare(const Catalog& from, const Catalog& to, const Renaming& renaming);

}  // namespace quarry::schema::postgresql
