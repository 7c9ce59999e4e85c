#pragma once

#include "core/schema/sqlite/model.h"

namespace quarry::schema::sqlite {

/// Two schemas without what no plan between them can touch: tables that are the same in both, with the same indexes,
/// and that no view, trigger, virtual table or changed table mentions.
struct NarrowedModels {
    Model from, to;
    Model rest;  ///< What was left out of both.
};
[[nodiscard]] NarrowedModels narrow(const Model& from, const Model& to);

/// A model with the rest again.
[[nodiscard]] Model widened(Model model, const Model& rest);

}  // namespace quarry::schema::sqlite
