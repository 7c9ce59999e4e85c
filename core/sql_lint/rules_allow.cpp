// What the linter says of the comments that allow a rule to be broken.
#include <array>

#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

constexpr std::array<Rule, 3> allow_table = {{
    {.id = "allow-without-reason",
     .scope = Scope::allow,
     .summary = "a rule is allowed to be broken, and nothing says why",
     .why = "The reason is what a reader needs, now and when the same is copied. Without it the finding stays.",
     .instead = "-- quarry:allow RULE: reason",
     .bad = "-- quarry:up\n-- quarry:allow drop-column\nALTER TABLE users DROP COLUMN nickname;\n\n-- quarry:down\n"
            "ALTER TABLE users ADD COLUMN nickname text;\n",
     .good = "-- quarry:up\n-- quarry:allow drop-column: unused since release 4.2\n"
             "ALTER TABLE users DROP COLUMN nickname;\n\n-- quarry:down\nALTER TABLE users ADD COLUMN nickname text;\n",
     .sources = "quarry: docs/lint/README.md"},
    {.id = "allow-unknown-rule",
     .scope = Scope::allow,
     .summary = "a rule that does not exist is allowed to be broken",
     .why = "A mistyped name allows nothing.",
     .instead = "The name as it is printed in brackets behind the finding; `quarry migrate lint --rules` lists them.",
     .bad =
         "-- quarry:up\n-- quarry:allow drop-colum: unused since release 4.2\nALTER TABLE users DROP COLUMN nickname;\n"
         "\n-- quarry:down\nALTER TABLE users ADD COLUMN nickname text;\n",
     .good = "-- quarry:up\n-- quarry:allow drop-column: unused since release 4.2\n"
             "ALTER TABLE users DROP COLUMN nickname;\n\n-- quarry:down\nALTER TABLE users ADD COLUMN nickname text;\n",
     .sources = "quarry: docs/lint/README.md"},
    {.id = "allow-unused",
     .severity = Severity::note,
     .scope = Scope::allow,
     .summary = "a rule is allowed to be broken, and nothing breaks it",
     .why = "Its reason no longer exists, and it would hide the next mistake of this kind.",
     .instead = "Remove the line.",
     .bad = "-- quarry:up\n-- quarry:allow drop-column: unused since release 4.2\n"
            "ALTER TABLE users ADD COLUMN mail text;\n\n-- quarry:down\nALTER TABLE users DROP COLUMN mail;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN mail text;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN mail;\n",
     .sources = "quarry: docs/lint/README.md"},
}};

}  // namespace

std::span<const Rule> allow_rules() { return allow_table; }

}  // namespace quarry::sql_lint
