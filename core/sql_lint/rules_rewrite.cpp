// Rules about what makes PostgreSQL write a whole table anew, or look at all of it, while nobody may use it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

using Kind = Action::Kind;

/// The n-th number in the parentheses of a type; nothing when it has none.
std::optional<int> argument(const Type& type, std::size_t n) {
    if (n >= type.arguments.size()) return std::nullopt;
    const std::string& text = type.arguments[n];
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Whether an argument that limits a type is the same, larger, or gone.
bool not_smaller(const Type& from, const Type& to, std::size_t n) {
    const auto new_limit = argument(to, n);
    const auto old_limit = argument(from, n);
    return !new_limit || (old_limit && *old_limit <= *new_limit);
}

bool any_of(const std::string& name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether PostgreSQL only changes its catalogue (binary coercible types, and the support functions of varchar,
/// numeric, varbit and the times that tell a mere relaxation).
bool keeps_the_rows(const Type& from, const Type& to) {
    if (from.array != to.array) return false;
    const bool same = from.name == to.name;
    if (same && from.arguments == to.arguments) return true;
    if (from.name == "character varying" && to.name == "text") return true;
    if (from.name == "text" && to.name == "character varying") return to.arguments.empty();
    if (from.name == "cidr" && to.name == "inet") return true;
    if (!same) return false;
    if (any_of(to.name, {"character varying", "bit varying", "timestamp without time zone", "timestamp with time zone",
                         "time without time zone", "time with time zone", "interval"})) {
        return not_smaller(from, to, 0);
    }
    if (to.name != "numeric") return false;
    return to.arguments.empty() ||
           (not_smaller(from, to, 0) && argument(from, 1).value_or(0) == argument(to, 1).value_or(0));
}

void check_change_type(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    const Name& table = at.statement().name();
    for (const Action& action : at.statement().actions) {
        if (action.kind != Kind::set_type) continue;
        const KnownColumn* column = at.history.column(table, action.name);
        const Type& to = action.column.type;
        if (column != nullptr && keeps_the_rows(column->type, to)) continue;
        at.report(
            action.place,
            column == nullptr
                ? fmt::format("changing the type of {}.{} to {} may rewrite the whole table while reads are blocked",
                              table.text(), action.shown, to.text())
                : fmt::format("changing {}.{} from {} to {} rewrites the whole table while reads are blocked",
                              table.text(), action.shown, column->type.text(), to.text()),
            "add a column of the new type, write both, copy in batches, then drop the old one");
    }
}

/// Widths in bytes of the whole numbers, 0 for other types.
int integer_width(const Type& type) {
    if (type.name == "smallint") return 2;
    if (type.name == "integer") return 4;
    return type.name == "bigint" ? 8 : 0;
}

bool narrows(const Type& from, const Type& to) {
    const int old_width = integer_width(from);
    const int new_width = integer_width(to);
    if (old_width > 0 && new_width > 0) return new_width < old_width;
    const bool old_text = from.name == "text" || from.name == "character varying" || from.name == "character";
    const bool new_text = to.name == "character varying" || to.name == "character";
    if (old_text && new_text) return !not_smaller(from, to, 0);
    if (from.name == "double precision" && to.name == "real") return true;
    if (from.name == "numeric" && new_width > 0) return true;
    return from.name == to.name && from.name == "numeric" && (!not_smaller(from, to, 0) || !not_smaller(from, to, 1));
}

void check_narrow_type(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    const Name& table = at.statement().name();
    for (const Action& action : at.statement().actions) {
        if (action.kind != Kind::set_type) continue;
        const KnownColumn* column = at.history.column(table, action.name);
        const Type& to = action.column.type;
        if (column == nullptr || !narrows(column->type, to)) continue;
        at.report(action.place,
                  fmt::format("{} holds less than {}: a value of {}.{} that does not fit fails, or is rounded",
                              to.text(), column->type.text(), table.text(), action.shown),
                  "look for such values first, and say with a CHECK what is allowed");
    }
}

/// What a default calls that gives another value for each row (pg_proc.provolatile 'v').
constexpr std::array<std::string_view, 8> volatile_functions = {
    "random", "gen_random_uuid", "uuid_generate_v1", "uuid_generate_v4",
    "uuidv4", "clock_timestamp", "timeofday",        "nextval"};

std::string_view volatile_part(const Statement& statement, const Column& column) {
    if (column.type.name.ends_with("serial")) return "serial";
    if (column.identity) return "IDENTITY";
    for (std::size_t i = column.default_begin; i < column.default_end; ++i) {
        for (const std::string_view function : volatile_functions) {
            if (statement.words[i].is(function)) return function;
        }
    }
    return {};
}

void check_volatile_default(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Kind::add_column) continue;
        const std::string_view part = volatile_part(at.statement(), action.column);
        if (part.empty()) continue;
        at.report(action.place,
                  fmt::format("{} gives each row its own value, so {} is rewritten while reads are blocked", part,
                              at.statement().name().text()),
                  "add the column without a default, set the default after that, and fill the old rows in batches");
    }
}

void check_stored_column(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Kind::add_column || !action.column.stored) continue;
        at.report(action.place,
                  fmt::format("the stored column {} is computed for every row of {} while reads are blocked",
                              action.shown, at.statement().name().text()),
                  "add a plain column, keep it right with a trigger, and fill the old rows in batches");
    }
}

