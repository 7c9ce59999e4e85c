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

/// What ALTER COLUMN ... TYPE needs behind the type: " USING ...", or nothing where PostgreSQL converts by itself.
[[nodiscard]] std::string conversion(const Column& from, const Column& to,
                                     const std::map<std::pair<std::string, std::string>, Cast>& casts);

/// Whether there can be values of the first type that the second has no place for.
[[nodiscard]] bool narrows(const Column& from, const Column& to);

}  // namespace quarry::schema::postgresql
