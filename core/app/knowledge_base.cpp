// Opening and making the knowledge base; how it is cut and searched.
#include "core/app/knowledge_base.h"

#include <fmt/format.h>

#include <system_error>

#include "core/base/file.h"
#include "core/config/config.h"
#include "core/ingest/walk.h"
#include "core/wire/display_uri.h"

namespace quarry::app {

std::unique_ptr<store::Store> make_base(const std::filesystem::path& path) {
    std::unique_ptr<store::Store> store = store::open_store(path, store::StoreMode::create);
    const std::filesystem::path folder = path.parent_path();
    std::error_code unknown;
    if (folder.filename() == ".quarry" && !std::filesystem::exists(folder / ".gitignore", unknown)) {
        write_file_atomically(folder / ".gitignore", "*\n");
    }
    return store;
}

std::unique_ptr<store::Store> open_or_create_base(Services& services) {
    std::error_code unknown;
    const bool fresh = !std::filesystem::exists(services.base_path, unknown);
    std::unique_ptr<store::Store> store = make_base(services.base_path);
    if (fresh)
        services.notices.note(fmt::format("made a knowledge base: {}", wire::display_uri(services.base_path.string())));
    return store;
}

chunk::ChunkOptions configured_chunk_options(const config::Config& config) {
    const auto size = [&](std::string_view key) { return static_cast<std::size_t>(config.integer(key)); };
    chunk::ChunkOptions options;
    options.strategy = config.text("chunk.strategy");
    options.size = size("chunk.size");
    options.overlap = size("chunk.overlap");
    options.min_size = size("chunk.min_size");
    options.parent_size = size("chunk.parent_size");
    options.unit = config.text("chunk.unit");
    options.encoding = config.text("chunk.encoding");
    options.separators = config.text("chunk.separators");
    options.breakpoint = config.text("chunk.breakpoint");
    options.threshold = config.number("chunk.threshold");
    return options;
}

chunk::ChunkOptions configured_chunking(const config::Config& config) {
    chunk::ChunkOptions options = configured_chunk_options(config);
    chunk::check_chunk_options(options);
    return options;
}

search::SearchOptions configured_search(const config::Config& config, std::string_view mode) {
    search::SearchOptions options;
    options.mode = search::search_mode_by_name(mode.empty() ? config.text("search.mode") : mode);
    const bool unasked = mode.empty() && options.mode == search::SearchMode::hybrid;
    if (unasked && config.text("embed.provider") == "none") options.mode = search::SearchMode::lexical;
    options.fusion = search::fusion_by_name(config.text("search.fusion"));
    options.dense_weight = config.number("search.dense_weight");
    options.bm25 = {config.number("search.k1"),
                    config.number("search.b"),
                    {config.number("search.title_weight"), config.number("search.heading_weight"),
                     config.number("search.body_weight")}};
    options.rerank_depth = static_cast<std::size_t>(config.integer("rerank.depth"));
    return options;
}

std::string source_uri(const store::Store& store, const std::string& typed) {
    return store.source(typed) ? typed : ingest::absolute_path(typed);
}

}  // namespace quarry::app
