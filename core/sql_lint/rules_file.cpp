// Rules about what keeps a file from being run at all.
#include <algorithm>
#include <array>

#include "core/sql/fill_in.h"
#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

void check_fill_in(const Inspection& at) {
    if (at.statement().nested) return;
    const sql::Section section = at.statement().section;
    for (const sql::Section& mark : sql::places_to_fill_in(at.options.dialect, at.script.source.text, section)) {
        const std::string_view comment = at.script.source.text.substr(mark.start, mark.end - mark.start);
        at.report(mark, "a value is still to be filled in here", std::string(sql::fill_in_hint(comment)));
    }
}

void check_refused(const Inspection& at) {
    if (at.statement().nested) return;
    for (const RefusedStatement& one : at.script.refused) {
        if (one.start == at.statement().section.start) at.report(at.statement().section, one.problem, one.hint);
    }
}

constexpr std::array<Rule, 2> file_table = {{
    {.id = "fill-in",
     .severity = Severity::error,
     .scope = Scope::any_statement,
     .summary = "a place marked FILL IN is left",
     .why = "quarry marks what it cannot know when it writes a migration, such as the value of a new NOT NULL column "
            "in the existing rows. The statement with the mark fails on a table with rows; `quarry migrate up` "
            "refuses it.",
     .instead = "Put the value in place of NULL and delete the mark, or write the migration again with --backfill "
                "TABLE.COLUMN=SQL.",
     .bad = "-- quarry:up\nUPDATE users SET locale = NULL /* FILL IN: users.locale */ WHERE locale IS NULL;\n\n-- "
            "quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nUPDATE users SET locale = 'en' /* agreed with the shop */ WHERE locale IS NULL;\n\n-- "
             "quarry:irreversible: there is nothing to undo\n",
     .sources = "quarry: docs/migrations.md",
     .check = check_fill_in},
    {.id = "refused-statement",
     .severity = Severity::error,
     .scope = Scope::any_statement,
     .summary = "a statement that quarry does not run in a migration",
     .why = "quarry runs each migration in a transaction of its own, without a client that sends rows. `quarry migrate "
            "up` refuses the whole file.",
     .instead = "The finding says it for the statement: BEGIN and COMMIT go, rows become INSERT, and what no "
                "transaction can hold moves to a migration with \"-- quarry:no-transaction\".",
     .bad = "-- quarry:up\nBEGIN;\nUPDATE users SET locale = 'en' WHERE locale IS NULL;\nCOMMIT;\n\n-- "
            "quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nUPDATE users SET locale = 'en' WHERE locale IS NULL;\n\n-- quarry:irreversible: there is "
             "nothing to undo\n",
     .sources = "quarry: docs/migrations.md",
     .check = check_refused},
}};

}  // namespace

std::span<const Rule> file_rules() { return file_table; }

}  // namespace quarry::sql_lint
