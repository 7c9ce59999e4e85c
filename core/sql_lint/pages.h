#pragma once

#include <string>

#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {

/// A rule's page in Markdown: docs/lint/RULE.md.
[[nodiscard]] std::string rule_page(const Rule& rule);

/// The page that lists all rules: docs/lint/README.md.
[[nodiscard]] std::string index_page();

/// "SQLite", "PostgreSQL", "SQLite and PostgreSQL"
[[nodiscard]] std::string_view engines_text(Engines engines) noexcept;

}  // namespace quarry::sql_lint
