#include "core/migrate/scratch_server.h"

#include <fstream>

#include "core/base/file.h"
#include "core/base/sandbox.h"
#include "core/migrate/replay.h"
#include "core/migrate/roundtrip.h"
#include "engines.h"

namespace quarry::migrate {
namespace {

namespace fs = std::filesystem;
using test::Project;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// All that the databases of a server have in common, and what one of them holds.
std::string state_of(const std::string& url, const std::string& victim) {
    auto server = db::PostgresqlConnection::connect(url);
    std::string state;
    for (const char* const sql :
         {"SELECT string_agg(r::text, ',' ORDER BY oid) FROM pg_authid r",
          "SELECT string_agg(m::text, ',' ORDER BY m::text) FROM pg_auth_members m",
          "SELECT string_agg(s::text, ',' ORDER BY s::text) FROM pg_db_role_setting s",
          "SELECT string_agg(concat_ws(' ', datname, datdba, datacl, datconnlimit), ',' ORDER BY oid) FROM pg_database",
          "SELECT string_agg(t::text, ',' ORDER BY oid) FROM pg_tablespace t",
          "SELECT string_agg(d::text, ',' ORDER BY d::text) FROM pg_shdescription d",
          "SELECT string_agg(name || setting, ',' ORDER BY name) FROM pg_file_settings",
          "SELECT string_agg(slot_name, ',' ORDER BY slot_name) FROM pg_replication_slots"}) {
        state += std::string(server.query(sql).text(0, 0)) + "\n";
    }
    auto other = db::PostgresqlConnection::connect(victim);
    return state + std::string(other.query("SELECT string_agg(a::text, ',' ORDER BY a) FROM precious").text(0, 0));
}

class ScratchServers : public testing::Test {
protected:
    ScratchServers() {
        options_.find_programs = [] {
            const char* path = std::getenv("PATH");
            return db::find_server_programs(path == nullptr ? "" : path);
        };
        options_.cache_folder = cache();
        options_.url = url_;
        options_.note = [this](const std::string& text) { notes_.push_back(text); };
    }
    /// Of all tests of this process: making a cluster takes the longest.
    static fs::path cache() {
        static const TemporaryDirectory folder;
        return folder.path();
    }
    static std::string role(const std::string& name, const std::string& attributes = "") {
        auto connection = db::PostgresqlConnection::connect(quarry::test::postgresql_server().url());
        (void)connection.run("CREATE ROLE " + name + " " + attributes);
        return name;
    }
    /// The first error of statements, each in a transaction of its own.
    static std::string run(Database& database, const std::vector<std::string>& statements) {
        for (const std::string& sql : statements) {
            if (const auto failure = database.attempt(sql)) return *failure;
        }
        return {};
    }
    std::string text(Database& database, const std::string& sql) {
        return database.query(sql).at(0).at(0).value_or("");
    }

