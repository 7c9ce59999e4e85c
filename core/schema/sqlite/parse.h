#pragma once

#include <string_view>

#include "core/schema/sqlite/model.h"

namespace quarry::schema::sqlite {

/// Objects from the statements that SQLite keeps in sqlite_schema. `name` is what it calls the object there. Throws
/// Error(failed), naming the object, for a statement that is not of the expected form: nothing is guessed.
[[nodiscard]] Table parse_table(std::string_view name, std::string_view statement);
[[nodiscard]] VirtualTable parse_virtual_table(std::string_view name, std::string_view statement);
/// `names` are the columns of its table.
[[nodiscard]] Index parse_index(std::string_view name, std::string_view statement, const Names& names);
/// `names` are those of all tables and columns, `columns` what the view's users see; none when it cannot be read.
[[nodiscard]] View parse_view(std::string_view name, std::string_view statement, const Names& names,
                              const std::vector<std::string>& columns);
[[nodiscard]] Trigger parse_trigger(std::string_view name, std::string_view table, std::string_view statement,
                                    const Names& names);

/// How a table's own columns are called.
[[nodiscard]] Names column_names(const Table& table);

}  // namespace quarry::schema::sqlite
