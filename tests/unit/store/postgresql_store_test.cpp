// A base on PostgreSQL: what it does differently from one in a file, and what it must not.
#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "core/base/error.h"
#include "core/db/postgresql.h"
#include "core/store/base_address.h"
#include "core/store/postgresql/server_schema.h"
#include "tests/support/error_of.h"
#include "tests/unit/store/prepared.h"
#include "tests/unit/store/server_base.h"

namespace quarry::store {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Sixty documents of common and rare words, some of them twice.
std::vector<PreparedSource> word_documents() {
    std::mt19937 random(7);
    const std::vector<std::string> words = {"lock",  "table",   "index", "writer", "readers", "vacuum", "snapshot",
                                            "query", "planner", "naïve", "c++",    "日本語",  "fsync",  "checkpoint"};
    std::vector<PreparedSource> sources;
    for (int i = 0; i < 60; ++i) {
        std::string text;
        for (int word = 0; word < 30 + i % 7 * 20; ++word) {
            const std::size_t rarer = std::min(random() % words.size(), random() % words.size());
            text += words[rarer] + (word % 25 == 24 ? "\n\n" : " ");
        }
        sources.push_back(testing::prepared("/d/" + std::to_string(i), text + "end",
                                            words[static_cast<std::size_t>(i) % words.size()]));
    }
    return sources;
}

/// What a search finds, by names that both engines give.
std::vector<std::pair<std::string, double>> hits(const Store& store, const TermQuery& query) {
    std::vector<std::pair<std::string, double>> named;
    for (const document::ScoredChunk& hit : store.lexical(query, {}, 50)) {
        const Chunk chunk = *store.chunk(hit.chunk_id);
        named.emplace_back(chunk.uri + "#" + std::to_string(chunk.ordinal), hit.score);
    }
    return named;
}

std::vector<TermQuery> ranked_queries() {
    std::vector<TermQuery> queries;
    for (const std::vector<lexical::LexicalTerm>& terms :
         std::vector<std::vector<lexical::LexicalTerm>>{{{"lock"}},
                                                        {{"vacuum"}, {"lock"}, {"checkpoint"}},
                                                        {{"reader", 1, true}, {"tabl"}},
                                                        {{"writer", 0.5}, {"write", 1, false, {"writer", "writers"}}},
                                                        {{"index", 1, false, {}, true}, {"fsync"}},
                                                        {{"index", 1, false, {}, true}, {"nowhere"}},
                                                        {{"naiv"}, {"snapshot"}}}) {
        queries.push_back({terms, {}});
        queries.push_back({terms, {0.9, 0.3, {2.0, 1.0, 0.7}}});
    }
    return queries;
}

void expect_same_rankings(const Store& file, const Store& server) {
    std::size_t found = 0;
    for (const TermQuery& query : ranked_queries()) {
        const auto expected = hits(file, query);
        const auto actual = hits(server, query);
        ASSERT_EQ(expected.size(), actual.size()) << query.terms.front().text;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            EXPECT_EQ(actual[i].first, expected[i].first) << query.terms.front().text << " at " << i;
            EXPECT_NEAR(actual[i].second, expected[i].second, 1e-9);
        }
        found += expected.size();
    }
    EXPECT_GT(found, 100U);
}

TEST_F(ServerBase, RanksLikeABaseInAFile) {
    const auto file = open_store_in_memory();
    const auto server = open_store(url_, StoreMode::create);
    const std::vector<PreparedSource> sources = word_documents();
    // In several segments.
    for (std::size_t first = 0; first < sources.size(); first += 20) {
        for (Store* store : {file.get(), server.get()}) store->put(std::span(sources).subspan(first, 20));
    }
    expect_same_rankings(*file, *server);
    const auto counted = db::PostgresqlConnection::connect(url_).query("SELECT count(counts) FROM segment_terms");
    EXPECT_NE(counted.text(0, 0), "0") << "searched without places";
    for (Store* store : {file.get(), server.get()}) {
        EXPECT_EQ(store->remove(std::vector<std::string>{"/d/3", "/d/21", "/d/22", "/d/59"}), 4U);
        testing::put(*store, testing::prepared("/d/7", "lock lock vacuum fsync"));
    }
    expect_same_rankings(*file, *server);
    server->rebuild_index({});
    expect_same_rankings(*file, *server);
    EXPECT_THAT(testing::problems(*server), IsEmpty());
}

