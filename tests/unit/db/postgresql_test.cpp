#include "core/db/postgresql.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

#include "tests/support/error_of.h"
#include "tests/support/postgresql_server.h"

namespace quarry::db {
namespace {

using test::error_of;
using test::postgresql_server;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

PostgresqlConnection connect(const PostgresqlOptions& options = {}) {
    return PostgresqlConnection::connect(postgresql_server().url(), options);
}

TEST(Postgresql, BindsTextAndGivesRows) {
    PostgresqlConnection connection = connect();
    const PostgresqlResult result =
        connection.query("SELECT $1::text AS name, $2::int + 1, $3::text", {"h\xC3\xA9'", "41", std::nullopt});
    ASSERT_EQ(result.rows(), 1U);
    ASSERT_EQ(result.columns(), 3U);
    EXPECT_EQ(result.column_name(0), "name");
    EXPECT_EQ(result.text(0, 0), "h\xC3\xA9'");
    EXPECT_EQ(result.text(0, 1), "42");
    EXPECT_TRUE(result.is_null(0, 2));
    EXPECT_EQ(result.text(0, 2), "");
    EXPECT_EQ(result.command_tag(), "SELECT 1");
}

TEST(Postgresql, CountsAffectedRows) {
    PostgresqlConnection connection = connect();
    connection.query("CREATE TEMPORARY TABLE t(a int)");
    EXPECT_EQ(connection.query("INSERT INTO t SELECT generate_series(1, 7)").affected_rows(), 7U);
    EXPECT_EQ(connection.query("DELETE FROM t WHERE a > 4").affected_rows(), 3U);
    EXPECT_EQ(connection.query("CREATE TEMPORARY TABLE u()").affected_rows(), 0U);
}

TEST(Postgresql, HearsWhatOtherSessionsSay) {
    Cancellation cancel;
    PostgresqlOptions options;
    options.cancel = &cancel;
    PostgresqlConnection hearer = connect(options);
    PostgresqlConnection teller = connect();
    hearer.query("LISTEN \"Some channel\"");
    EXPECT_THAT(hearer.notifications(std::chrono::milliseconds(0)), IsEmpty());
    teller.query("BEGIN");
    teller.query("SELECT pg_notify('Some channel', 'one'), pg_notify('another', 'x')");
    EXPECT_THAT(hearer.notifications(std::chrono::milliseconds(50)), IsEmpty()) << "it is not committed yet";
    teller.query("COMMIT");
    const auto heard = hearer.notifications(std::chrono::seconds(30));
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].channel, "Some channel");
    EXPECT_EQ(heard[0].payload, "one");
    // Of those that come with the answer to a statement, too.
    teller.query("NOTIFY \"Some channel\", 'two'");
    hearer.query("SELECT 1");
    EXPECT_EQ(hearer.notifications(std::chrono::seconds(30)).at(0).payload, "two");
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        cancel.cancel();
    });
    EXPECT_EQ(error_of([&] { static_cast<void>(hearer.notifications(std::chrono::hours(1))); }).code(),
              ErrorCode::interrupted);
    stopper.join();
    PostgresqlConnection lost = connect();
    teller.query("SELECT pg_terminate_backend($1::int)", {std::to_string(lost.backend())});
    EXPECT_THROW(static_cast<void>(lost.notifications(std::chrono::hours(1))), PostgresqlError);
    EXPECT_FALSE(lost.alive());
}

TEST(Postgresql, KnowsItsSession) {
    PostgresqlConnection connection = connect();
    EXPECT_GE(connection.server_version(), 120000);
    EXPECT_EQ(connection.query("SHOW client_encoding").text(0, 0), "UTF8");
    EXPECT_EQ(connection.query("SHOW standard_conforming_strings").text(0, 0), "on");
    EXPECT_EQ(connection.query("SHOW application_name").text(0, 0), "quarry");
    EXPECT_FALSE(connection.in_transaction());
    EXPECT_EQ(connection.run("BEGIN"), std::nullopt);
    EXPECT_TRUE(connection.in_transaction());
    EXPECT_NE(connection.run("SELECT 1/0"), std::nullopt);
    EXPECT_TRUE(connection.in_transaction());
    EXPECT_EQ(connection.run("ROLLBACK"), std::nullopt);
    EXPECT_FALSE(connection.in_transaction());
    EXPECT_TRUE(connection.alive());
}

TEST(Postgresql, SendsLongStatements) {
    PostgresqlConnection connection = connect();
    const std::string text(std::size_t{8} << 20, 'x');
    EXPECT_EQ(connection.query("SELECT length('" + text + "')").text(0, 0), std::to_string(text.size()));
    EXPECT_EQ(connection.query("SELECT $1::text", {text}).text(0, 0), text);
}

struct Refusal {
    const char* name;
    std::string sql;
    const char* sqlstate;
    const char* message;
    std::optional<std::size_t> offset;
};

class PostgresqlRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(PostgresqlRefuses, AndStaysUsable) {
    PostgresqlConnection connection = connect();
    const auto failure = connection.run(GetParam().sql);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->sqlstate, GetParam().sqlstate);
    EXPECT_THAT(failure->message, HasSubstr(GetParam().message));
    EXPECT_EQ(failure->offset, GetParam().offset);
    EXPECT_EQ(connection.query("SELECT 1").text(0, 0), "1");
}

INSTANTIATE_TEST_SUITE_P(
    Statements, PostgresqlRefuses,
    testing::Values(Refusal{"two", "SELECT 1; SELECT 2", "42601", "multiple commands", std::nullopt},
                    Refusal{"none", "", "42601", "there is no statement", std::nullopt},
                    Refusal{"comment", "-- nothing", "42601", "there is no statement", std::nullopt},
                    Refusal{"zero_byte", std::string("SELECT 1\0", 9), "42601", "zero byte", 8},
                    Refusal{"syntax", "SELEC 1", "42601", "syntax error", 0},
                    Refusal{"behind_a_wide_character", "SELECT '\xC3\xA9', nosuch", "42703", "does not exist", 13},
                    Refusal{"parameter", "SELECT $1", "08P01", "requires 1", std::nullopt},
                    Refusal{"while_running", "SELECT 1/0", "22012", "division by zero", std::nullopt},
                    Refusal{"copy_out", "COPY (SELECT 1) TO STDOUT", "42601", "COPY", std::nullopt}),
    [](const auto& tested) { return tested.param.name; });

TEST(Postgresql, RefusesToCopyIn) {
    PostgresqlConnection connection = connect();
    connection.query("CREATE TEMPORARY TABLE t(a int)");
    const auto failure = connection.run("COPY t FROM STDIN");
    ASSERT_TRUE(failure);
    EXPECT_THAT(failure->message, HasSubstr("COPY"));
    EXPECT_EQ(connection.query("SELECT count(*) FROM t").text(0, 0), "0");
}

TEST(Postgresql, GivesEveryFieldOfAFailure) {
    PostgresqlConnection connection = connect();
    connection.query("CREATE TEMPORARY TABLE child(a int CONSTRAINT positive CHECK (a > 0))");
    const auto failure = connection.run("INSERT INTO child VALUES (-1)");
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->sqlstate, "23514");
    EXPECT_EQ(failure->severity, "ERROR");
    EXPECT_EQ(failure->table, "child");
    EXPECT_EQ(failure->constraint, "positive");
    EXPECT_THAT(failure->detail, HasSubstr("-1"));
    const auto nested = connection.run("DO $$ BEGIN PERFORM 1/0; END $$");
    ASSERT_TRUE(nested);
    EXPECT_THAT(nested->where, HasSubstr("PL/pgSQL"));
    const Error error = error_of([&] { connection.query("INSERT INTO child VALUES (-1)"); });
    EXPECT_THAT(error.what(), HasSubstr("cannot run \"INSERT INTO child VALUES (-1)\""));
}

TEST(Postgresql, HandsNoticesOver) {
    std::vector<PostgresqlFailure> notices;
    PostgresqlOptions options;
    options.on_notice = [&](const PostgresqlFailure& notice) { notices.push_back(notice); };
    PostgresqlConnection connection = connect(options);
    connection.query("DO $$ BEGIN RAISE WARNING 'careful' USING HINT = 'look'; END $$");
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_EQ(notices[0].severity, "WARNING");
    EXPECT_EQ(notices[0].message, "careful");
    EXPECT_EQ(notices[0].hint, "look");
}

TEST(Postgresql, StopsARunningStatement) {
    Cancellation cancel;
    PostgresqlOptions options;
    options.cancel = &cancel;
    PostgresqlConnection connection = connect(options);
    std::thread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        cancel.cancel();
    });
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(error_of([&] { connection.query("SELECT pg_sleep(60)"); }).code(), ErrorCode::interrupted);
    stopper.join();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
    EXPECT_TRUE(connection.alive());
    EXPECT_EQ(error_of([&] { connection.query("SELECT 1"); }).code(), ErrorCode::interrupted);
    EXPECT_EQ(error_of([&] { (void)connect(options); }).code(), ErrorCode::interrupted);
}

TEST(Postgresql, SaysThatTheServerIsGone) {
    PostgresqlConnection victim = connect();
    const std::string process{victim.query("SELECT pg_backend_pid()").text(0, 0)};
    connect().query("SELECT pg_terminate_backend($1::int, 5000)", {process});
    const Error error = error_of([&] { victim.query("SELECT 1"); });
    EXPECT_THAT(error.what(), HasSubstr("terminating connection"));
    EXPECT_THAT(error.hint(), HasSubstr("undone"));
    EXPECT_FALSE(victim.alive());
    const auto failure = victim.run("SELECT 1");
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->sqlstate, "08006");
}

