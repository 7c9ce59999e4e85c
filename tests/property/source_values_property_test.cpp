// A filter that looks values up in their index finds what it finds by reading the metadata of all sources: for random
// metadata and tests, after changes and removals.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/store/chunk_filter.h"
#include "core/store/store.h"

namespace quarry {
namespace {

using nlohmann::json;

class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t count) { return random_() % count; }
    template <typename List>
    auto one_of(const List& list) {
        return list[below(list.size())];
    }
    std::string name() { return one_of(names_); }
    /// A text that others are near to, equal to as a number, or equal to but for the case.
    std::string text() {
        switch (below(8)) {
            case 0: return fmt::format("{}", static_cast<int>(below(5)) - 2);
            case 1: return fmt::format("{}.0", below(5));
            case 2: return std::string(195 + below(10), 'x');
            case 3: return fmt::format("#{}, {}", one_of(texts_), one_of(texts_));
            default: return one_of(texts_);
        }
    }
    json value(int depth) {
        switch (below(depth > 0 ? 9 : 7)) {
            case 0: return nullptr;
            case 1: return below(2) == 0;
            case 2: return static_cast<int>(below(7)) - 2;
            case 3: return static_cast<double>(below(9)) / 2 - 1;
            case 4: return one_of(std::vector<json>{-0.0, 1e300, 9'007'199'254'740'993, 18'446'744'073'709'551'615U});
            case 7: return object(depth - 1);
            case 8: {
                json list = json::array();
                for (std::size_t left = below(4); left > 0; --left) list.push_back(value(depth - 1));
                return list;
            }
            default: return text();
        }
    }
    json object(int depth) {
        json object = json::object();
        for (std::size_t left = below(4); left > 0; --left) object[name()] = value(depth);
        return object;
    }
    store::PreparedSource source() {
        store::PreparedSource source;
        // Few names and few texts, so that sources are replaced and documents are shared.
        source.source.uri = fmt::format("s{}", below(40));
        source.source.ingested_at = 1;
        source.source.metadata_json = below(20) == 0 ? "{\"broken" : object(3).dump();
        document::Document document;
        document.text = fmt::format("Text {}.", below(60));
        document.title = below(2) == 0 ? "" : "1";
        for (std::size_t left = below(3); left > 0; --left) document.metadata.emplace_back(name(), text());
        source.chunks.push_back({0, document.text.size(), 1, 1, {}});
        source.document = std::move(document);
        return source;
    }
    store::ChunkFilter filter() {
        store::ChunkFilter filter;
        for (std::size_t left = below(3); left > 0; --left) {
            std::string path = name();
            for (std::size_t more = below(3); more > 0; --more) path += "." + name();
            filter.metadata.push_back(
                {path, static_cast<store::MetadataTest::Operator>(below(9)), below(4) == 0 ? value(2).dump() : text()});
        }
        if (filter.metadata.empty() || below(4) == 0) filter.tags.push_back(below(2) == 0 ? text() : one_of(texts_));
        if (below(6) == 0) filter.paths.push_back({store::PathPattern::Kind::name, "*1", ""});
        if (below(6) == 0) filter.folder = fmt::format("s{}", below(40));
        return filter;
    }

private:
    std::mt19937 random_;
    const std::vector<std::string> names_{"a", "b", "a.b", "", "tags", "keywords", "title", "#", "é"};
    const std::vector<std::string> texts_{"",
                                          "a",
                                          "A",
                                          "b",
                                          "true",
                                          "null",
                                          "nan",
                                          "inf",
                                          "-inf",
                                          "1e400",
                                          "+1",
                                          "0x1",
                                          "é",
                                          "ÿ\x7F",
                                          "[1]",
                                          "{\"a\":1}",
                                          "\xF0\x9F\x98\x80",
                                          std::string("a\0b", 3),
                                          "2024-01-31"};
};

std::string described(const store::ChunkFilter& filter) {
    std::string text;
    for (const store::MetadataTest& test : filter.metadata) {
        text += fmt::format("{} ({}) {}; ", test.path, static_cast<int>(test.comparison), test.value);
    }
    for (const std::string& tag : filter.tags) text += "tag " + tag + "; ";
    return text;
}

TEST(SourceValuesProperty, the_index_finds_what_reading_all_finds) {
    std::size_t found = 0;
    for (unsigned seed = 0; seed < 12; ++seed) {
        Generator generator(seed);
        const TemporaryDirectory folder;
        const auto store = store::open_store(folder.path() / "base.db", store::StoreMode::create);
        // FTS5's own check of the lexical index needs a connection; what it cannot see, `verify` compares.
        SQLite::Database database = db::open_sqlite(folder.path() / "base.db", db::SqliteMode::read_write);
        const std::string rules = store->setting(store::setting::source_values).value();
        for (int round = 0; round < 12; ++round) {
            std::vector<store::PreparedSource> sources;
            for (std::size_t left = generator.below(20); left > 0; --left) sources.push_back(generator.source());
            store->put(sources);
            store->remove(std::vector<std::string>{fmt::format("s{}", generator.below(40))});
            ASSERT_NO_THROW(database.exec("INSERT INTO chunk_terms (chunk_terms) VALUES ('integrity-check')"))
                << "seed " << seed << ", round " << round;
            ASSERT_TRUE(store->verify({}).empty()) << "seed " << seed << ", round " << round;

            std::vector<store::ChunkFilter> filters;
            for (int i = 0; i < 100; ++i) filters.push_back(generator.filter());
            std::vector<std::vector<std::int64_t>> by_index;
            for (const store::ChunkFilter& filter : filters)
                by_index.push_back(store->chunk_ids({filter, {}}, 0, 1000));
            store->set_setting(store::setting::source_values, "");
            for (std::size_t i = 0; i < filters.size(); ++i) {
                ASSERT_EQ(by_index[i], store->chunk_ids({filters[i], {}}, 0, 1000))
                    << "seed " << seed << ", round " << round << ": " << described(filters[i]);
                found += by_index[i].size();
            }
            store->set_setting(store::setting::source_values, rules);
        }
    }
    EXPECT_GT(found, 10'000U);
}

}  // namespace
}  // namespace quarry
