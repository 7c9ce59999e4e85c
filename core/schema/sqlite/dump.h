#pragma once

#include <string>
#include <vector>

#include "core/schema/sqlite/model.h"

namespace quarry::schema::sqlite {

/// The statements that make a schema in an empty database, each without ";": tables after those they point to, virtual
/// tables, indexes, views after those they read, triggers. Otherwise in the order of names.
[[nodiscard]] std::vector<std::string> creation_order(const Model& model);

/// The same as a script.
[[nodiscard]] std::string dump_model(const Model& model);

/// Tables so that one which is pointed to comes before, as far as they point in no circle.
[[nodiscard]] std::vector<const Table*> tables_in_order(const Model& model);
/// Views so that one which is read by another comes before it.
[[nodiscard]] std::vector<const View*> views_in_order(const Model& model);

}  // namespace quarry::schema::sqlite
