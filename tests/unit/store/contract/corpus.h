#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "tests/unit/store/contract/engine.h"
#include "tests/unit/store/prepared.h"

namespace quarry::store::contract {

/// Six chunks whose first words are their names, "one" to "six", in five documents of every kind.
inline void fill(Store& store) {
    constexpr std::int64_t second = 1'000'000'000;
    std::vector<PreparedSource> sources;
    sources.push_back(testing::prepared("/home/notes/a.md", "one alpha\n\ntwo alpha beta", "Notes"));
    sources[0].source.stamp.mtime_ns = 1'000'000'000 * second;  // 2001
    sources[0].source.metadata_json =
        R"({"tags": ["Locks", "sqlite"], "author": "Ada", "year": 1900, "status": "draft"})";
    sources[0].document->media_type = "text/markdown";
    sources[0].chunks[1].heading_path = {"Other words"};
    sources.push_back(testing::prepared("https://example.org/b", "three alpha gamma", "Page"));
    sources[1].source.kind = SourceKind::url;
    sources[1].source.stamp = {};
    sources[1].source.ingested_at = 2'000'000'000;  // 2033
    sources[1].document->media_type = "text/html";
    sources[1].document->language = "de";
    sources[1].document->metadata = {{"keywords", "postgres, #locks"}, {"author", "Bob"}, {"year", "2010"}};
    sources.push_back(testing::prepared("/home/notes2/c.md", "four beta gamma", "Record"));
    sources[2].source.stamp.mtime_ns = 1'600'000'000 * second;  // 2020
    sources.push_back(testing::prepared("record-7", "five omega", "Row"));
    sources[3].source.kind = SourceKind::jsonl;
    sources[3].source.stamp = {};
    sources[3].source.metadata_json = R"({"review": {"score": 7}, "tags": ["Tea"], "date": "2015-06-01"})";
    sources.push_back(testing::prepared("stdin", "six bloc", "In"));
    sources[4].source.kind = SourceKind::standard_input;
    sources[4].source.stamp = {};
    sources[4].source.ingested_at = 1'500'000'000;  // 2017
    sources[4].document->media_type = "application/pdf";
    sources[4].document->language = "fr";
    store.put(sources);
}

/// The first words of chunks, in the order given.
[[nodiscard]] inline std::string words_of(const Store& store, const std::vector<std::int64_t>& chunk_ids) {
    std::string words;
    for (const std::int64_t id : chunk_ids) {
        const std::optional<Chunk> chunk = store.chunk(id);
        if (!words.empty()) words += ' ';
        words += chunk ? chunk->text.substr(0, chunk->text.find(' ')) : "?";
    }
    return words;
}

/// Terms of which each chunk has one at least.
[[nodiscard]] inline TermQuery every_word() {
    TermQuery query;
    for (const char* word : {"alpha", "beta", "gamma", "omega", "bloc"}) query.terms.push_back({word});
    return query;
}

/// Rows that only read: they share one base of each engine, which is filled once.
class ReadingContract : public StoreContract {
protected:
    void run() {
        static std::map<std::string, std::unique_ptr<Bench>> filled;
        const auto& [engine, row] = GetParam();
        std::unique_ptr<Bench>& bench = filled[engine.name];
        if (bench == nullptr) {
            bench = engine.open();
            fill(bench->store());
        }
        row.check(*bench);
    }
};

}  // namespace quarry::store::contract
