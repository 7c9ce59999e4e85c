#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql_lint/history.h"
#include "core/sql_lint/lint.h"
#include "core/sql_lint/script_index.h"
#include "core/sql_lint/statement.h"

namespace quarry::sql_lint {

class Inspection;

/// Objects by kind and Name::key().
using Objects = std::set<std::pair<ObjectKind, std::string>>;

/// For which engines a rule is true.
enum class Engines : std::uint8_t { both, sqlite, postgresql };

/// What a rule looks at, and how often it is asked.
enum class Scope : std::uint8_t {
    up_statement,   ///< Each statement of the way up.
    any_statement,  ///< Each statement, of both directions.
    up_script,      ///< Once for the way up; `history` is what it leaves.
    down_script,    ///< Once for the way down; `history` is what the way up leaves.
    allow,          ///< Never asked: reported by the linter itself, of `-- quarry:allow`.
};

/// One rule, with all that its page says. The table of rules is constant.
struct Rule {
    std::string_view id;  ///< kebab-case; frozen: files name it.
    Severity severity = Severity::warning;
    Engines engines = Engines::both;
    Scope scope = Scope::up_statement;
    std::string_view summary;  ///< One sentence without its full stop, lower case.
    std::string_view why;
    std::string_view instead;
    std::string_view bad;      ///< A migration that breaks it; several files begin with "-- file: NAME" each.
    std::string_view good;     ///< One that does not.
    std::string_view sources;  ///< Where to read more: names of pages, separated by "; ".
    void (*check)(const Inspection&) = nullptr;
    bool by_default = true;  ///< False for a matter of taste.
};

/// Every rule, by group and then as in the pages.
[[nodiscard]] std::span<const Rule> rules();
/// Nothing when there is no such rule.
[[nodiscard]] const Rule* find_rule(std::string_view id);
/// Throws Error(usage) with a "did you mean" when there is no such rule.
[[nodiscard]] const Rule& require_rule(std::string_view id);
[[nodiscard]] bool applies_to(const Rule& rule, sql::Dialect dialect) noexcept;

/// What a rule sees when it is asked. Borrows all.
class Inspection {
public:
    const Migration& migration;
    const Script& script;
    std::span<const Statement> up;
    std::span<const Statement> down;
    std::span<const Statement> statements;  ///< Of the direction that is looked at.
    std::size_t index;                      ///< Of the statement that is looked at.
    const ScriptIndex& mentions;            ///< Of `statements`.
    const History& history;                 ///< The schema before the statement; see Scope for the others.
    const std::set<std::string>& fresh;     ///< Tables created by the statements before this one, by key.
    const Objects& existed;                 ///< What the way up is about and was there before it.
    const LintOptions& options;
    const Rule& rule;
    std::vector<Finding>& findings;
    std::vector<sql::Section>& places;  ///< Of the findings, for the line numbers.

    [[nodiscard]] const Statement& statement() const noexcept { return statements[index]; }
    [[nodiscard]] bool sqlite() const noexcept { return options.dialect == sql::Dialect::sqlite; }
    /// Whether a table may hold rows and be in use: not created in this script.
    [[nodiscard]] bool in_use(const Name& table) const { return fresh.find(table.key()) == fresh.end(); }
    /// Whether a later statement of the script creates this object again, or renames another one to it.
    [[nodiscard]] bool comes_back(const Name& name) const { return mentions.makes_behind(index, name); }
    /// Whether a statement is an ALTER TABLE of a table in use.
    [[nodiscard]] bool alters_table_in_use() const;
    void report(sql::Section place, std::string message, std::string hint = {}) const;
};

// The groups of the table, each in a file of its own.
[[nodiscard]] std::span<const Rule> destructive_rules();
[[nodiscard]] std::span<const Rule> compatibility_rules();
[[nodiscard]] std::span<const Rule> rewrite_rules();
[[nodiscard]] std::span<const Rule> index_rules();
[[nodiscard]] std::span<const Rule> constraint_rules();
[[nodiscard]] std::span<const Rule> transaction_rules();
[[nodiscard]] std::span<const Rule> down_rules();
[[nodiscard]] std::span<const Rule> name_rules();
[[nodiscard]] std::span<const Rule> type_rules();
[[nodiscard]] std::span<const Rule> query_rules();
[[nodiscard]] std::span<const Rule> sqlite_rules();
[[nodiscard]] std::span<const Rule> rebuild_rules();
[[nodiscard]] std::span<const Rule> object_rules();
[[nodiscard]] std::span<const Rule> outside_rules();
[[nodiscard]] std::span<const Rule> file_rules();
[[nodiscard]] std::span<const Rule> allow_rules();

}  // namespace quarry::sql_lint