void check_set_storage(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Kind::set_storage) continue;
        at.report(action.place,
                  fmt::format("{} rewrites the whole table {} while reads are blocked", action.shown,
                              at.statement().name().text()),
                  "do it when the table is not needed, and allow it with the reason");
    }
}

void check_vacuum_full(const Inspection& at) {
    const Statement& statement = at.statement();
    const bool vacuum = statement.verb == Verb::vacuum && statement.full;
    if (!vacuum && statement.verb != Verb::cluster) return;
    at.report(statement.section,
              fmt::format("{} rewrites tables while reads are blocked", vacuum ? "VACUUM FULL" : "CLUSTER"),
              "leave it to plain VACUUM, or to a tool that works beside the users such as pg_repack");
}

void check_refresh(const Inspection& at) {
    const Statement& statement = at.statement();
    if (statement.verb != Verb::refresh || statement.concurrently) return;
    at.report(statement.section,
              fmt::format("reads of {} are blocked while it is computed again", statement.name().text()),
              "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index");
}

constexpr std::array<Rule, 7> rewrite_table = {{
    {.id = "change-column-type",
     .engines = Engines::postgresql,
     .summary = "a new type rewrites the whole table",
     .why =
         "ALTER COLUMN ... TYPE takes an ACCESS EXCLUSIVE lock, writes every row and builds every index again; nobody "
         "can read the table meanwhile. Only relaxations change nothing but the catalogue, and are not reported: "
         "varchar(n) to a larger n or to text, numeric(p, s) to a larger p, a time to more digits, cidr to inet.",
     .instead =
         "Add a column of the new type, let a trigger or the code write both, copy the old rows in batches, read "
         "the new one, and drop the old one in a later release.",
     .bad = "-- file: 0001_create_orders.sql\n-- quarry:up\n"
            "CREATE TABLE orders (id bigint PRIMARY KEY, amount integer);\n\n-- quarry:down\nDROP TABLE orders;\n"
            "-- file: 0002_wide_amounts.sql\n-- quarry:up\nALTER TABLE orders ALTER COLUMN amount TYPE bigint;\n\n"
            "-- quarry:irreversible: amounts may be too large by then\n",
     .good = "-- file: 0001_create_orders.sql\n-- quarry:up\n"
             "CREATE TABLE orders (id bigint PRIMARY KEY, remark varchar(20));\n\n-- quarry:down\nDROP TABLE orders;\n"
             "-- file: 0002_long_remarks.sql\n-- quarry:up\nALTER TABLE orders ALTER COLUMN remark TYPE text;\n\n"
             "-- quarry:irreversible: remarks may be too long by then\n",
     .sources =
         "PostgreSQL documentation: ALTER TABLE, Notes; squawk: changing-column-type; strong_migrations: Changing "
         "the type of a column",
     .check = check_change_type},
    {.id = "narrow-column-type",
     .engines = Engines::postgresql,
     .summary = "the new type holds less than the old",
     .why = "One value that does not fit fails the migration, on the one database that has it. A smaller scale of "
            "numeric or a change to real rounds without a word, and a cast with USING cuts texts off.",
     .instead =
         "Look for values that do not fit before the release, and correct them in a migration of their own. A CHECK "
         "added NOT VALID and validated later limits new values without a new type.",
     .bad = "-- file: 0001_create_users.sql\n-- quarry:up\n"
            "CREATE TABLE users (id bigint PRIMARY KEY, bio text);\n\n-- quarry:down\nDROP TABLE users;\n"
            "-- file: 0002_short_bio.sql\n-- quarry:up\nALTER TABLE users ALTER COLUMN bio TYPE varchar(200);\n\n"
            "-- quarry:down\nALTER TABLE users ALTER COLUMN bio TYPE text;\n",
     .good = "-- file: 0001_create_users.sql\n-- quarry:up\n"
             "CREATE TABLE users (id bigint PRIMARY KEY, bio text);\n\n-- quarry:down\nDROP TABLE users;\n"
             "-- file: 0002_short_bio.sql\n-- quarry:up\n"
             "ALTER TABLE users ADD CONSTRAINT short_bio CHECK (length(bio) <= 200) NOT VALID;\n\n"
             "-- quarry:down\nALTER TABLE users DROP CONSTRAINT short_bio;\n",
     .sources = "PostgreSQL documentation: ALTER TABLE; Numeric Types; Character Types",
     .check = check_narrow_type},
    {.id = "volatile-default",
     .engines = Engines::postgresql,
     .summary = "a default that differs from row to row rewrites the whole table",
     .why = "A constant default of a new column is kept in the catalogue. One that calls random(), gen_random_uuid(), "
            "clock_timestamp() or nextval() is computed for each row, and so are serial and identity columns: every "
            "row is written while reads are blocked. now() is the same for all rows and does no harm.",
     .instead =
         "Add the column without a default, then ALTER COLUMN ... SET DEFAULT, which counts for new rows only, and "
         "fill the old rows in batches.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();\n\n-- quarry:down\n"
            "ALTER TABLE users DROP COLUMN token;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN token uuid;\n"
             "ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN token;\n",
     .sources = "PostgreSQL documentation: ALTER TABLE, Notes; squawk: adding-field-with-default",
     .check = check_volatile_default},
    {.id = "add-stored-column",
     .engines = Engines::postgresql,
     .summary = "a stored generated column rewrites the whole table",
     .why = "GENERATED ALWAYS AS (...) STORED is computed for every row when the column is added, under an ACCESS "
            "EXCLUSIVE lock.",
     .instead =
         "Add a plain column, keep it right with a trigger, and fill the old rows in batches. Or compute it in a "
         "view, or index the expression.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN lower_mail text GENERATED ALWAYS AS (lower(mail)) STORED;\n\n"
            "-- quarry:down\nALTER TABLE users DROP COLUMN lower_mail;\n",
     .good = "-- quarry:no-transaction\n-- quarry:up\n"
             "CREATE INDEX CONCURRENTLY users_lower_mail ON users (lower(mail));\n\n"
             "-- quarry:down\nDROP INDEX CONCURRENTLY users_lower_mail;\n",
     .sources = "PostgreSQL documentation: ALTER TABLE, Notes; Generated Columns; squawk: "
                "adding-field-with-default",
     .check = check_stored_column},
    {.id = "change-table-storage",
     .engines = Engines::postgresql,
     .summary = "SET LOGGED, TABLESPACE and ACCESS METHOD rewrite the whole table",
     .why = "The table is copied under an ACCESS EXCLUSIVE lock, its indexes too.",
     .instead = "Do it in a maintenance window.",
     .bad = "-- quarry:up\nALTER TABLE events SET LOGGED;\n\n-- quarry:down\nALTER TABLE events SET UNLOGGED;\n",
     .good = "-- quarry:up\nCREATE UNLOGGED TABLE event_queue (id bigint PRIMARY KEY);\n\n-- quarry:down\n"
             "DROP TABLE event_queue;\n",
     .sources = "PostgreSQL documentation: ALTER TABLE",
     .check = check_set_storage},
    {.id = "vacuum-full",
     .engines = Engines::postgresql,
     .summary = "VACUUM FULL and CLUSTER rewrite whole tables",
     .why = "Both take an ACCESS EXCLUSIVE lock for as long as the copy takes, and neither changes the schema.",
     .instead = "Plain VACUUM frees space for reuse beside the users; a tool such as pg_repack shrinks a table beside "
                "them. Neither belongs in a migration.",
     .bad = "-- quarry:no-transaction\n-- quarry:up\nVACUUM FULL events;\n\n-- quarry:irreversible: nothing to undo\n",
     .good = "-- quarry:no-transaction\n-- quarry:up\nVACUUM events;\n\n-- quarry:irreversible: nothing to undo\n",
     .sources = "PostgreSQL documentation: VACUUM; CLUSTER; Explicit Locking",
     .check = check_vacuum_full},
    {.id = "refresh-not-concurrent",
     .engines = Engines::postgresql,
     .summary = "REFRESH MATERIALIZED VIEW without CONCURRENTLY stops its readers",
     .why = "It holds an ACCESS EXCLUSIVE lock on the view for as long as its query takes.",
     .instead =
         "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on the view, or refresh it outside of "
         "migrations.",
     .bad = "-- quarry:up\nREFRESH MATERIALIZED VIEW sales;\n\n-- quarry:irreversible: nothing to undo\n",
     .good = "-- quarry:up\nREFRESH MATERIALIZED VIEW CONCURRENTLY sales;\n\n-- quarry:irreversible: nothing to undo\n",
     .sources = "PostgreSQL documentation: REFRESH MATERIALIZED VIEW",
     .check = check_refresh},
}};

}  // namespace

std::span<const Rule> rewrite_rules() { return rewrite_table; }

}  // namespace quarry::sql_lint
