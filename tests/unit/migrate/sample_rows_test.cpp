#include "core/migrate/sample_rows.h"

#include <ostream>

#include "support.h"
#include "tests/support/postgresql_server.h"

namespace quarry::migrate {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class SampleDatabase {
public:
    explicit SampleDatabase(sql::Dialect dialect)
        : database_(
              dialect == sql::Dialect::sqlite
                  ? sqlite_scratch_database({})
                  : postgresql_scratch_database({quarry::test::postgresql_server().url(), {}, nullptr}, false, {})) {
        trust_schema(*database_);
    }

    void run(const std::string& sql) { database_->run(read_script(database_->dialect(), "test.sql", sql)); }
    SampleRows fill() { return fill_empty_tables(*database_, read_tables(*database_, {})); }
    [[nodiscard]] std::string value(const std::string& sql) {
        return database_->query(sql).at(0).at(0).value_or("NULL");
    }

private:
    std::unique_ptr<Database> database_;
};

/// Tables that must all be filled with three rows each; a query, and what it gives then.
struct SampleCase {
    const char* name;
    sql::Dialect dialect;
    const char* tables;
    const char* query = "SELECT 1";
    const char* gives = "1";
};
std::ostream& operator<<(std::ostream& out, const SampleCase& one) { return out << one.name; }
constexpr auto of_sqlite = sql::Dialect::sqlite;
constexpr auto of_postgresql = sql::Dialect::postgresql;

class SampleRowsOf : public testing::TestWithParam<SampleCase> {};

TEST_P(SampleRowsOf, FillEveryTable) {
    SampleDatabase database(GetParam().dialect);
    database.run(GetParam().tables);
    const SampleRows samples = database.fill();
    std::string unfilled;
    for (const auto& [table, why] : samples.unfilled) unfilled += table + ": " + why + "\n";
    EXPECT_EQ(unfilled, "");
    EXPECT_GT(samples.rows, 1U);
    EXPECT_EQ(database.value(GetParam().query), GetParam().gives);
    EXPECT_EQ(database.fill().rows, 0U) << "nothing is empty any more";
}

INSTANTIATE_TEST_SUITE_P(
    Sqlite, SampleRowsOf,
    testing::Values(
        SampleCase{"types", of_sqlite,
                   "CREATE TABLE t(id INTEGER PRIMARY KEY, a INT NOT NULL, b VARCHAR(3) NOT NULL, c REAL NOT NULL,"
                   "d BLOB NOT NULL, e NUMERIC NOT NULL, f NOT NULL, g DATE NOT NULL, h DATETIME NOT NULL,"
                   "i BOOLEAN NOT NULL, j JSON NOT NULL, k DECIMAL(10,2) NOT NULL, l UUID NOT NULL);",
                   "SELECT count(*) || typeof(a) || typeof(b) || typeof(c) || typeof(d) || typeof(e) FROM t",
                   "3integertextrealblobreal"},
        SampleCase{"strict", of_sqlite,
                   "CREATE TABLE t(a INT NOT NULL, b INTEGER NOT NULL, c REAL NOT NULL, d TEXT NOT NULL,"
                   "e BLOB NOT NULL, f ANY NOT NULL) STRICT;",
                   "SELECT count(*) FROM t", "3"},
        SampleCase{"without_rowid", of_sqlite, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT) WITHOUT ROWID;",
                   "SELECT count(b) FROM t", "3"},
        SampleCase{"unique", of_sqlite, "CREATE TABLE t(a TEXT UNIQUE, b INT UNIQUE, c DATE UNIQUE, UNIQUE(a, b));",
                   "SELECT count(*) FROM t", "3"},
        SampleCase{"check_lists_values", of_sqlite,
                   "CREATE TABLE t(state TEXT NOT NULL CHECK (state IN ('new', 'old')), on_off INT CHECK (on_off IN "
                   "(0, 1)), stars INT CHECK (stars BETWEEN 1 AND 5), meta TEXT CHECK (json_valid(meta)));",
                   "SELECT count(*) || count(meta) FROM t", "33"},
        SampleCase{"check_of_size", of_sqlite,
                   "CREATE TABLE t(a INT NOT NULL CHECK (a < 10), b TEXT NOT NULL CHECK (length(b) = 1));",
                   "SELECT count(*) FROM t", "3"},
        SampleCase{"generated", of_sqlite,
                   "CREATE TABLE t(a INT, b INT GENERATED ALWAYS AS (a * 2) STORED, c AS (a * 3));",
                   "SELECT sum(b = a * 2) FROM t", "3"},
        SampleCase{"foreign_keys", of_sqlite,
                   "CREATE TABLE c(id INTEGER PRIMARY KEY, b_id INT NOT NULL REFERENCES b);"
                   "CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INT NOT NULL REFERENCES A(id));"
                   "CREATE TABLE a(id INTEGER PRIMARY KEY, up INT REFERENCES a(id));",
                   "SELECT count(*) FROM a JOIN b ON b.a_id = a.id JOIN c ON c.b_id = b.id", "3"},
        SampleCase{"foreign_key_of_two_columns", of_sqlite,
                   "CREATE TABLE a(x INT, y TEXT, PRIMARY KEY (x, y));"
                   "CREATE TABLE b(p INT NOT NULL, q TEXT NOT NULL, FOREIGN KEY (p, q) REFERENCES a(x, y));",
                   "SELECT count(*) FROM a JOIN b ON p = x AND q = y", "3"},
        SampleCase{"foreign_keys_in_a_circle", of_sqlite,
                   "CREATE TABLE a(id INTEGER PRIMARY KEY, b_id INT REFERENCES b(id));"
                   "CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INT NOT NULL REFERENCES a(id));",
                   "SELECT count(*) FROM b", "3"},
        SampleCase{"self_reference_that_is_required", of_sqlite,
                   "CREATE TABLE a(id INTEGER PRIMARY KEY, root INT NOT NULL REFERENCES a(id));",
                   "SELECT sum(id = root) FROM a", "3"},
        SampleCase{"names_that_need_quotes", of_sqlite,
                   "CREATE TABLE \"order\"(\"group\" TEXT NOT NULL, \"a \"\"b\" INT NOT NULL);",
                   "SELECT count(*) FROM \"order\"", "3"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Postgresql, SampleRowsOf,
    testing::Values(
        SampleCase{"numbers", of_postgresql,
                   "CREATE TABLE t(a smallint NOT NULL, b int NOT NULL, c bigint NOT NULL, d numeric NOT NULL,"
                   "e numeric(5, 2) NOT NULL, f numeric(2, 2) NOT NULL, g real NOT NULL, h float8 NOT NULL,"
                   "i money NOT NULL, j numeric(8) NOT NULL, k oid NOT NULL);",
                   "SELECT count(DISTINCT e) FROM t", "3"},
        SampleCase{"texts", of_postgresql,
                   "CREATE TABLE t(a text NOT NULL, b varchar NOT NULL, c varchar(2) UNIQUE, d char(1) NOT NULL,"
                   "e char(20) NOT NULL, f name NOT NULL, g \"char\" NOT NULL, h bytea NOT NULL, i uuid NOT NULL,"
                   "j json NOT NULL, k jsonb NOT NULL, l xml NOT NULL, m bit(3) NOT NULL, n varbit(4) NOT NULL,"
                   "o tsvector NOT NULL, p tsquery NOT NULL);",
                   "SELECT count(*) FROM t", "3"},
        SampleCase{"times_and_places", of_postgresql,
                   "CREATE TABLE t(a date NOT NULL, b timestamp NOT NULL, c timestamptz(3) NOT NULL, d time NOT NULL,"
                   "e timetz NOT NULL, f interval NOT NULL, g inet NOT NULL, h cidr NOT NULL, i macaddr NOT NULL,"
                   "j macaddr8 NOT NULL, k point NOT NULL, l line NOT NULL, m lseg NOT NULL, n box NOT NULL,"
                   "o path NOT NULL, p polygon NOT NULL, q circle NOT NULL);",
                   "SELECT count(DISTINCT a) FROM t", "3"},
        SampleCase{"ranges_and_arrays", of_postgresql,
                   "CREATE TABLE t(a int4range NOT NULL, b int8range NOT NULL, c numrange NOT NULL, d daterange NOT "
                   "NULL, e tsrange NOT NULL, f tstzrange NOT NULL, g int4multirange NOT NULL, h text[] NOT NULL,"
                   "i int[][] NOT NULL);",
                   "SELECT count(*) FROM t", "3"},
        SampleCase{"enums_and_domains", of_postgresql,
                   "CREATE TYPE mood AS ENUM ('sad', 'it''s ok');"
                   "CREATE DOMAIN mail AS varchar(40) NOT NULL CHECK (VALUE LIKE '%@%');"
                   "CREATE DOMAIN level AS text CHECK (VALUE IN ('low', 'high'));"
                   "CREATE DOMAIN low AS level;"
                   "CREATE TABLE t(a mood NOT NULL, email mail, c low NOT NULL, d mood[] NOT NULL);",
                   "SELECT string_agg(a::text || c, ' ' ORDER BY a) FROM t", "sadlow sadlow it's okhigh"},
        SampleCase{"identity", of_postgresql,
                   "CREATE TABLE a(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b text);"
                   "CREATE TABLE b(id smallserial PRIMARY KEY, a_id int NOT NULL REFERENCES a);"
                   "CREATE TABLE c(id bigint GENERATED BY DEFAULT AS IDENTITY);",
                   "SELECT nextval('a_id_seq') || ' ' || min(id) FROM a", "1 900001"},
        SampleCase{"generated", of_postgresql, "CREATE TABLE t(a int, b int GENERATED ALWAYS AS (a * 2) STORED);",
                   "SELECT count(*) FILTER (WHERE b = a * 2) FROM t", "3"},
        SampleCase{"checks", of_postgresql,
                   "CREATE TABLE t(state text NOT NULL CHECK (state IN ('new', 'old')),"
                   "stars int CHECK (stars BETWEEN 1 AND 5), price numeric(10,2) CHECK (price > 0));",
                   "SELECT count(price) FROM t", "3"},
        SampleCase{"foreign_keys", of_postgresql,
                   "CREATE SCHEMA s; CREATE TABLE s.a(x int, y text, PRIMARY KEY (x, y));"
                   "CREATE TABLE b(p int NOT NULL, q text NOT NULL, FOREIGN KEY (p, q) REFERENCES s.a,"
                   "up int, id int PRIMARY KEY, FOREIGN KEY (up) REFERENCES b);",
                   "SELECT count(*) FROM s.a JOIN b ON p = x AND q = y", "3"},
        SampleCase{"partitions", of_postgresql,
                   "CREATE TABLE t(a int NOT NULL, b text) PARTITION BY LIST (a);"
                   "CREATE TABLE t1 PARTITION OF t DEFAULT;",
                   "SELECT count(*) FROM t1", "3"},
        SampleCase{"names_that_need_quotes", of_postgresql,
                   "CREATE SCHEMA \"My\"; CREATE TABLE \"My\".\"Order\"(\"Group\" text NOT NULL);",
                   "SELECT count(*) FROM \"My\".\"Order\"", "3"}),
    [](const auto& test) { return test.param.name; });

TEST(SampleRows, LeaveTablesWithRowsAsTheyAre) {
    SampleDatabase database(of_sqlite);
    database.run("CREATE TABLE a(x); INSERT INTO a VALUES (1); CREATE TABLE b(x);");
    EXPECT_EQ(database.fill().rows, 3U);
    EXPECT_EQ(database.value("SELECT count(*) FROM a"), "1");
}

TEST(SampleRows, SayWhatCouldNotBeFilled) {
    for (const auto dialect : {of_sqlite, of_postgresql}) {
        SampleDatabase database(dialect);
        database.run("CREATE TABLE odd(a int NOT NULL CHECK ((a * 7) % 1000 = 999));");
        const SampleRows samples = database.fill();
        EXPECT_EQ(samples.rows, 0U);
        ASSERT_EQ(samples.unfilled.size(), 1U);
        EXPECT_EQ(samples.unfilled[0].first, "odd");
        EXPECT_THAT(samples.unfilled[0].second, HasSubstr("onstraint"));
    }
}

TEST(SampleRows, PassOverVirtualTables) {
    SampleDatabase database(of_sqlite);
    database.run("CREATE VIRTUAL TABLE words USING fts5(word);");
    const SampleRows samples = database.fill();
    EXPECT_EQ(samples.rows, 0U);
    EXPECT_THAT(samples.unfilled, IsEmpty());
}

}  // namespace
}  // namespace quarry::migrate
