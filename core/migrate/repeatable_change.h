#pragma once

#include <string>

#include "core/schema/schema.h"

namespace quarry::migrate {

/// A difference in what a repeatable migration makes: it is made in that file.
struct RepeatableChange {
    schema::Change change;
    std::string path;  ///< "migrations/R_views.sql"

    /// For people: "change_view short_names: migrations/R_views.sql makes it, change it there".
    [[nodiscard]] std::string text() const { return change.text() + ": " + path + " makes it, change it there"; }
};

}  // namespace quarry::migrate
