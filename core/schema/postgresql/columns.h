#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/schema/postgresql/model.h"

namespace quarry::schema::postgresql {

/// A column as CREATE TABLE and ADD COLUMN write it; `expression` is its default or what it is generated from, empty
/// for none.
[[nodiscard]] std::string column_definition(const Column& column, std::string_view expression);

/// " INCREMENT BY 2 ...": the options that are not what PostgreSQL takes by itself.
[[nodiscard]] std::string sequence_options(const SequenceOptions& options);
/// All options, each with `prefix` before it: " SET INCREMENT BY 2 SET ...". The type is left out.
[[nodiscard]] std::string every_sequence_option(const SequenceOptions& options, std::string_view prefix);
/// Whether a counter that was right before may be outside of what the options allow after.
[[nodiscard]] bool narrows(const SequenceOptions& before, const SequenceOptions& after);
/// An expression that gives the sequence of an identity, or of a serial column, by name.
[[nodiscard]] std::string owned_sequence(const Id& table, const std::string& column);
/// A query that moves a counter behind the values that its column has; nothing for a column that does not count.
/// `sequence` is an expression that gives it as regclass or text, `table` a name as SQL.
[[nodiscard]] std::string counter_behind_values(std::string_view sequence, const SequenceOptions& options,
                                                std::string_view table, const Column& column);

/// What ALTER COLUMN ... TYPE needs behind the type: " USING ...", or nothing where PostgreSQL converts by itself.
[[nodiscard]] std::string conversion(const Column& from, const Column& to,
                                     const std::map<std::pair<std::string, std::string>, Cast>& casts);

/// Whether what a value becomes depends on the session's time zone: a time with a zone from or to one without.
[[nodiscard]] bool depends_on_time_zone(const Column& from, const Column& to);

/// Whether there can be values of the first type that the second has no place for.
[[nodiscard]] bool narrows(const Column& from, const Column& to);

}  // namespace quarry::schema::postgresql