TEST_F(ServerBase, MergesTheSegmentsOfManySmallWrites) {
    const auto file = open_store_in_memory();
    const auto server = open_store(url_, StoreMode::create);
    const std::vector<PreparedSource> sources = word_documents();
    for (std::size_t i = 0; i < sources.size(); ++i) {
        for (Store* store : {file.get(), server.get()}) {
            store->put(std::span(sources).subspan(i, 1));
            if (i % 9 == 8) store->remove(std::vector<std::string>{sources[i - 2].source.uri});
        }
    }
    expect_same_rankings(*file, *server);
    db::PostgresqlConnection connection = db::PostgresqlConnection::connect(url_);
    const std::string segments(connection.query("SELECT count(*) FROM segments").text(0, 0));
    EXPECT_LT(std::stoi(segments), 16);
    const auto orphans = connection.query("SELECT count(*) FROM segment_terms t WHERE NOT EXISTS"
                                          " (SELECT 1 FROM segments s WHERE s.id = t.segment_id)");
    EXPECT_EQ(orphans.text(0, 0), "0");
    EXPECT_THAT(testing::problems(*server), IsEmpty());
}

TEST_F(ServerBase, KeepsNamesAndTextsThatAreNotText) {
    const auto store = open_store(url_, StoreMode::create);
    testing::put(*store, testing::prepared("/d/\xFF\xFE", std::string("zero \0 byte", 11), "T\xC3"));
    const Source source = *store->source("/d/\xFF\xFE");
    EXPECT_EQ(source.title, "T\xC3");
    EXPECT_EQ(*store->document_text(*source.document_id), std::string("zero \0 byte", 11));
}

TEST_F(ServerBase, StoresAllOfABatchOrNothing) {
    const auto store = open_store(url_, StoreMode::create);
    std::vector<PreparedSource> batch = word_documents();
    batch.back().source.collection = "nowhere";
    EXPECT_EQ(test::error_of([&] { store->put(batch); }).code(), ErrorCode::usage);
    EXPECT_EQ(store->stats().documents, 0U);
    batch.back().source.collection = "";
    store->put(batch);
    EXPECT_EQ(store->stats().sources, 60U);
    EXPECT_THAT(testing::problems(*store), IsEmpty());
}

TEST_F(ServerBase, GoesOnAfterTheServerWentAway) {
    const auto store = open_store(url_, StoreMode::create);
    testing::put(*store, testing::prepared("/d/first", "alpha"));
    {
        const auto snapshot = store->snapshot();
        end_sessions();
        const Error error = test::error_of([&] { static_cast<void>(store->stats()); });
        EXPECT_EQ(error.code(), ErrorCode::base_away);
        EXPECT_THAT(error.hint(), HasSubstr("the server went away"));
    }
    testing::put(*store, testing::prepared("/d/second", "beta"));
    EXPECT_EQ(store->stats().sources, 2U);
    EXPECT_THAT(testing::problems(*store), IsEmpty());
}

TEST_F(ServerBase, ALongWriteHoldsUpNobodyBesideIt) {
    static_cast<void>(open_store(url_, StoreMode::create));
    auto ingest = db::PostgresqlConnection::connect(url_);
    ingest.query("BEGIN");
    ingest.query("SELECT pg_advisory_xact_lock(1903260281, hashtext(current_schema()::text))");
    const auto log = open_run_log(url_, StoreMode::write);
    log->begin({.id = std::string(32, 'a'), .principal = "owner", .kind = "ask"}, nullptr);
    EXPECT_TRUE(log->find(std::string(32, 'a')));
}