    std::string url_ = quarry::test::postgresql_server().make_database();
    std::vector<std::string> notes_;
    ScratchServerOptions options_;
};

TEST_F(ScratchServers, WhatMigrationsDoStaysThere) {
    if (!sandbox_support().confines_servers()) GTEST_SKIP() << "this kernel cannot confine a server";
    const TemporaryDirectory outside;
    fs::permissions(outside.path(), fs::perms::all);
    const std::string file = (outside.path() / "file").string();
    const std::string victim = quarry::test::postgresql_server().make_database();
    const std::string name = victim.substr(victim.rfind('/') + 1);
    db::PostgresqlConnection::connect(victim).query("CREATE TABLE precious AS SELECT 42 AS a");
    role("real_role");
    const std::string before = state_of(url_, victim);
    const std::string as_user =
        "host=127.0.0.1 port=" + url_.substr(url_.rfind(':') + 1, url_.rfind('/') - url_.rfind(':') - 1) +
        " user=postgres dbname=" + name;
    ScratchServer server(options_);
    for (const std::vector<std::string>& hostile : std::vector<std::vector<std::string>>{
             {"DROP DATABASE IF EXISTS " + name},
             {"ALTER DATABASE " + name + " SET work_mem = '1MB'"},
             {"ALTER DATABASE " + name + " RENAME TO gone"},
             {"CREATE DATABASE left_behind"},
             {"COMMENT ON DATABASE " + name + " IS 'x'"},
             {"GRANT CREATE ON DATABASE " + name + " TO PUBLIC"},
             {"ALTER SYSTEM SET work_mem = '77MB'", "SELECT pg_reload_conf()"},
             {"CREATE ROLE left_behind LOGIN PASSWORD 'x'"},
             {"DROP ROLE IF EXISTS real_role"},
             {"ALTER ROLE postgres PASSWORD 'x'"},
             {"ALTER ROLE real_role SUPERUSER"},
             {"GRANT pg_execute_server_program TO real_role"},
             {"DO $$ BEGIN EXECUTE 'DROP ROLE real_role'; END $$"},
             {"DO $$ BEGIN EXECUTE 'ALTER ROLE ' || 'real_role' || ' SET work_mem = ''1MB'''; END $$"},
             {"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE ROLE left_behind'; END $$",
              "SELECT f()"},
             {"SELECT query_to_xml('CREATE ROLE left_behind', true, true, '')"},
             {"REASSIGN OWNED BY postgres TO real_role"},
             {"CREATE TABLESPACE left_behind LOCATION '" + outside.path().string() + "'"},
             {"SELECT pg_create_logical_replication_slot('left_behind', 'pgoutput')"},
             {"CREATE SUBSCRIPTION s CONNECTION '" + as_user + "' PUBLICATION p"},
             {"COPY (SELECT 1) TO '" + file + "'"},
             {"COPY (SELECT 1) TO PROGRAM 'cat > " + file + "'"},
             {"SELECT lo_export(lo_from_bytea(0, 'x'), '" + file + "')"},
             {"CREATE EXTENSION dblink", "SELECT dblink_exec('" + as_user + "', 'DROP TABLE precious')"},
             {"CREATE EXTENSION adminpack", "SELECT pg_file_write('" + file + "', 'x', false)"},
             {"SET ROLE real_role", "RESET ROLE", "ALTER ROLE postgres SET work_mem = '1MB'"},
             {"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"}}) {
        const auto scratch = server.make();
        (void)run(*scratch, hostile);
        EXPECT_EQ(state_of(url_, victim), before) << hostile.front();
        EXPECT_FALSE(fs::exists(file)) << hostile.front();
    }
    EXPECT_THAT(notes_, ElementsAre());
}

TEST_F(ScratchServers, HaveTheTargetsRolesAndSettings) {
    role("reader", "NOLOGIN");
    const std::string owner = role("owner_of_app", "LOGIN SUPERUSER");
    role("grp");
    auto administration = db::PostgresqlConnection::connect(quarry::test::postgresql_server().url());
    administration.query("GRANT grp TO owner_of_app");
    administration.query("ALTER ROLE owner_of_app SET search_path TO app, \"Other One\"");
    administration.query("ALTER ROLE owner_of_app SET DateStyle TO 'SQL, DMY'");
    options_.url = quarry::test::postgresql_server().url_of(url_.substr(url_.rfind('/') + 1), owner);
    ScratchServer server(options_);
    const auto scratch = server.make();
    EXPECT_EQ(text(*scratch, "SELECT session_user"), owner);
    EXPECT_EQ(text(*scratch, "SHOW search_path"), "app, \"Other One\"");
    EXPECT_EQ(text(*scratch, "SHOW DateStyle"), "SQL, DMY");
    EXPECT_EQ(text(*scratch, "SHOW TimeZone"), "UTC");
    EXPECT_EQ(text(*scratch, "SELECT count(*) FROM pg_auth_members WHERE roleid = 'grp'::regrole"), "1");
    EXPECT_EQ(run(*scratch, {"CREATE TABLE public.t(a integer)", "GRANT SELECT ON public.t TO reader"}), "");
}

TEST_F(ScratchServers, AMigrationMakesARoleThatTheTargetHasAlready) {
    if (!sandbox_support().confines_servers()) GTEST_SKIP() << "this kernel cannot confine a server";
    role("made_by_migration");
    role("made_in_block");
    const Project project;
    project.add("0001_a.sql",
                "CREATE ROLE made_by_migration;\n"
                "DO $$ BEGIN EXECUTE 'CREATE ROLE ' || 'made_in_block'; END $$;\n"
                "CREATE TABLE t(a integer);\nALTER TABLE t OWNER TO made_by_migration;\n"
                "GRANT SELECT ON t TO made_in_block;",
                "DROP TABLE t; DROP ROLE made_by_migration, made_in_block;");
    SchemaLoader loader;
    const auto server = std::make_shared<ScratchServer>(options_);
    loader.scratch = [server] { return server->make(); };
    loader.migrator_options = Project::options();
    const auto one = loader.load(project.list());
    const auto two = loader.load(project.list());  // On a server where these are not there yet, again.
    EXPECT_TRUE(one->diff(*two, schema::DiffOptions::without_renames()).empty());
    // A role of the migrations' own is made once only.
    project.add("0002_b.sql", "CREATE ROLE made_by_migration;", "SELECT 1;");
    EXPECT_THAT(test::error_of([&] { (void)loader.load(project.list()); }).what(), HasSubstr("already exists"));
}

TEST_F(ScratchServers, AreUsedAgainWhileOnlyTheirDatabaseChanged) {
    ScratchServer server(options_);
    const auto folder_after = [&](const std::vector<std::string>& statements) {
        const auto scratch = server.make();
        EXPECT_EQ(run(*scratch, statements), "");
        return text(*scratch, "SHOW data_directory");
    };
    const std::string first = folder_after({"CREATE TABLE t(a integer)"});
    EXPECT_EQ(folder_after({"CREATE TABLE t(a integer)"}), first);
    EXPECT_EQ(folder_after({"CREATE ROLE one_more"}), first);
    EXPECT_NE(folder_after({"CREATE ROLE one_more"}), first);
    const auto one = server.make(), two = server.make();
    EXPECT_NE(text(*one, "SHOW data_directory"), text(*two, "SHOW data_directory"));
}

TEST_F(ScratchServers, RunTheBlocksThatCanRunThere) {
    const Project project;
    project.add("0001_a.sql",
                "DO $$ BEGIN CREATE TABLE t(a integer);"
                " IF current_database() = 'elsewhere' THEN COPY t FROM '/nowhere/rows'; END IF; END $$;\n"
                "DO $$ BEGIN COPY t FROM '/nowhere/rows'; END $$;",
                "DROP TABLE t;");
    project.add("0002_b.sql", "DO $$ BEGIN CREATE TABLE u(a integer); COPY u FROM '/nowhere/rows'; END $$;",
                "DROP TABLE u;");
    ScratchServer server(options_);
    SchemaLoader loader;
    loader.scratch = [&] { return server.make(); };
    loader.migrator_options = Project::options();
    const RoundtripReport report = check_roundtrip(loader, project.list());
    EXPECT_TRUE(report.problems.empty()) << report.problems.front().message;
    EXPECT_THAT(notes_, ElementsAre(HasSubstr("0001_a.sql:3:1: not tried"), HasSubstr("0002_b.sql:2:1: not tried")));
    EXPECT_THAT(report.notes, testing::Contains(HasSubstr("0002_b.sql: not compared")));
}

TEST_F(ScratchServers, LeaveOutWhatAPrivateServerHasNot) {
    const Project project;
    project.add("0001_a.sql",
                "CREATE TABLE t(a integer);\nALTER DATABASE app SET work_mem = '1MB';\n"
                "COMMENT ON DATABASE app IS 'x';\n"
                "CREATE VIEW v AS SELECT pg_catalog.pg_read_file('x') AS a;\n"
                "COPY t FROM '/nowhere/rows';",
                "DROP VIEW v; DROP TABLE t;");
    ScratchServer server(options_);
    for (int round = 0; round < 2; ++round) replay(*server.make(), project.list(), Project::options());
    EXPECT_THAT(notes_, ElementsAre(AllOf(HasSubstr("0001_a.sql:3:1: not tried"), HasSubstr("ALTER DATABASE")),
                                    HasSubstr("0001_a.sql:4:1: not tried"), HasSubstr("0001_a.sql:6:1: not tried")));
}

/// Where no server is installed that fits the target's.
class TrialsOnTheTargetsServer : public ScratchServers {
protected:
    TrialsOnTheTargetsServer() {
        options_.find_programs = [] { return std::vector<db::ServerPrograms>(); };
    }
    [[nodiscard]] std::string error_of_trial(const std::string& sql) const {
        const Project project;
        project.add("0001_a.sql", sql + ";", "SELECT 1;");
        ScratchServer server(options_);
        try {
            replay(*server.make(), project.list(), Project::options());
        } catch (const Error& error) {
            return std::string(error.what()) + " | " + error.hint();
        }
        return {};
    }
};

TEST_F(TrialsOnTheTargetsServer, ASuperusersReachNothingElse) {
    const std::string victim = quarry::test::postgresql_server().make_database();
    db::PostgresqlConnection::connect(victim).query("CREATE TABLE precious AS SELECT 42 AS a");
    const std::string before = state_of(url_, victim);
    for (const char* const dynamic :
         {"DO $$ BEGIN EXECUTE 'CREATE ROLE ' || 'left_behind'; END $$",
          "CREATE FUNCTION f(a text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE a; END $$",
          "SELECT query_to_xml('CREATE ROLE left_' || 'behind', true, true, '')",
          "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ CREATE ROLE left_behind $$",
          "CREATE TABLE t AS SELECT pg_catalog.pg_reload_conf()", "CREATE NONSENSE t"}) {
        EXPECT_THAT(error_of_trial(dynamic), AllOf(HasSubstr("0001_a.sql"), HasSubstr("--dev-url"))) << dynamic;
        EXPECT_EQ(state_of(url_, victim), before) << dynamic;
    }
    EXPECT_THAT(notes_, ElementsAre());
    EXPECT_EQ(error_of_trial("CREATE ROLE left_behind; ALTER ROLE postgres SET work_mem = '1MB'; "
                             "DO $$ BEGIN DROP ROLE IF EXISTS x; END $$; SELECT pg_catalog.pg_reload_conf(); "
                             "CREATE TABLE t(a integer)"),
              "");
    EXPECT_EQ(state_of(url_, victim), before);
    EXPECT_EQ(notes_.size(), 4);
}

TEST_F(TrialsOnTheTargetsServer, OnlyPlainStatementsRun) {
    for (const char* const plain :
         {"CREATE TABLE t(a integer PRIMARY KEY); CREATE UNIQUE INDEX i ON t(a); INSERT INTO t VALUES (1); "
          "CREATE OR REPLACE VIEW v AS SELECT a FROM t; SET search_path = public; COMMENT ON TABLE t IS 'pg_x'; "
          "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION f(); ALTER TABLE t ADD b "
          "text; "
          "GRANT SELECT ON t TO PUBLIC; CREATE TYPE m AS ENUM ('a'); CREATE MATERIALIZED VIEW w AS SELECT 1 AS a"}) {
        EXPECT_EQ(error_of_trial(plain), "") << plain;
    }
    for (const char* const other :
         {"DO $$ DECLARE exit text; BEGIN exit := 'x'; END $$", "SET standard_conforming_strings = off",
          "SET client_encoding = 'SJIS'", "SET SESSION allow_system_table_mods = on",
          "CREATE VIEW v AS SELECT * FROM pg_authid", "CREATE VIEW v AS SELECT * FROM \"pg_authid\"",
          "CREATE VIEW v AS SELECT * FROM U&\"\\0070g_authid\"", "CREATE SERVER s FOREIGN DATA WRAPPER f",
          "CREATE FOREIGN TABLE t(a text) SERVER s OPTIONS (program 'touch x')",
          "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$",
          "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ language sql $$", "TRUNCATE pg_database",
          "CREATE EXTENSION file_fdw", "CREATE /* x */  EXTENSION IF NOT EXISTS file_fdw",
          "CREATE RULE r AS ON INSERT TO t DO NOTHING", "CREATE CAST (text AS integer) WITH INOUT"}) {
        EXPECT_THAT(error_of_trial(other), HasSubstr("--dev-url")) << other;
    }
}

TEST_F(TrialsOnTheTargetsServer, ADevelopmentServerKeepsNoRoles) {
    options_.is_dev = true;
    auto connection = db::PostgresqlConnection::connect(url_);
    const auto roles = [&] { return std::string(connection.query("SELECT count(*) FROM pg_roles").text(0, 0)); };
    role("there_before");
    const std::string before = roles();
    const std::string sql =
        "CREATE ROLE of_trial; CREATE ROLE there_before; CREATE TABLE t(a integer); ALTER TABLE t OWNER TO of_trial; "
        "GRANT SELECT ON t TO there_before";
    EXPECT_EQ(error_of_trial(sql), "");
    EXPECT_EQ(roles(), before);
    EXPECT_EQ(error_of_trial(sql), "");
}

TEST_F(ScratchServers, ATargetThatCannotBeReachedIsAnErrorEachTime) {
    options_.url = "postgresql://postgres@127.0.0.1:1/nowhere";
    ScratchServer server(options_);
    for (int round = 0; round < 2; ++round) {
        EXPECT_THAT(test::error_of([&] { (void)server.make(); }).message(), HasSubstr("127.0.0.1:1"));
    }
}

TEST_F(ScratchServers, NeedNoServerOfTheTarget) {
    options_.url.clear();
    ScratchServer server(options_);
    EXPECT_EQ(run(*server.make(), {"CREATE TABLE t(a integer)"}), "");
    options_.find_programs = [] { return std::vector<db::ServerPrograms>(); };
    ScratchServer none(options_);
    EXPECT_THAT(test::error_of([&] { (void)none.make(); }).hint(), HasSubstr("--dev-url"));
}

}  // namespace
}  // namespace quarry::migrate
