#include "core/migrate/postgresql_session.h"

#include <thread>

#include "engines.h"

namespace quarry::migrate {
namespace {

using test::EngineProject;
using test::error_of;
using test::Project;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class PostgresqlMigrations : public testing::Test {
protected:
    PostgresqlMigrations() : project_(test::postgresql_engine) {}

    static MigratorOptions single_transaction() {
        MigratorOptions options = Project::options();
        options.single_transaction = true;
        return options;
    }
    [[nodiscard]] db::PostgresqlConnection connect() const { return db::PostgresqlConnection::connect(project_.url()); }
    /// Migrations of a database by a URL of its own.
    MigrationRun up_by(const std::string& url, DatabaseOptions database_options = {}) const {
        const auto database = open_postgresql_database(url, database_options);
        return Migrator(database->session(), project_.files().list(), Project::options()).up();
    }

    EngineProject project_;
};

TEST_F(PostgresqlMigrations, AFailureHasAllThatTheServerSays) {
    project_.add("0001_a.sql", "CREATE TABLE t(a integer PRIMARY KEY);\nINSERT INTO t\n  VALUES (1), (2), (1);",
                 "DROP TABLE t;");
    const Error error = error_of([&] { project_.up(); });
    EXPECT_THAT(error.message(), HasSubstr("0001_a.sql:3:1: a statement failed; nothing of this migration was kept"));
    EXPECT_THAT(error.causes(), AllOf(Contains(HasSubstr("duplicate key value violates unique constraint \"t_pkey\"")),
                                      Contains(HasSubstr("Key (a)=(1) already exists."))));
    EXPECT_EQ(project_.tables(), "");
    EXPECT_FALSE(project_.has_ledger());
}

TEST_F(PostgresqlMigrations, TheLedgerIsLeftAsItIs) {
    const std::string function =
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; ";
    project_.add_tables(1);
    project_.up();
    for (const char* const sql :
         {"DO $$ BEGIN EXECUTE 'CREATE TRIGGER r BEFORE INSERT ON quarry_migrations FOR EACH "
          "ROW EXECUTE FUNCTION f()'; "
          "END $$;",
          "CREATE RULE r AS ON INSERT TO quarry_migrations DO INSTEAD NOTHING;",
          "ALTER TABLE quarry_migration_history ADD COLUMN x text;", "UPDATE quarry_migrations SET checksum = 'x';",
          "DO $$ BEGIN EXECUTE 'DELETE FROM quarry_migrations'; END $$;",
          "INSERT INTO quarry_migrations SELECT 3, name, checksum, applied_at, duration_ms, "
          "quarry_version FROM quarry_migrations;",
          // At the commit, behind all that was checked.
          "CREATE TABLE d(a integer); CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE "
          "quarry_migrations SET checksum = 'x'; RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER x AFTER INSERT ON d "
          "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION g(); INSERT INTO d VALUES (1);"}) {
        project_.add("0002_ledger.sql", function + sql);
        EXPECT_THAT(error_of([&] { project_.up(); }).what(), HasSubstr("the migration changes quarry's own tables"))
            << sql;
        EXPECT_EQ(project_.applied(), "t1") << sql;
    }
    // A table in pg_temp of the ledger's name takes no place.
    project_.add("0002_ledger.sql", "CREATE TEMP TABLE quarry_migrations(version bigint);");
    project_.up();
    EXPECT_EQ(project_.applied(), "t1 ledger");
}

TEST_F(PostgresqlMigrations, AnEntryThatIsNotKeptAsWrittenFailsTheMigration) {
    project_.add_tables(1);
    project_.up();
    project_.query("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$");
    project_.query("CREATE TRIGGER r BEFORE INSERT ON quarry_migrations FOR EACH ROW EXECUTE FUNCTION f()");
    project_.add("0002_more.sql", "CREATE TABLE t2(a integer);");
    EXPECT_THAT(error_of([&] { project_.up(); }).what(), HasSubstr("did not keep what was written"));
    EXPECT_EQ(project_.tables(), "t1");
}

TEST_F(PostgresqlMigrations, AFailurePointsIntoTheStatement) {
    project_.add("0001_a.sql", "CREATE TABLE users(mail text);\nSELECT 1,\n  '\xC3\xBC', mial FROM users;");
    const Error error = error_of([&] { project_.up(); });
    EXPECT_THAT(error.message(), HasSubstr("0001_a.sql:4:8: "));
    EXPECT_THAT(error.what(), HasSubstr("column \"mial\" does not exist"));
    EXPECT_THAT(error.hint(), HasSubstr("mail"));
}

TEST_F(PostgresqlMigrations, AFailureAtTheCommitKeepsNothing) {
    project_.add("0001_tables.sql",
                 "CREATE TABLE p(id integer PRIMARY KEY);\n"
                 "CREATE TABLE c(p integer REFERENCES p DEFERRABLE INITIALLY DEFERRED);",
                 "DROP TABLE c; DROP TABLE p;");
    project_.add("0002_orphan.sql", "INSERT INTO c VALUES (9);");
    for (int round = 0; round < 2; ++round) {
        const Error error = error_of([&] { project_.up(); });
        EXPECT_THAT(error.message(), HasSubstr("0002_orphan.sql: COMMIT failed; nothing of it was kept"));
        EXPECT_THAT(error.what(), HasSubstr("violates foreign key constraint"));
        EXPECT_EQ(project_.applied(), "tables");
        EXPECT_EQ(project_.query("SELECT count(*) FROM c"), "0");
    }
}

TEST_F(PostgresqlMigrations, AFirstMigrationThatFailsAtTheCommitLeavesASessionThatWorks) {
    const auto database = project_.open();
    const auto session = database->session();
    const Script orphan = read_script(sql::Dialect::postgresql, "m.sql",
                                      "CREATE TABLE p(id integer PRIMARY KEY);\n"
                                      "CREATE TABLE c(p integer REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n"
                                      "INSERT INTO c VALUES (9);");
    session->begin();
    for (const sql::Section& one : orphan.statements) session->run(orphan, one, orphan.sql_of(one));
    session->record(Action::up, {1, "a", "", "", 0, ""}, "");
    (void)error_of([&] { session->commit("m"); });
    session->begin();
    session->record(Action::up, {1, "a", "", "", 0, ""}, "");
    EXPECT_NO_THROW(session->commit("m"));
}

struct Leak {
    const char* name;
    const char* sql;
};

void PrintTo(const Leak& leak, std::ostream* out) { *out << leak.name; }

class PostgresqlLeak : public testing::TestWithParam<std::tuple<Leak, bool>> {};

TEST_P(PostgresqlLeak, NeitherIntoTheLedgerNorIntoTheNext) {
    const EngineProject project(test::postgresql_engine);
    project.query("DO $$BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'weak') THEN CREATE ROLE weak; END "
                  "IF; END$$");
    project.query("CREATE SCHEMA app");
    project.query("GRANT ALL ON SCHEMA app, public TO weak");
    project.add("0001_seen.sql", "CREATE TABLE public.seen(x text);");
    project.add("0002_sets.sql", std::get<0>(GetParam()).sql);
    project.add("0003_after.sql",
                "INSERT INTO public.seen SELECT concat_ws(',', current_user, session_user, current_schema(), "
                "current_setting('lock_timeout'), current_setting('standard_conforming_strings'), "
                "current_setting('client_encoding'));");
    MigratorOptions options = Project::options();
    options.single_transaction = std::get<1>(GetParam());
    EXPECT_EQ(project.up(options).done.size(), 3u);
    EXPECT_EQ(project.query("SELECT x FROM public.seen"), "postgres,postgres,public,0,on,UTF8");
    EXPECT_EQ(
        project.query("SELECT nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = "
                      "'quarry_migrations'"),
        "public");
    EXPECT_EQ(project.query("SELECT count(*) FROM public.quarry_migrations"), "3");
    project.down();
}

INSTANTIATE_TEST_SUITE_P(
    All, PostgresqlLeak,
    testing::Combine(
        testing::Values(Leak{"search_path", "SET search_path = app, public;"},
                        Leak{"empty_search_path", "SELECT pg_catalog.set_config('search_path', '', false);"},
                        Leak{"local_search_path", "SET LOCAL search_path = app;"}, Leak{"role", "SET ROLE weak;"},
                        Leak{"local_role", "SET LOCAL ROLE weak;"},
                        Leak{"authorization", "SET SESSION AUTHORIZATION weak;"},
                        Leak{"authorization_and_role", "SET SESSION AUTHORIZATION weak; SET ROLE weak;"},
                        Leak{"upper_case_set_config", "SELECT SET_CONFIG('role', 'weak', FALSE);"},
                        Leak{"within_a_block", "DO $$BEGIN EXECUTE 'SET ROLE weak'; SET search_path = app; END$$;"},
                        Leak{"lock_timeout", "SET lock_timeout = '7s';"},
                        Leak{"local_lock_timeout", "SET LOCAL lock_timeout = '7s';"},
                        Leak{"directive", "-- quarry:lock-timeout: 7s\nSELECT 1;"},
                        Leak{"strings", "SET standard_conforming_strings = off;"},
                        Leak{"encoding", "SET client_encoding = 'LATIN1';"}),
        testing::Bool()),
    [](const auto& given) {
        return std::string(std::get<0>(given.param).name) + (std::get<1>(given.param) ? "_single" : "");
    });

TEST_F(PostgresqlMigrations, StringsAreReadAsTheyAreCutWhateverTheDatabaseHasSet) {
    project_.query("DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET standard_conforming_strings = off', "
                   "current_database()); END$$");
    project_.files().write("0001_a.sql",
                           "-- quarry:up\nCREATE TABLE t(a text);\nINSERT INTO t VALUES ('a\\');\n-- quarry:down\n"
                           "DROP TABLE t;\n");
    project_.files().write("0002_a.sql", "-- quarry:up\nINSERT INTO t VALUES ('b\\');\n-- quarry:down\nSELECT 1;\n");
    project_.up();
    EXPECT_EQ(project_.query("SELECT a FROM t ORDER BY a"), "a\\ b\\");
}

TEST_F(PostgresqlMigrations, AHostileSearchPathMisleadsNobody) {
    for (const char* sql : {"CREATE SCHEMA evil", "CREATE TABLE evil.pg_class(oid oid, relname name, relnamespace oid)",
                            "CREATE TABLE evil.pg_attribute(a text)", "CREATE TABLE evil.pg_locks(a text)",
                            "CREATE FUNCTION evil.to_regclass(text) RETURNS regclass LANGUAGE sql AS 'SELECT "
                            "NULL::pg_catalog.regclass'",
                            "CREATE FUNCTION evil.pg_try_advisory_lock(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT "
                            "false'",
                            "CREATE FUNCTION evil.quote_ident(text) RETURNS text LANGUAGE sql AS $$SELECT 'evil'$$"}) {
        project_.query(sql);
    }
    project_.add_tables(2);
    const std::string url = project_.url() + "?options=-csearch_path%3Dpublic,evil,pg_catalog";
    EXPECT_EQ(up_by(url).done.size(), 2u);
    EXPECT_TRUE(up_by(url).done.empty());
    EXPECT_EQ(project_.query("SELECT count(*) FROM public.quarry_migrations"), "2");
}

TEST_F(PostgresqlMigrations, TheLedgerIsFoundInAnotherSchema) {
    project_.add_tables(1);
    project_.query("CREATE SCHEMA app");
    EXPECT_EQ(up_by(project_.url() + "?options=-csearch_path%3Dapp").done.size(), 1u);
    EXPECT_EQ(project_.query("SELECT count(*) FROM app.quarry_migrations"), "1");
    project_.add_tables(2);
    EXPECT_THAT(test::titles(project_.up().done), ElementsAre("0002_t2"));
    EXPECT_EQ(project_.query("SELECT count(*) FROM app.quarry_migrations"), "2");
}

TEST_F(PostgresqlMigrations, ASchemaForEachCustomerHasALedgerOfItsOwn) {
    project_.add_tables(2);
    for (const char* customer : {"one", "two"}) {
        project_.query(std::string("CREATE SCHEMA ") + customer);
        EXPECT_EQ(up_by(project_.url() + "?options=-csearch_path%3D" + customer).done.size(), 2u) << customer;
    }
    EXPECT_EQ(project_.query("SELECT count(*) FROM two.t1"), "0");
    const Error error = error_of([&] { up_by(project_.url() + "?options=-csearch_path%3Dthree"); });
    EXPECT_THAT(error.message(), HasSubstr("no schema of the search path exists (three)"));
}

TEST_F(PostgresqlMigrations, TheHolderOfTheLockIsNamed) {
    project_.add_tables(1);
    const auto holder = project_.open();
    const auto session = holder->session();
    session->lock();
    DatabaseOptions impatient;
    impatient.lock_wait = std::chrono::milliseconds(50);
    const Error error = error_of([&] { up_by(project_.url(), impatient); });
    EXPECT_EQ(error.code(), ErrorCode::locked);
    EXPECT_THAT(error.causes(), Contains(AllOf(HasSubstr("held by \"quarry\" from 127.0.0.1"), HasSubstr("since 20"))));
    impatient.lock = LockKind::table;
    EXPECT_NO_THROW(up_by(project_.url(), impatient)) << "the two kinds do not see each other";
}

TEST_F(PostgresqlMigrations, ALockTimeoutIsTriedAgainBehindAReader) {
    project_.add("0001_t.sql", "CREATE TABLE t(a integer);");
    project_.up();
    project_.add("0002_column.sql", "-- quarry:lock-timeout: 50ms\nCREATE TABLE other(a integer);\nALTER TABLE t ADD "
                                    "COLUMN b integer;");
    db::PostgresqlConnection reader = connect();
    reader.query("BEGIN");
    reader.query("SELECT * FROM t");
    MigratorOptions options = Project::options();
    options.lock_wait = std::chrono::milliseconds(300);
    const Error error = error_of([&] { project_.up(options); });
    EXPECT_EQ(error.code(), ErrorCode::locked);
    EXPECT_THAT(error.what(), HasSubstr("lock timeout"));
    EXPECT_EQ(project_.tables(), "t");
    std::thread ends([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
        reader.query("COMMIT");
    });
    options.lock_wait = std::chrono::seconds(30);
    EXPECT_NO_THROW(project_.up(options));
    ends.join();
    EXPECT_EQ(project_.tables(), "other t");
}

TEST_F(PostgresqlMigrations, WithoutALockTimeoutAMigrationWaits) {
    project_.add("0001_t.sql", "CREATE TABLE t(a integer);");
    project_.up();
    project_.add("0002_column.sql", "ALTER TABLE t ADD COLUMN b integer;");
    db::PostgresqlConnection reader = connect();
    reader.query("BEGIN");
    reader.query("SELECT * FROM t");
    std::thread ends([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
        reader.query("COMMIT");
    });
    EXPECT_NO_THROW(project_.up());
    ends.join();
}

TEST_F(PostgresqlMigrations, ATableCommentAndAFunctionBodyArriveAsWritten) {
    project_.files().write("0001_f.sql", R"(-- quarry:up
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$
BEGIN
    -- a comment; with a semicolon
    RETURN 'it''s; ' || $x$ $body; $x$;
END;
$body$;
CREATE FUNCTION g(n integer) RETURNS text BEGIN ATOMIC
    SELECT CASE WHEN n = 1 THEN 'one' ELSE 'more' END;
END;
CREATE TABLE t(a integer);
CREATE RULE r AS ON INSERT TO t DO ALSO (NOTIFY a; NOTIFY b);
-- quarry:down
DROP TABLE t; DROP FUNCTION g; DROP FUNCTION f;
)");
    project_.up();
    EXPECT_EQ(project_.query("SELECT f() || g(2)"), "it's;  $body; more");
    project_.down();
    EXPECT_EQ(project_.query("SELECT count(*) FROM pg_proc WHERE proname IN ('f', 'g')"), "0");
}

TEST_F(PostgresqlMigrations, ATransactionThatWasCutOffKeepsNothing) {
    project_.add("0001_t.sql", "CREATE TABLE t(a integer);");
    project_.add("0002_dies.sql", "CREATE TABLE u(a integer);\nSELECT pg_terminate_backend(pg_backend_pid());");
    const Error error = error_of([&] { project_.up(); });
    EXPECT_THAT(error.message(), HasSubstr("0002_dies.sql:3:1"));
    EXPECT_THAT(error.what(), HasSubstr("terminat"));
    EXPECT_EQ(project_.tables(), "t");
    EXPECT_EQ(project_.applied(), "t");
}

TEST_F(PostgresqlMigrations, AServerThatIsLostDuringTheCommitLeavesItOpen) {
    project_.query("CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM "
                   "pg_terminate_backend(pg_backend_pid()); RETURN NULL; END$$");
    project_.add("0001_t.sql",
                 "CREATE TABLE t(a integer);\nCREATE CONSTRAINT TRIGGER x AFTER INSERT ON t DEFERRABLE INITIALLY "
                 "DEFERRED FOR EACH ROW EXECUTE FUNCTION die();\nINSERT INTO t VALUES (1);");
    const Error error = error_of([&] { project_.up(); });
    EXPECT_THAT(error.message(), HasSubstr("connection lost during COMMIT"));
    EXPECT_THAT(error.hint(), HasSubstr("quarry migrate status"));
    EXPECT_EQ(project_.tables(), "");
}

TEST_F(PostgresqlMigrations, NoticesAreNoErrors) {
    project_.add("0001_t.sql", "DROP TABLE IF EXISTS nothing;\nDO $$BEGIN RAISE WARNING 'careful'; END$$;");
    EXPECT_NO_THROW(project_.up());
}

TEST_F(PostgresqlMigrations, AProcedureThatCommitsSaysWhatItNeeds) {
    project_.query("CREATE TABLE log(a integer)");
    project_.query("CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$BEGIN INSERT INTO log VALUES (1); COMMIT; END$$");
    project_.add("0001_call.sql", "CALL fill();");
    const Error error = error_of([&] { project_.up(); });
    EXPECT_THAT(error.what(), HasSubstr("invalid transaction termination"));
    EXPECT_THAT(error.hint(), HasSubstr("-- quarry:no-transaction"));
    project_.files().write("0001_call.sql",
                           "-- quarry:no-transaction\n-- quarry:up\nCALL fill();\nDO $$BEGIN INSERT INTO log VALUES "
                           "(2); COMMIT; END$$;\n-- quarry:down\nSELECT 1;\n");
    project_.up();
    EXPECT_EQ(project_.query("SELECT a FROM log ORDER BY a"), "1 2");
}

TEST_F(PostgresqlMigrations, ALongStatementOfASingleTransactionHasItsOwnTimeOut) {
    project_.add("0001_a.sql", "-- quarry:statement-timeout: 50ms\nSELECT 1;");
    project_.add("0002_b.sql", "SELECT pg_sleep(0.2);");
    EXPECT_NO_THROW(project_.up(single_transaction()));
}

}  // namespace
}  // namespace quarry::migrate