TEST(Postgresql, TellsLockTimeoutsApart) {
    PostgresqlConnection holder = connect();
    holder.query("CREATE TABLE locked(a int)");
    holder.query("BEGIN");
    holder.query("LOCK TABLE locked");
    PostgresqlConnection waiter = connect();
    waiter.query("SET lock_timeout = '50ms'");
    const Error error = error_of([&] { waiter.query("ALTER TABLE locked ADD b int"); });
    EXPECT_EQ(error.code(), ErrorCode::locked);
    EXPECT_THAT(error.hint(), HasSubstr("another session"));
    holder.query("ROLLBACK");
    holder.query("DROP TABLE locked");
}

TEST(Postgresql, HintsAtRightsAndReadOnlySessions) {
    PostgresqlConnection connection = connect();
    connection.query("CREATE ROLE reader LOGIN");
    auto reader = PostgresqlConnection::connect(postgresql_server().url_of("postgres", "reader"));
    EXPECT_THAT(error_of([&] { reader.query("SELECT * FROM pg_authid"); }).hint(), HasSubstr("as the owner"));
    connection.query("SET default_transaction_read_only = on");
    EXPECT_THAT(error_of([&] { connection.query("CREATE TABLE t()"); }).hint(), HasSubstr("read-only"));
}

struct BadUrl {
    const char* name;
    std::string url;  ///< PORT is the test server's.
    ErrorCode code;
    const char* says;
    const char* hint;
};

class PostgresqlUrl : public testing::TestWithParam<BadUrl> {};

TEST_P(PostgresqlUrl, IsRefusedWithoutItsPassword) {
    std::string url = GetParam().url;
    const std::string& own = postgresql_server().url();
    const std::size_t colon = own.rfind(':');
    if (const std::size_t port = url.find("PORT"); port != std::string::npos) {
        url.replace(port, 4, own.substr(colon + 1, own.rfind('/') - colon - 1));
    }
    PostgresqlOptions options;
    options.connect_timeout = std::chrono::seconds(5);
    const Error error = error_of([&] { (void)PostgresqlConnection::connect(url, options); });
    EXPECT_EQ(error.code(), GetParam().code);
    EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
    EXPECT_THAT(error.hint(), HasSubstr(GetParam().hint));
    for (const char* part : {"top", "secret"})
        EXPECT_THAT(std::string(error.what()) + error.hint(), Not(HasSubstr(part)));
}

INSTANTIATE_TEST_SUITE_P(
    Bad, PostgresqlUrl,
    testing::Values(BadUrl{"database", "postgres://postgres:topsecret@127.0.0.1:PORT/nosuch", ErrorCode::failed,
                           "database \"nosuch\" does not exist", "quarry migrate create"},
                    BadUrl{"role", "postgres://nosuch:topsecret@127.0.0.1:PORT/postgres", ErrorCode::failed,
                           "role \"nosuch\"", "check the user"},
                    BadUrl{"port", "postgres://postgres:topsecret@127.0.0.1:1/postgres", ErrorCode::failed,
                           "Connection refused", "a server listens"},
                    BadUrl{"host", "postgres://postgres:topsecret@nosuch.invalid/postgres", ErrorCode::failed,
                           "nosuch.invalid", "check the host"},
                    BadUrl{"socket", "postgres:///postgres?host=/nonexistent&password=topsecret", ErrorCode::failed,
                           "No such file", "no server listens on that socket"},
                    BadUrl{"no_ssl", "host=127.0.0.1 port=PORT user=postgres password='topsecret' sslmode=require",
                           ErrorCode::failed, "SSL", "sslmode"},
                    BadUrl{"option", "postgres://127.0.0.1/postgres?nosuch=1", ErrorCode::usage, "nosuch",
                           "postgres://USER"},
                    BadUrl{"slash_in_password", "postgres://postgres:top/secret@127.0.0.1:PORT/postgres",
                           ErrorCode::usage, "cannot use the database", "%2F"},
                    BadUrl{"nothing_like_a_url", "nonsense", ErrorCode::usage, "missing \"=\"", "postgres://USER"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Postgresql, GivesUpWaitingForAServerThatSaysNothing) {
    const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(silent, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(silent, 4), 0);
    ASSERT_EQ(::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size), 0);
    const std::string url = "postgres://postgres@127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/postgres";
    const Error error = error_of([&] { (void)PostgresqlConnection::connect(url + "?connect_timeout=1"); });
    ::close(silent);
    EXPECT_THAT(error.what(), HasSubstr("timeout expired"));
    EXPECT_THAT(error.hint(), HasSubstr("connect_timeout"));
}

TEST(Postgresql, AsksForAPassword) {
    PostgresqlConnection connection = connect();
    EXPECT_THAT(postgresql_connect_error("u", "failed: FATAL:  28P01: password authentication failed for user \"x\"\n"
                                              "LOCATION:  auth_failed, auth.c:326\n")
                    .what(),
                testing::EndsWith("FATAL:  password authentication failed for user \"x\""));
    EXPECT_THAT(postgresql_connect_error("u", "fe_sendauth: no password supplied").hint(), HasSubstr("PGPASSWORD"));
}

}  // namespace
}  // namespace quarry::db