TEST_F(ServerBase, WritersTakeTurns) {
    static_cast<void>(open_store(url_, StoreMode::create));
    const std::vector<PreparedSource> sources = word_documents();
    const auto write = [&] {
        const auto store = open_store(url_, StoreMode::write);
        for (std::size_t first = 0; first < sources.size(); first += 10)
            store->put(std::span(sources).subspan(first, 10));
    };
    std::thread other(write);
    write();
    other.join();
    const auto store = open_store(url_, StoreMode::read);
    EXPECT_EQ(store->stats().sources, 60U);
    EXPECT_EQ(store->stats().documents, 60U);
    EXPECT_THAT(testing::problems(*store), IsEmpty());
}

TEST_F(ServerBase, SaysThatItCannotBeWrittenTo) {
    static_cast<void>(open_store(url_, StoreMode::create));
    const std::string name = url_.substr(url_.rfind('/') + 1);
    administrator().query("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
    const auto store = open_store(url_, StoreMode::write);
    const Error error = test::error_of([&] { testing::put(*store, testing::prepared("/d/a", "alpha")); });
    EXPECT_THAT(error.what(), HasSubstr("read-only transaction"));
    EXPECT_THAT(error.hint(), HasSubstr("read-only"));
    EXPECT_THAT(testing::found(*store, "alpha"), IsEmpty());
}

TEST_F(ServerBase, NeedsTheRightToMakeTables) {
    administrator().query("CREATE ROLE base_reader LOGIN");
    run("REVOKE CREATE ON SCHEMA public FROM PUBLIC");  // who had it until PostgreSQL 15
    const std::string name = url_.substr(url_.rfind('/') + 1);
    const Error error = open_error(StoreMode::create, test::postgresql_server().url_of(name, "base_reader"));
    EXPECT_THAT(error.what(), HasSubstr("permission denied"));
    EXPECT_FALSE(base_exists(url_));
    administrator().query("DROP ROLE base_reader");
}

TEST_F(ServerBase, RefusesAnotherEncoding) {
    administrator().query("CREATE DATABASE in_latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    const Error error = open_error(StoreMode::create, test::postgresql_server().url_of("in_latin"));
    EXPECT_THAT(error.what(), HasSubstr("LATIN1, not in UTF8"));
    EXPECT_THAT(error.hint(), HasSubstr("ENCODING 'UTF8'"));
}

TEST_F(ServerBase, RefusesTheSchemaOfANewerQuarry) {
    static_cast<void>(open_store(url_, StoreMode::create));
    run("INSERT INTO quarry_migrations SELECT 9999, 'later', checksum, applied_at, 0, '99.0' FROM quarry_migrations"
        " LIMIT 1");
    EXPECT_EQ(open_error(StoreMode::read, url_).code(), ErrorCode::schema_newer);
}

TEST_F(ServerBase, RefusesTheTablesOfSomethingElse) {
    run("CREATE TABLE customers (id integer)");
    EXPECT_THAT(open_error(StoreMode::create, url_).what(), HasSubstr("not those of a knowledge base"));
    EXPECT_THAT(open_error(StoreMode::create, url_).hint(), HasSubstr("search_path"));
}

TEST_F(ServerBase, IsNotThereUntilItIsMade) {
    EXPECT_FALSE(base_exists(url_));
    EXPECT_THAT(open_error(StoreMode::read, url_).hint(), HasSubstr("quarry ingest"));
    static_cast<void>(open_store(url_, StoreMode::create));
    EXPECT_TRUE(base_exists(url_));
}

TEST_F(ServerBase, FindsRowsThatWereChangedByHand) {
    const auto store = open_store(url_, StoreMode::create);
    store->put(word_documents());
    // In an order in which each is seen beside those before it.
    for (const char* sql : {"UPDATE chunks SET end_byte = end_byte + 1 WHERE document_id = 5",
                            "UPDATE documents SET chunk_count = 77 WHERE id = 6",
                            "UPDATE segments SET lengths = set_byte(lengths, 1208, 250)",
                            "UPDATE segment_terms SET counts = set_byte(counts, 9, 250) WHERE counts IS NOT NULL",
                            "UPDATE document_parts SET content = 'other' WHERE document_id = 1",
                            "DELETE FROM segment_terms WHERE term = 'vacuum'"}) {
        const auto before = testing::problems(*store).size();
        run(sql);
        EXPECT_GT(testing::problems(*store).size(), before) << sql;
    }
}

TEST_F(ServerBase, RefusesCountsThatWereChanged) {
    open_store(url_, StoreMode::create)->put(word_documents());
    for (const char* counts : {"'\\x00'", "decode(repeat('ff', 40), 'hex')", "set_byte(counts, 0, 77)", "''"}) {
        run("UPDATE segment_terms SET counts = " + std::string(counts) + " WHERE counts IS NOT NULL");
        const auto store = open_store(url_, StoreMode::read);
        const Error error = test::error_of([&] { static_cast<void>(store->lexical({{{"lock"}}, {}}, {}, 10)); });
        EXPECT_THAT(error.hint(), HasSubstr("docs verify")) << counts;
    }
}

TEST_F(ServerBase, ShowsNoTextThatWasChanged) {
    const auto store = open_store(url_, StoreMode::create);
    testing::put(*store, testing::prepared("/d/moon", "The moon is far.\n\nIt is round."));
    const std::int64_t id = *store->source("/d/moon")->document_id;
    EXPECT_EQ(store->document_span(id, 4, 23), "moon is far.\n\nIt is");
    EXPECT_EQ(store->document(id)->text.size(), 30U);
    run("UPDATE document_parts SET content = overlay(content PLACING 'hot'::bytea FROM 13 FOR 3)");
    EXPECT_EQ(store->document_span(id, 18, 23), "It is") << "of another passage";
    const auto is_refused = [](const std::function<void()>& read) {
        return test::error_of(read).causes().back().find("not the one that was stored") != std::string::npos;
    };
    EXPECT_TRUE(is_refused([&] { static_cast<void>(store->document_span(id, 0, 5)); }));
    EXPECT_TRUE(is_refused([&] { static_cast<void>(store->document_text(id)); }));
    EXPECT_TRUE(is_refused([&] { static_cast<void>(store->document(id)); }));
}

TEST(BaseAddress, TellsServersFromFiles) {
    EXPECT_TRUE(is_server_base("postgresql://me@db/quarry"));
    EXPECT_TRUE(is_server_base("postgres://db/quarry"));
    EXPECT_FALSE(is_server_base("/srv/postgresql/base.db"));
    EXPECT_FALSE(is_server_base("postgresql:base.db"));
}

TEST(BaseAddress, TakesNoPassword) {
    for (const char* url : {"postgresql://me:s3cret@db/quarry", "postgresql://db/quarry?password=s3cret"}) {
        const Error error = test::error_of([&] { check_server_base(url); });
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.what(), Not(HasSubstr("s3cret")));
        EXPECT_THAT(error.hint(), HasSubstr("PGPASSWORD"));
    }
    EXPECT_THAT(test::error_of([] { check_server_base("postgresql://me@db"); }).what(), HasSubstr("no database"));
}

TEST(BaseAddress, SaysThatAServerIsAway) {
    const Error error = test::error_of([] { static_cast<void>(base_exists("postgresql://me@127.0.0.1:1/quarry")); });
    EXPECT_EQ(error.code(), ErrorCode::base_away);
    EXPECT_THAT(error.hint(), HasSubstr("a server listens there"));
}

TEST(BaseAddress, KeepsWhatNeedsAFileAway) {
    const Error error = test::error_of([] { require_file_base("postgresql://db/quarry", "this is kept"); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("not yet in one on PostgreSQL"));
}

}  // namespace
}  // namespace quarry::store
