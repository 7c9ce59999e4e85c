// Makes a table of token vectors from texts that are in no base.
#include "core/ingest/table_training.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/ingest/embedding.h"

namespace quarry::ingest {

std::vector<embed::FitPair> read_fit_pairs(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw Error(ErrorCode::failed, fmt::format("cannot read the pairs in {}", path.string()))
            .because(std::strerror(errno));
    }
    std::vector<embed::FitPair> pairs;
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        if (trim(line).empty()) continue;
        const nlohmann::json object = parse_bounded_json(line);
        const auto has_text = [&object](const char* key) {
            return object.is_object() && object.contains(key) && object[key].is_string();
        };
        if (!has_text("query") || !has_text("text")) {
            throw Error(ErrorCode::failed,
                        fmt::format("{}:{}: this line is not a pair of texts", path.string(), number),
                        R"(each line is a JSON object such as {"query": "who pays?", "text": "The buyer pays."})");
        }
        pairs.push_back({object["query"].get<std::string>(), object["text"].get<std::string>()});
    }
    if (stream.bad()) throw Error(ErrorCode::failed, fmt::format("cannot read {} completely", path.string()));
    return pairs;
}

TrainedTable train_table(const TableTraining& training, const Cancellation& cancellation,
                         const embed::FitProgress& progress) {
    TrainedTable trained;
    // On disk: a corpus may be larger than memory.
    const TemporaryDirectory folder;
    std::unique_ptr<store::Store> store;
    embed::FitSource source;
    if (!training.corpus.paths.empty() || !training.corpus.listed.empty()) {
        store = store::open_store(folder.path() / "corpus.db", store::StoreMode::create);
        trained.read = ingest(store.get(), training.corpus, training.ingest, cancellation);
        source = fit_source(*store);
    } else if (training.base != nullptr) {
        source = fit_source(*training.base);
    }
    source.pairs = training.pairs;
    trained.chunks = source.chunk_count;
    if (trained.chunks + training.pairs.size() < builtin_minimum_chunks) {
        throw Error(ErrorCode::failed, "there is too little text to make a table of token vectors from",
                    "give it more documents (--corpus) or pairs (--pairs)")
            .because(fmt::format("there are {} passages and {} pairs, and {} are needed", trained.chunks,
                                 training.pairs.size(), builtin_minimum_chunks));
    }
    trained.bytes = embed::fit_builtin(source, training.fit, cancellation, progress);
    return trained;
}

}  // namespace quarry::ingest
