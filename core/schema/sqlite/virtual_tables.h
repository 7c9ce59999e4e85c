#pragma once

#include <string>
#include <vector>

#include "core/schema/schema.h"
#include "core/schema/sqlite/model.h"

namespace quarry::schema::sqlite {

/// Whether the rows of a virtual table are in itself: false for an index over another table.
[[nodiscard]] bool holds_own_rows(const VirtualTable& table);

/// Whether making one into the other loses rows or values.
[[nodiscard]] bool loses_rows(const VirtualTable& from, const VirtualTable& to);

/// Makes one virtual table into another of the same name: FTS and R*Tree rows are copied. `free_name` is a name that
/// nothing has.
[[nodiscard]] std::vector<Statement> replace_virtual_table(const VirtualTable& from, const VirtualTable& to,
                                                           const std::string& free_name);

/// The statement that fills a new FTS index over another table or view, if it is one; that must be there.
[[nodiscard]] std::vector<Statement> fill_virtual_table(const VirtualTable& table);

}  // namespace quarry::schema::sqlite
