// How fast texts are encoded, and cut by tokens and by characters: one thread, each file of the arguments as one text.
//
// usage: tokens_bench encode|count|recursive-chars|recursive-tokens FILE…
//
// Prints bytes, seconds of processor time (the least of three runs), and the number of tokens or chunks, as JSON.
// bench/tokens_bench.mjs runs it beside JavaScript's libraries.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/chunk/chunker.h"
#include "core/tokenize/bpe/bpe_tokenizer.h"

namespace {

using namespace quarry;

std::size_t cut(const document::Document& document, const char* unit, std::size_t size, std::size_t overlap) {
    chunk::ChunkOptions options;
    options.strategy = "recursive";
    options.unit = unit;
    options.size = size;
    options.overlap = overlap;
    const Cancellation never;
    return chunk::chunk_document(document, options, never).size();
}

std::size_t work(const std::string& what, const document::Document& document) {
    const auto tokenizer = tokenize::make_bpe_tokenizer("cl100k_base");
    if (what == "encode") return tokenizer->encode(document.text).size();
    if (what == "count") return tokenizer->count(document.text);
    if (what == "recursive-chars") return cut(document, "chars", 1000, 0);
    if (what == "recursive-chars-overlap") return cut(document, "chars", 1000, 200);
    if (what == "recursive-tokens") return cut(document, "tokens:cl100k_base", 400, 0);
    if (what == "recursive-tokens-overlap") return cut(document, "tokens:cl100k_base", 400, 50);
    throw std::invalid_argument("unknown work: " + what);
}

}  // namespace

int main(int count, char** arguments) {
    const std::string what = count > 1 ? arguments[1] : "";
    std::size_t bytes = 0;
    std::size_t made = 0;
    std::vector<document::Document> documents;
    for (int i = 2; i < count; ++i) {
        document::Document document;
        document.text = replace_invalid_utf8(read_file(arguments[i], 1'000'000'000));
        document.media_type = "text/plain";
        bytes += document.text.size();
        documents.push_back(std::move(document));
    }
    double least = 1e9;
    for (int run = 0; run < 3; ++run) {
        const std::clock_t start = std::clock();
        made = 0;
        for (const document::Document& document : documents) made += work(what, document);
        least = std::min(least, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    }
    fmt::print("{{\"what\": \"{}\", \"bytes\": {}, \"seconds\": {:.4f}, \"made\": {}}}\n", what, bytes, least, made);
    return 0;
}
