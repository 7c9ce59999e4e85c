// A base of many passages in a file and on a PostgreSQL server: how long it takes to make, and to search while the
// server and this process are warm. server_base_bench.py makes the passages and compares.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/ingest/embedding.h"
#include "core/ingest/ingest.h"
#include "core/search/search.h"
#include "core/store/store.h"

namespace {

using namespace quarry;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void report(const char* what, double value) {
    std::puts(fmt::format("{} {:.3f}", what, value).c_str());
    std::fflush(stdout);
}

/// With a whole fit and with vectors that both kinds of base keep as they are, or a quick one.
enum class Vectors { judged, quick };

void make(const std::string& base, const std::string& passages, Vectors vectors) {
    const auto store = store::open_store(base, store::StoreMode::create);
    std::ifstream stream(passages);
    Clock::time_point start = Clock::now();
    static_cast<void>(ingest::ingest_jsonl(store.get(), stream, passages, {}, Cancellation()));
    report("ingest_s", seconds_since(start));
    start = Clock::now();
    ingest::BuiltinUpdateOptions options;
    if (vectors == Vectors::quick) options.fit.epochs = 0;  // a search takes as long, whatever the vectors are
    if (vectors == Vectors::judged) options.computed_from_chunks = UINT64_MAX;
    static_cast<void>(ingest::update_builtin_vectors(*store, options, Cancellation()));
    store->update_index(*store->setting(store::setting::embedder), 2, false, Cancellation(), {});
    report("vectors_s", seconds_since(start));
}

void search_all(const std::string& base, const std::string& questions) {
    const auto store = store::open_store(base, store::StoreMode::read);
    const std::string fingerprint = *store->setting(store::setting::embedder);
    embed::BuiltinEmbedder embedder(*store->model(fingerprint));
    static_cast<void>(store->prepare_dense(fingerprint, {false, std::thread::hardware_concurrency()}, Cancellation()));
    std::vector<std::string> asked;
    std::ifstream stream(questions);
    for (std::string line; std::getline(stream, line);) asked.push_back(line);
    for (const auto& [name, mode] : {std::pair("lexical_p50_ms", search::SearchMode::lexical),
                                     std::pair("hybrid_p50_ms", search::SearchMode::hybrid)}) {
        std::vector<double> spent;
        search::SearchOptions options;
        options.mode = mode;
        for (const bool warm : {false, true}) {
            for (const std::string& question : asked) {
                const Clock::time_point start = Clock::now();
                const auto snapshot = store->snapshot();  // as each request has one
                static_cast<void>(search::search(*store, {&embedder}, question, options, Cancellation()));
                if (warm) spent.push_back(seconds_since(start) * 1e3);
            }
        }
        std::ranges::sort(spent);
        report(name, spent[spent.size() / 2]);
    }
}

/// Prints the documents that each question "ID<tab>TEXT" finds, as a run of trec_eval.
void rank(const std::string& base, const std::string& questions, search::SearchMode mode) {
    const auto store = store::open_store(base, store::StoreMode::read);
    const std::string fingerprint = *store->setting(store::setting::embedder);
    embed::BuiltinEmbedder embedder(*store->model(fingerprint));
    static_cast<void>(store->prepare_dense(fingerprint, {true, 1}, Cancellation()));
    std::ifstream stream(questions);
    for (std::string line; std::getline(stream, line);) {
        const std::size_t tab = line.find('\t');
        search::SearchOptions options;
        options.mode = mode;
        options.limit = 100;
        options.per_document = 1;
        const search::SearchResult found =
            search::search(*store, {&embedder}, line.substr(tab + 1), options, Cancellation());
        std::size_t place = 0;
        for (const search::SearchHit& hit : found.hits) {
            ++place;
            std::puts(
                fmt::format("{} Q0 {} {} {:.9f} quarry", line.substr(0, tab), hit.chunk.uri, place, hit.score).c_str());
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    const std::string what = count == 4 ? arguments[1] : "";
    try {
        if (what == "make" || what == "make-judged") {
            make(arguments[2], arguments[3], what == "make" ? Vectors::quick : Vectors::judged);
        } else if (what == "search") {
            search_all(arguments[2], arguments[3]);
        } else if (what == "lexical" || what == "hybrid") {
            rank(arguments[2], arguments[3],
                 what == "lexical" ? search::SearchMode::lexical : search::SearchMode::hybrid);
        } else {
            std::fputs("usage: server_base_bench make|make-judged BASE PASSAGES.jsonl | search BASE QUESTIONS.txt |"
                       " lexical|hybrid BASE QUESTIONS.tsv\n",
                       stderr);
            return 2;
        }
    } catch (const std::exception& error) {
        std::fputs(fmt::format("server_base_bench: {}\n", error.what()).c_str(), stderr);
        return 1;
    }
}
