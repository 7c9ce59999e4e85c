#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql_lint/lint.h"

namespace quarry::app {

/// One rule of the migrations' linter. Its texts are constant.
struct LintRule {
    std::string_view id;
    sql_lint::Severity severity = sql_lint::Severity::warning;
    std::string_view engines;  ///< "SQLite", "PostgreSQL", "SQLite and PostgreSQL".
    std::string_view summary;
    bool by_default = true;
};

/// Every rule, by group and then as in the pages.
[[nodiscard]] std::vector<LintRule> lint_rules();

/// A rule's page in Markdown. Throws Error(usage) with a "did you mean" when there is no such rule.
[[nodiscard]] std::string lint_rule_page(std::string_view id);

/// Writes the page of every rule and their index into a folder, which is made when it is missing. Returns how many
/// files there are.
std::size_t write_lint_pages(const std::filesystem::path& folder);

}  // namespace quarry::app
