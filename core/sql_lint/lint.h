#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/sql/dialect.h"
#include "core/sql/source_text.h"

namespace quarry::sql_lint {

/// How bad a finding is: an error fails when it is run, a warning can hurt a database in use, a note is advice.
enum class Severity : std::uint8_t { note, warning, error };

/// "note", "warning", "error"
[[nodiscard]] std::string_view severity_name(Severity severity) noexcept;

/// A statement that quarry does not run in a migration.
struct RefusedStatement {
    std::size_t start = 0;  ///< Of the statement's section.
    std::string problem;
    std::string hint;
};

/// The statements of one direction. Borrows all.
struct Script {
    sql::SourceText source;
    std::span<const sql::Section> statements;
    std::span<const RefusedStatement> refused{};
    bool transactional = true;
    bool has_lock_timeout = false;  ///< Declared for the script; one that is SET in it is seen by itself.
};

/// A rule that a migration's file allows to be broken, with the reason and the place of the comment.
struct AllowedRule {
    std::string_view rule;
    std::string_view reason;
    sql::Section place{};
};

/// A migration as the linter sees it. Borrows all: what it views must outlive the call of `lint`.
struct Migration {
    std::string_view name;  ///< "create_users"; "" when its file has none.
    Script up;
    bool has_down = false;
    Script down;                       ///< When there is one.
    std::string_view irreversible;     ///< Why there is no way back; empty when nobody said.
    std::vector<AllowedRule> allowed;  ///< Their places are in the up script's text.
    bool reported = true;              ///< False: it is only read for what later ones build on.
};

struct Finding {
    std::string rule;
    Severity severity = Severity::note;
    std::string path;
    sql::Place start;
    sql::Place end;  ///< Just past the last character.
    std::string message;
    std::string hint;        ///< May be empty.
    std::string suppressed;  ///< Why the file allows it; empty for a finding that counts.
};

struct LintOptions {
    sql::Dialect dialect = sql::Dialect::sqlite;
    /// The oldest server that the migrations run on: PostgreSQL's major version, 12 unless given; SQLite's as 3040.
    int server_version = 0;
    std::vector<std::string> on;   ///< Rules to switch on beside those that are on by default; "all" for every one.
    std::vector<std::string> off;  ///< Rules to switch off.
    const Cancellation* cancel = nullptr;  ///< Asked before each statement; borrowed, may be null.
};

/// Looks at a database's migrations, all of them and in their order, and says what is dangerous, wrong or unwise in
/// those that are to be reported. A table counts as full of rows and in use unless the same script created it. Findings
/// come in the order of migrations and places. Throws Error(usage) for an option that names no rule (did you
/// mean), Error(interrupted) when cancelled.
[[nodiscard]] std::vector<Finding> lint(std::span<const Migration> migrations, const LintOptions& options);

}  // namespace quarry::sql_lint
