#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sql/dialect.h"
#include "core/sql/source_text.h"
#include "core/sql_lint/lint.h"

namespace quarry::migrate {

/// The statements that run in one direction, as ranges of the file's text.
struct Script {
    std::string path;
    /// Shared: both directions of one file are in the same text, which may be large.
    std::shared_ptr<const std::string> text;
    std::vector<sql::Section> statements;
    std::vector<sql_lint::RefusedStatement> refused;  ///< Only with Refused::kept.
    bool transactional = true;  ///< False: statement by statement, each made to last at once.
    bool is_migration = true;   ///< False for a wanted schema and the like.
    std::optional<std::chrono::milliseconds> lock_timeout;
    std::optional<std::chrono::milliseconds> statement_timeout;
    std::vector<std::string> variables;  ///< NAMEs whose ${NAME} is replaced.
    bool any_variable = false;           ///< Every ${NAME} is replaced, and ${NAME:-default} (goose's ENVSUB).

    /// What becomes of the script when a statement fails, for the end of an error's message.
    [[nodiscard]] std::string_view after_failure() const noexcept {
        if (!is_migration) return "";
        return transactional ? "; nothing of this migration was kept" : "; what ran before it was kept";
    }
    [[nodiscard]] sql::SourceText source() const noexcept { return {path, *text}; }
    [[nodiscard]] std::string_view sql_of(sql::Section statement) const noexcept {
        return std::string_view(*text).substr(statement.start, statement.end - statement.start);
    }
};

/// `-- quarry:allow RULE: reason`
struct AllowedRule {
    std::string rule;
    std::string reason;     ///< May be empty, which the linter reports.
    std::size_t start = 0;  ///< Byte of the comment.
    std::size_t end = 0;
};

/// Whose way of writing migrations a file follows.
enum class FileFormat {
    quarry,  ///< -- quarry:up, -- quarry:down
    dbmate,  ///< -- migrate:up, -- migrate:down
    goose,   ///< -- +goose Up, -- +goose Down
    pair,    ///< Two files, .up.sql and .down.sql, as golang-migrate has them.
};

/// What a migration's file holds.
///
///     -- quarry:up
///     CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);
///     -- quarry:down
///     DROP TABLE users;
///
/// Directives, each in a line comment of its own, before the sections for both or within one for that one:
/// no-transaction, lock-timeout: 5s, statement-timeout: 1min, env: NAME; anywhere: irreversible: reason and
/// allow RULE: reason.
struct MigrationFile {
    FileFormat format = FileFormat::quarry;
    Script up;
    std::optional<Script> down;
    std::string irreversible;  ///< The reason, empty when there is a way back or nobody said.
    std::vector<AllowedRule> allowed;
};

/// A migration's text, as `parse_migration` wants it.
struct MigrationText {
    std::string path;
    std::string text;
    std::optional<std::string> down_path;  ///< Of a pair whose down file is there.
    std::string down_text;
    enum class Kind { sections, pair, repeatable } kind = Kind::sections;
};

/// What becomes of a statement that a migration must not have.
enum class Refused : std::uint8_t { error, kept };

/// Reads the markers and proves that every statement is ended. A marker counts only as a comment: one inside a string
/// is text. What other tools let pass is let pass in their formats: a last statement without a semicolon, BEGIN and
/// COMMIT around a whole script (quarry's own transaction takes their place), and a script that no transaction can
/// hold. Throws Error(failed) with file, line and column: no up section, an empty, repeated or unknown section
/// (did you mean), SQL before the first marker, invalid UTF-8, a NUL byte, a statement that needs `no-transaction`, and
/// what sql::Splitter throws.
///
/// With Refused::kept a statement that a migration must not have is noted in its script and no error, and the rows
/// behind COPY ... FROM STDIN, as dumps have them, are spaces in the script's text.
[[nodiscard]] MigrationFile parse_migration(sql::Dialect dialect, MigrationText migration,
                                            Refused refused = Refused::error);

/// Throws Error(failed) with file, line and column for a place that a generated migration marks FILL IN. Only ways up
/// are held to it: a way down writes NULL there, which meets no row, or fails at the column and changes nothing.
void require_filled_in(sql::Dialect dialect, const Script& script);

/// A statement of another tool's script that quarry does not run.
struct PassedOver {
    enum class Kind {
        transaction,  ///< A BEGIN or COMMIT that is not around the whole.
        refused,      ///< What no migration may have; it is still among the script's statements.
    };
    Kind kind = Kind::refused;
    std::string path;
    sql::Place place;  ///< Line 0 for what is about the whole file.
    std::string problem;
    std::string hint;
};

/// `parse_migration` for an import: says all that is refused instead of throwing the first, and takes out of the
/// scripts what quarry does by itself. A PostgreSQL script with several transactions runs statement by statement then,
/// since a statement may need what one before it committed; on SQLite, where nothing does, it is one transaction.
[[nodiscard]] MigrationFile parse_foreign_migration(sql::Dialect dialect, MigrationText migration,
                                                    std::vector<PassedOver>& passed_over);

}  // namespace quarry::migrate
