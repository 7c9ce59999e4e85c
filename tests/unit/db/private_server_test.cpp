#include "core/db/private_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/file.h"
#include "core/base/sandbox.h"
#include "core/db/postgresql.h"
#include "tests/support/error_of.h"

namespace quarry::db {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::vector<ServerPrograms> programs() {
    const char* path = std::getenv("PATH");
    return find_server_programs(path == nullptr ? "" : path);
}

std::string value(PostgresqlConnection& connection, std::string_view sql) {
    return std::string(connection.query(sql).text(0, 0));
}

/// One server for all tests that leave it as it is.
PrivateServer& server() {
    static PrivateServer server(programs().at(0), {"ann o'neill", {{"TimeZone", "Asia/Tokyo"}}, {}, nullptr});
    return server;
}

TEST(PrivateServer, IsFoundWhereItIsInstalled) {
    const std::vector<ServerPrograms> found = programs();
    ASSERT_THAT(found, Not(SizeIs(0)));
    EXPECT_GE(found[0].major, 12);
    EXPECT_TRUE(fs::exists(found[0].folder / "initdb"));
    EXPECT_TRUE(found[0].version.starts_with(std::to_string(found[0].major)));
}

TEST(PrivateServer, IsItsLoginsOwn) {
    auto connection = PostgresqlConnection::connect(server().url());
    EXPECT_EQ(value(connection, "SELECT current_user"), "ann o'neill");
    EXPECT_EQ(value(connection, "SHOW TimeZone"), "Asia/Tokyo");
    EXPECT_EQ(value(connection, "SHOW listen_addresses"), "");
    EXPECT_EQ(value(connection, "SHOW fsync"), "off");
}

TEST(PrivateServer, MayDoWhatAServerDoes) {
    if (!sandbox_support().confines_servers()) GTEST_SKIP() << "this kernel cannot confine a server";
    auto connection = PostgresqlConnection::connect(server().url());
    for (const char* const sql :
         {"CREATE ROLE app", "CREATE TABLE t(a integer)", "ALTER TABLE t OWNER TO app", "CREATE EXTENSION plpython3u",
          "CREATE EXTENSION file_fdw", "CREATE DATABASE other", "DROP DATABASE other",
          "ALTER SYSTEM SET work_mem = '5MB'", "SELECT pg_catalog.pg_create_logical_replication_slot('s', 'pgoutput')",
          "SELECT pg_catalog.pg_drop_replication_slot('s')", "SELECT pg_catalog.pg_reload_conf()", "CHECKPOINT",
          "SELECT count(*) FROM generate_series(1, 100000) AS i GROUP BY i % 7"}) {
        const auto failure = connection.run(sql);
        // Where an extension is not installed it is not what is tried here.
        if (failure && failure->sqlstate == "0A000") continue;
        EXPECT_FALSE(failure) << sql << ": " << (failure ? failure->message : "");
    }
}

TEST(PrivateServer, ReachesNothingOutsideOfItsFolder) {
    if (!sandbox_support().confines_servers()) GTEST_SKIP() << "this kernel cannot confine a server";
    const TemporaryDirectory outside;
    fs::permissions(outside.path(), fs::perms::all);
    const std::string file = (outside.path() / "file").string();
    std::ofstream(file) << "secret\n";
    fs::permissions(file, fs::perms::all);
    auto connection = PostgresqlConnection::connect(server().url());
    connection.query("CREATE TEMP TABLE lines(line text)");
    for (const std::string& sql : std::vector<std::string>{
             "COPY (SELECT 'x') TO '" + file + "'", "COPY (SELECT 'x') TO '" + file + ".new'",
             "COPY lines FROM '" + file + "'", "COPY lines FROM PROGRAM 'echo'",
             "COPY (SELECT 1) TO PROGRAM 'cat > " + file + "'", "SELECT pg_catalog.pg_read_file('" + file + "')",
             "SELECT pg_catalog.lo_import('" + file + "')", "SELECT pg_catalog.pg_read_file('/etc/passwd')",
             "SELECT pg_catalog.lo_export(pg_catalog.lo_from_bytea(0, 'x'), '" + file + "')",
             "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch " + file + ".new'''; END $$",
             "CREATE TABLESPACE t LOCATION '" + outside.path().string() + "'",
             "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p"}) {
        const auto failure = connection.run(sql);
        EXPECT_TRUE(failure) << sql;
    }
    EXPECT_EQ(read_file(file, 100), "secret\n");
    EXPECT_FALSE(fs::exists(file + ".new"));
}

TEST(PrivateServer, IsGoneWithItsFolder) {
    std::string url;
    std::string folder;
    {
        const PrivateServer one(programs().at(0), {});
        url = one.url();
        auto connection = PostgresqlConnection::connect(url);
        folder = fs::path(value(connection, "SHOW data_directory")).parent_path().string();
        EXPECT_TRUE(fs::exists(folder));
    }
    EXPECT_FALSE(fs::exists(folder));
    EXPECT_THROW((void)PostgresqlConnection::connect(url), Error);
}

TEST(PrivateServer, CopiesAClusterThatWasKept) {
    const TemporaryDirectory cache;
    const PrivateServerOptions options{"ann", {}, cache.path(), nullptr};
    const PrivateServer first(programs().at(0), options);
    ASSERT_EQ(std::distance(fs::directory_iterator(cache.path() / "postgresql"), {}), 1);
    const PrivateServer second(programs().at(0), options);  // Beside the first, too.
    auto connection = PostgresqlConnection::connect(second.url());
    EXPECT_EQ(value(connection, "SELECT current_user"), "ann");
    for (const fs::directory_entry& kept : fs::directory_iterator(cache.path() / "postgresql")) {
        fs::remove_all(kept.path() / "base");
    }
    const PrivateServer third(programs().at(0), options);  // The kept one is made anew.
    auto repaired = PostgresqlConnection::connect(third.url());
    EXPECT_EQ(value(repaired, "SELECT current_user"), "ann");
}

TEST(PrivateServer, SaysWhyItDoesNotStart) {
    const PrivateServerOptions options{"ann", {{"shared_buffers", "nonsense"}}, {}, nullptr};
    const Error error = test::error_of([&] { const PrivateServer one(programs().at(0), options); });
    EXPECT_THAT(error.message(), HasSubstr("did not start"));
    EXPECT_THAT(error.what(), HasSubstr("shared_buffers"));
    EXPECT_THAT(error.hint(), HasSubstr("--dev-url"));
}

}  // namespace
}  // namespace quarry::db
