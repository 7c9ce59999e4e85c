// What the rules find, and what they leave alone, beyond the examples of their pages.
#include <gmock/gmock.h>

#include <algorithm>

#include "core/sql_lint/rule.h"
#include "example.h"
#include "tests/support/error_of.h"

namespace quarry::sql_lint {
namespace {

using quarry::test::error_of;
using sql::Dialect;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr Dialect lite = Dialect::sqlite;
constexpr Dialect pg = Dialect::postgresql;

std::vector<std::string> ids(const std::vector<Finding>& findings) {
    std::vector<std::string> result;
    for (const Finding& finding : findings) result.push_back(finding.rule);
    return result;
}

/// Statements of a migration whose table `t` an earlier one created.
std::string after_table(Dialect dialect, const std::string& statements) {
    const std::string create = dialect == lite ? "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER);"
                                               : "CREATE TABLE t (id bigint PRIMARY KEY, a varchar(10), b integer, "
                                                 "n numeric(8,2), s timestamp(3), c char(3), x text, ci cidr);";
    return "-- file: 0001_t.sql\n-- quarry:up\n" + create +
           "\n-- quarry:irreversible: no\n-- file: 0002_u.sql\n-- quarry:irreversible: no\n-- quarry:up\n" + statements;
}

struct Case {
    const char* name;
    Dialect dialect;
    std::string rule;
    std::string up;
    bool found;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class OneRule : public testing::TestWithParam<Case> {};

TEST_P(OneRule, IsFoundOrNot) {
    const Case& c = GetParam();
    LintOptions options;
    options.on = {c.rule};
    const auto found = ids(test::lint_example(c.dialect, after_table(c.dialect, c.up), options));
    if (c.found) {
        EXPECT_THAT(found, Contains(c.rule));
    } else {
        EXPECT_THAT(found, Not(Contains(c.rule)));
    }
}

std::string type_of(const std::string& column, const std::string& type) {
    return "ALTER TABLE t ALTER COLUMN " + column + " TYPE " + type + ";";
}

INSTANTIATE_TEST_SUITE_P(
    Types, OneRule,
    testing::Values(
        Case{"longer_varchar", pg, "change-column-type", type_of("a", "varchar(20)"), false},
        Case{"same_varchar_spelled_out", pg, "change-column-type", type_of("a", "character varying(10)"), false},
        Case{"shorter_varchar", pg, "change-column-type", type_of("a", "varchar(5)"), true},
        Case{"varchar_without_limit", pg, "change-column-type", type_of("a", "varchar"), false},
        Case{"varchar_to_text", pg, "change-column-type", type_of("a", "text"), false},
        Case{"text_to_varchar", pg, "change-column-type", type_of("x", "varchar"), false},
        Case{"text_to_short_varchar", pg, "change-column-type", type_of("x", "varchar(9)"), true},
        Case{"char_to_text", pg, "change-column-type", type_of("c", "text"), true},
        Case{"wider_numeric", pg, "change-column-type", type_of("n", "numeric(12, 2)"), false},
        Case{"other_scale", pg, "change-column-type", type_of("n", "decimal(12, 4)"), true},
        Case{"free_numeric", pg, "change-column-type", type_of("n", "numeric"), false},
        Case{"finer_time", pg, "change-column-type", type_of("s", "timestamp"), false},
        Case{"coarser_time", pg, "change-column-type", type_of("s", "timestamp(0) without time zone"), true},
        Case{"time_with_zone", pg, "change-column-type", type_of("s", "timestamptz"), true},
        Case{"cidr_to_inet", pg, "change-column-type", type_of("ci", "inet"), false},
        Case{"integer_to_bigint", pg, "change-column-type", "ALTER TABLE t ALTER b SET DATA TYPE int8;", true},
        Case{"same_integer", pg, "change-column-type", type_of("b", "int4"), false},
        Case{"array", pg, "change-column-type", type_of("b", "integer[]"), true},
        Case{"unknown_table", pg, "change-column-type", "ALTER TABLE other ALTER a TYPE text;", true},
        Case{"new_table", pg, "change-column-type", "CREATE TABLE n (a int); ALTER TABLE n ALTER a TYPE text;", false},
        Case{"narrow_integer", pg, "narrow-column-type", type_of("b", "smallint"), true},
        Case{"wide_integer", pg, "narrow-column-type", type_of("b", "bigint"), false},
        Case{"small_numeric", pg, "narrow-column-type", type_of("n", "numeric(6,2)"), true},
        Case{"numeric_to_integer", pg, "narrow-column-type", type_of("n", "bigint"), true},
        Case{"second_of_two_actions", pg, "narrow-column-type",
             "ALTER TABLE t ADD COLUMN y int DEFAULT (1, 2), ALTER COLUMN b TYPE smallint USING (b + 1);", true},
        Case{"now_is_stable", pg, "volatile-default", "ALTER TABLE t ADD y timestamptz NOT NULL DEFAULT now();", false},
        Case{"constant_default", pg, "volatile-default", "ALTER TABLE t ADD y text DEFAULT 'random()';", false},
        Case{"serial_column", pg, "volatile-default", "ALTER TABLE t ADD COLUMN y bigserial;", true},
        Case{"identity_column", pg, "volatile-default",
             "ALTER TABLE t ADD COLUMN y bigint GENERATED ALWAYS AS IDENTITY;", true},
        Case{"cast_random", pg, "volatile-default", "ALTER TABLE t ADD y int DEFAULT (random() * 6)::int;", true}),
    [](const auto& given) { return given.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Constraints, OneRule,
    testing::Values(
        Case{"not_null_default_null", lite, "add-not-null-column", "ALTER TABLE t ADD y TEXT NOT NULL DEFAULT NULL;",
             true},
        Case{"not_null_on_new_table", lite, "add-not-null-column",
             "CREATE TABLE n (a); ALTER TABLE n ADD y TEXT NOT NULL;", false},
        Case{"not_null_on_renamed_new_table", lite, "add-not-null-column",
             "CREATE TABLE n (a); ALTER TABLE n RENAME TO m; ALTER TABLE m ADD y TEXT NOT NULL;", false},
        Case{"not_null_serial", pg, "add-not-null-column", "ALTER TABLE t ADD y serial NOT NULL;", false},
        Case{"not_null_identity", pg, "add-not-null-column",
             "ALTER TABLE t ADD y int NOT NULL GENERATED BY DEFAULT AS IDENTITY;", false},
        Case{"quoted_table", pg, "add-not-null-column", "ALTER TABLE ONLY public.\"t\" ADD \"y\" text NOT NULL;", true},
        Case{"if_not_exists_table_may_be_full", pg, "add-not-null-column",
             "CREATE TABLE IF NOT EXISTS n (a int); ALTER TABLE n ADD y int NOT NULL;", true},
        Case{"check_on_new_column", pg, "check-without-not-valid", "ALTER TABLE t ADD y int CHECK (y > 0);", true},
        Case{"check_on_new_table", pg, "check-without-not-valid",
             "CREATE TABLE n (a int); ALTER TABLE n ADD CONSTRAINT k CHECK (a > 0);", false},
        Case{"foreign_key_of_new_table", pg, "foreign-key-without-not-valid",
             "CREATE TABLE n (a int); ALTER TABLE n ADD FOREIGN KEY (a) REFERENCES t (id);", false},
        Case{"foreign_key_with_actions", pg, "foreign-key-without-not-valid",
             "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES o (id) ON DELETE SET NULL ON UPDATE CASCADE "
             "DEFERRABLE INITIALLY DEFERRED NOT VALID;",
             false},
        Case{"primary_key", pg, "unique-without-index", "ALTER TABLE t ADD PRIMARY KEY (b);", true},
        Case{"unique_column", pg, "unique-without-index", "ALTER TABLE t ADD y int UNIQUE;", true},
        Case{"unique_nulls", pg, "unique-without-index", "ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (b);", true},
        Case{"unique_using_index", pg, "unique-without-index", "ALTER TABLE t ADD UNIQUE USING INDEX i DEFERRABLE;",
             false},
        Case{"check_of_the_same_file", pg, "set-not-null",
             "ALTER TABLE t ADD CONSTRAINT k CHECK (b IS NOT NULL); ALTER TABLE t ALTER b SET NOT NULL;", false},
        Case{"check_not_valid", pg, "set-not-null",
             "ALTER TABLE t ADD CONSTRAINT k CHECK (b IS NOT NULL) NOT VALID; ALTER TABLE t ALTER b SET NOT NULL;",
             true},
        Case{"check_of_another_column", pg, "set-not-null",
             "ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL); ALTER TABLE t ALTER b SET NOT NULL;", true},
        Case{"weaker_check", pg, "set-not-null",
             "ALTER TABLE t ADD CONSTRAINT k CHECK (b IS NOT NULL OR a > 'x'); ALTER TABLE t ALTER b SET NOT NULL;",
             true},
        Case{"key_covers_foreign_key", lite, "unindexed-foreign-key",
             "CREATE TABLE n (a INTEGER REFERENCES t (id), b INTEGER, PRIMARY KEY (a, b));", false},
        Case{"key_in_other_order", lite, "unindexed-foreign-key",
             "CREATE TABLE n (a INTEGER REFERENCES t (id), b INTEGER, PRIMARY KEY (b, a));", true},
        Case{"partial_index", lite, "unindexed-foreign-key",
             "CREATE TABLE n (a INTEGER REFERENCES t (id)); CREATE INDEX i ON n (a) WHERE a > 1;", true},
        Case{"foreign_key_is_primary", lite, "unindexed-foreign-key",
             "CREATE TABLE n (a INTEGER PRIMARY KEY REFERENCES t (id));", false}),
    [](const auto& given) { return given.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Statements, OneRule,
    testing::Values(
        Case{"index_on_new_table", pg, "create-index-not-concurrent", "CREATE TABLE n (a int); CREATE INDEX ON n (a);",
             false},
        Case{"index_in_other_schema", pg, "create-index-not-concurrent",
             "CREATE TABLE s.n (a int); CREATE INDEX ON n (a);", true},
        Case{"unique_index", pg, "create-index-not-concurrent", "CREATE UNIQUE INDEX i ON ONLY t USING btree (a);",
             true},
        Case{"with_delete", pg, "delete-without-where", "WITH x AS (SELECT 1 WHERE true) DELETE FROM t;", true},
        Case{"where_inside_only", lite, "update-without-where", "UPDATE t SET a = (SELECT 1 WHERE 1);", true},
        Case{"update_or_ignore", lite, "update-without-where", "UPDATE OR IGNORE t SET a = 1 WHERE b = 2;", false},
        Case{"trigger_body_is_left_alone", lite, "delete-without-where",
             "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END;", false},
        Case{"function_body_is_left_alone", pg, "truncate",
             "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ TRUNCATE t; $$;", false},
        Case{"truncate_only_this", pg, "truncate", "TRUNCATE TABLE ONLY t, o RESTART IDENTITY;", true},
        Case{"drop_new_table", lite, "drop-table", "CREATE TABLE n (a); DROP TABLE n;", false},
        Case{"rebuilt_table", lite, "drop-table", "CREATE TABLE n (a); DROP TABLE t; ALTER TABLE n RENAME TO t;",
             false},
        Case{"drop_several", pg, "drop-table", "DROP TABLE IF EXISTS a, public.t;", true},
        Case{"backfill_before_the_lock", pg, "backfill-in-transaction",
             "UPDATE t SET b = 1 WHERE b = 2; ALTER TABLE t ADD y int;", false},
        Case{"insert_of_rows", pg, "backfill-in-transaction", "ALTER TABLE t ADD y int; INSERT INTO t (id) VALUES (1);",
             false},
        Case{"one_table_twice", pg, "several-tables-locked", "ALTER TABLE t ADD y int; ALTER TABLE t ADD z int;",
             false},
        Case{"set_lock_timeout", pg, "missing-lock-timeout", "SET LOCAL lock_timeout = '1s'; ALTER TABLE t ADD y int;",
             false},
        Case{"enum_value_with_quote", pg, "enum-value-in-same-transaction",
             "ALTER TYPE m ADD VALUE IF NOT EXISTS 'it''s' BEFORE 'x'; UPDATE t SET a = 'it''s' WHERE b = 1;", true},
        Case{"new_enum", pg, "enum-value-in-same-transaction",
             "CREATE TYPE m AS ENUM ('x'); ALTER TABLE t ADD y m DEFAULT 'x';", false},
        Case{"set_constraints", pg, "session-setting", "SET CONSTRAINTS ALL DEFERRED;", false},
        Case{"assignment_of_null", lite, "comparison-with-null", "UPDATE t SET a = NULL WHERE b = 1;", false},
        Case{"not_equal_null", lite, "comparison-with-null", "DELETE FROM t WHERE a <> NULL;", true},
        Case{"check_null", pg, "comparison-with-null", "CREATE TABLE n (a int CHECK (a != NULL));", true},
        Case{"dash_in_name", lite, "name-not-snake-case", "CREATE TABLE [user notes] (a);", true},
        Case{"folded_name", pg, "name-not-snake-case", "CREATE TABLE Notes (Id int);", false},
        Case{"sqlite_keeps_case", lite, "name-not-snake-case", "CREATE TABLE Notes (id);", true},
        Case{"reserved_on_postgresql", pg, "reserved-name", "CREATE TABLE \"user\" (id int);", true},
        Case{"plain_word", lite, "reserved-name", "CREATE TABLE users (id);", false}),
    [](const auto& given) { return given.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Sqlite, OneRule,
    testing::Values(
        Case{"constant_in_parentheses", lite, "add-column-refused", "ALTER TABLE t ADD y INT DEFAULT (-1.5);", false},
        Case{"sum_is_not_constant", lite, "add-column-refused", "ALTER TABLE t ADD y INT DEFAULT (1 * 2);", true},
        Case{"call_without_arguments", lite, "add-column-refused", "ALTER TABLE t ADD y INT DEFAULT (random());", true},
        Case{"blob_default", lite, "add-column-refused", "ALTER TABLE t ADD y BLOB DEFAULT x'00';", false},
        Case{"function_default", lite, "add-column-refused", "ALTER TABLE t ADD y DEFAULT (datetime('now'));", true},
        Case{"virtual_column", lite, "add-column-refused", "ALTER TABLE t ADD y AS (b + 1) VIRTUAL;", false},
        Case{"stored_column", lite, "add-column-refused", "ALTER TABLE t ADD y AS (b + 1) STORED;", true},
        Case{"unique_column_lite", lite, "add-column-refused", "ALTER TABLE t ADD y TEXT UNIQUE;", true},
        Case{"two_changes", lite, "alter-unsupported", "ALTER TABLE t ADD y, ADD z;", true},
        Case{"rename_column_lite", lite, "alter-unsupported", "ALTER TABLE t RENAME COLUMN a TO c;", false},
        Case{"drop_key", lite, "drop-column-refused", "ALTER TABLE t DROP COLUMN id;", true},
        Case{"drop_plain", lite, "drop-column-refused", "ALTER TABLE t DROP COLUMN a;", false},
        Case{"rebuild_below_a_view", lite, "rebuild-breaks-view",
             "CREATE TABLE a (x); CREATE VIEW v AS SELECT x FROM a; CREATE TABLE n (x); DROP TABLE a; "
             "ALTER TABLE n RENAME TO a;",
             true},
        Case{"rename_that_reads_no_view", lite, "rebuild-breaks-view",
             "CREATE TABLE a (x); CREATE VIEW v AS SELECT x FROM a; CREATE TABLE n (x); DROP TABLE a; "
             "PRAGMA legacy_alter_table = ON; ALTER TABLE n RENAME TO a;",
             false},
        Case{"drop_cascade_lite", lite, "not-sqlite", "DROP TABLE t CASCADE;", true},
        Case{"attach_is_sqlite", lite, "not-sqlite", "ATTACH 'x.db' AS x;", false},
        Case{"virtual_table_is_sqlite", lite, "not-sqlite", "CREATE VIRTUAL TABLE f USING fts5(body);", false},
        Case{"string_in_values", lite, "double-quoted-string", "INSERT INTO t (a) VALUES (\"x\");", true},
        Case{"quoted_column", lite, "double-quoted-string", "UPDATE t SET \"a\" = 'x' WHERE \"b\" = 1;", false},
        Case{"upsert_names", lite, "double-quoted-string",
             "INSERT INTO t (id, a) VALUES (1, 'x') ON CONFLICT (\"id\") DO UPDATE SET a = 'y', \"b\" = 1;", false},
        Case{"without_rowid", lite, "not-a-rowid-alias", "CREATE TABLE n (id INT PRIMARY KEY) WITHOUT ROWID;", false},
        Case{"table_key", lite, "not-a-rowid-alias", "CREATE TABLE n (id BIGINT, PRIMARY KEY (id));", true},
        Case{"composite_key", lite, "nullable-primary-key",
             "CREATE TABLE n (a TEXT, b TEXT NOT NULL, PRIMARY KEY (a, b));", true},
        Case{"strict_key", lite, "nullable-primary-key", "CREATE TABLE n (a TEXT PRIMARY KEY) STRICT;", false},
        Case{"serial_lite", lite, "misleading-type", "CREATE TABLE n (id SERIAL PRIMARY KEY);", true},
        Case{"pragma_user_version", lite, "pragma-in-transaction", "PRAGMA user_version = 3;", false},
        Case{"child_dropped_after", lite, "drop-referenced-table",
             "CREATE TABLE c (t_id REFERENCES t (id)); DROP TABLE t; DROP TABLE c;", false},
        Case{"child_stays", lite, "drop-referenced-table", "CREATE TABLE c (t_id REFERENCES t (id)); DROP TABLE t;",
             true}),
    [](const auto& given) { return given.param.name; });

TEST(Down, OfARebuildIsNoFinding) {
    const auto found = ids(test::lint_example(lite, R"(-- file: 0001_t.sql
-- quarry:up
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
CREATE INDEX t_a ON t (a);
-- quarry:down
DROP TABLE t;
-- file: 0002_u.sql
-- quarry:up
CREATE TABLE new_t (id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT '');
INSERT INTO new_t (id, a) SELECT id, coalesce(a, '') FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
CREATE INDEX t_a ON t (a);
-- quarry:down
CREATE TABLE new_t (id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO new_t (id, a) SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
CREATE INDEX t_a ON t (a);
)"));
    EXPECT_THAT(found, testing::IsEmpty());
}

TEST(Down, NamesWhatItLeaves) {
    const auto findings = test::lint_example(pg, R"(-- quarry:up
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE t (id bigint PRIMARY KEY);
CREATE INDEX i ON t (id);
CREATE VIEW v AS SELECT id FROM t;
ALTER TABLE other ADD COLUMN y int;
-- quarry:down
DROP TABLE t;
)");
    std::vector<std::string> messages;
    for (const Finding& finding : findings) {
        if (finding.rule.starts_with("down-")) messages.push_back(finding.message);
    }
    EXPECT_THAT(messages,
                testing::UnorderedElementsAre("the way up creates the type mood, and the way down does not drop it",
                                              "the way up creates the view v, and the way down does not drop it",
                                              "the way up adds the column other.y, and the way down does not drop it"));
}

TEST(Down, MayDropAnIndexBeforeItsColumn) {
    const std::string up = "-- quarry:up\nALTER TABLE t ADD COLUMN a TEXT;\nCREATE INDEX i ON t (a);\n-- quarry:down\n";
    const std::string table = "-- file: 0001_t.sql\n-- quarry:irreversible: no\n-- quarry:up\n"
                              "CREATE TABLE t (id INTEGER PRIMARY KEY);\n-- file: 0002_a.sql\n";
    EXPECT_THAT(test::lint_example(lite, table + up + "DROP INDEX i;\nALTER TABLE t DROP COLUMN a;\n"),
                testing::IsEmpty());
    EXPECT_THAT(ids(test::lint_example(lite, table + up + "ALTER TABLE t DROP COLUMN a;\nDROP INDEX i;\n")),
                testing::ElementsAre("drop-column-refused"));
}

TEST(Places, CountLinesAndCharacters) {
    const auto findings =
        test::lint_example(lite, "-- quarry:up\n-- quarry:irreversible: no\n/* é */  DROP TABLE\n  t;\n");
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].path, "0001_example.sql");
    EXPECT_EQ(findings[0].start.line, 4u);
    EXPECT_EQ(findings[0].start.column, 3u);
    EXPECT_EQ(findings[0].end.column, 4u);
    const auto same_line = test::lint_example(lite, "-- quarry:irreversible: no\n-- quarry:up\n/* é */ DROP TABLE t;");
    EXPECT_EQ(same_line.at(0).start.column, 20u);
}

TEST(Allowed, IsMarkedWithItsReason) {
    const auto findings = test::lint_example(
        lite, "-- quarry:irreversible: no\n-- quarry:up\n-- quarry:allow drop-table: unused\nDROP TABLE t;");
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].suppressed, "unused");
}

TEST(Allowed, OfARuleThatIsOffIsNotUnused) {
    LintOptions options;
    options.off = {"drop-table"};
    EXPECT_TRUE(test::lint_example(lite,
                                   "-- quarry:irreversible: no\n-- quarry:up\n-- quarry:allow drop-table: unused\n"
                                   "DROP TABLE t;",
                                   options)
                    .empty());
}

TEST(Options, NameRules) {
    LintOptions options;
    options.off = {"drop-tabel"};
    const Error error = error_of([&] { (void)test::lint_example(lite, "", options); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_EQ(error.hint(), "did you mean drop-table?");
    options.off = {"missing-strict"};
    options.on = {"all"};
    const auto found = ids(test::lint_example(lite,
                                              "-- quarry:up\nCREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);"
                                              "\n-- quarry:down\nDROP TABLE t;",
                                              options));
    EXPECT_THAT(found, testing::ElementsAre("autoincrement"));
}

TEST(Options, TheServerCounts) {
    const std::string detach = after_table(pg, "ALTER TABLE t DETACH PARTITION p;");
    LintOptions options;
    options.server_version = 13;
    EXPECT_THAT(ids(test::lint_example(pg, detach, options)), Not(Contains("detach-partition-not-concurrent")));
    options.server_version = 14;
    EXPECT_THAT(ids(test::lint_example(pg, detach, options)), Contains("detach-partition-not-concurrent"));
    const std::string not_null = after_table(lite, "ALTER TABLE t ALTER COLUMN a SET NOT NULL;");
    EXPECT_THAT(ids(test::lint_example(lite, not_null)), Contains("alter-unsupported"));
    options.server_version = 3053;
    EXPECT_THAT(ids(test::lint_example(lite, not_null, options)), Not(Contains("alter-unsupported")));
}

TEST(Hostile, TextIsReadInLinearTime) {
    for (const Dialect dialect : {lite, pg}) {
        for (const std::string piece :
             {"(", ")", "a ", ",", "(a,", "not null ", "add ", "check (", "create table ", "[", "= null "}) {
            std::string text = "ALTER TABLE t ADD ";
            while (text.size() < 200'000) text += piece;
            const sql::SourceText source{"f.sql", text};
            const std::vector<sql::Section> sections{{0, text.size()}};
            Migration migration;
            migration.up = {source, sections};
            LintOptions options;
            options.dialect = dialect;
            (void)lint(std::vector{migration}, options);
        }
    }
}

TEST(Hostile, AnyWordsInAnyOrderAreRead) {
    const std::vector<std::string> words = {
        "create", "table",      "alter", "drop", "index",  "column", "add",       "(",       ")",          ",",
        "t",      "'x'",        "\"q\"", ";",    "rename", "to",     "type",      "default", "references", "on",
        "check",  "constraint", "not",   "null", "if",     "exists", "generated", "as",      "."};
    unsigned state = 7;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (int i = 0; i < 14; ++i) {
            state = state * 1'664'525U + 1'013'904'223U;
            text += words[(state >> 16U) % words.size()] + " ";
        }
        const sql::SourceText source{"f.sql", text};
        for (const Dialect dialect : {lite, pg}) {
            const std::vector<sql::Section> sections{{0, text.size()}};
            Migration migration;
            migration.up = {source, sections};
            migration.has_down = true;
            migration.down = {source, sections};
            LintOptions options;
            options.dialect = dialect;
            options.on = {"all"};
            for (const Finding& finding : lint(std::vector{migration}, options)) EXPECT_GE(finding.start.line, 1u);
        }
    }
}

TEST(DownDropsOther, NotWhatTheDownItselfMovedAside) {
    const auto found = [](const std::string& down) {
        const std::string first = "-- file: 0001_m.sql\n-- quarry:up\nCREATE TYPE mood AS ENUM ('a');\n"
                                  "-- quarry:down\nDROP TYPE mood;\n";
        return ids(test::lint_example(pg,
                                      first +
                                          "-- file: 0002_b.sql\n-- quarry:up\nALTER TYPE mood ADD VALUE 'b';\n"
                                          "-- quarry:down\n" +
                                          down,
                                      {}));
    };
    const std::string aside = "ALTER TYPE public.mood RENAME TO mood_old;\n";
    EXPECT_THAT(found(aside + "CREATE TYPE mood AS ENUM ('a');\nDROP TYPE public.mood_old;\n"),
                Not(Contains("down-drops-other")));
    EXPECT_THAT(found(aside + "DROP TYPE mood_old;\n"), Contains("down-drops-other"));
}

}  // namespace
}  // namespace quarry::sql_lint
