// Opening and making the knowledge base, for commands.
#include "cli/knowledge_base.h"

#include <fmt/format.h>

#include <system_error>

#include "cli/config.h"
#include "cli/output.h"
#include "cli/shown_uri.h"
#include "core/base/file.h"
#include "core/ingest/walk.h"

namespace quarry::cli {

std::unique_ptr<Store> make_base(const std::filesystem::path& path) {
    std::unique_ptr<Store> store = open_store(path, StoreMode::create);
    const std::filesystem::path folder = path.parent_path();
    std::error_code unknown;
    if (folder.filename() == ".quarry" && !std::filesystem::exists(folder / ".gitignore", unknown)) {
        write_file_atomically(folder / ".gitignore", "*\n");
    }
    return store;
}

std::unique_ptr<Store> open_or_create_base(Context& context) {
    std::error_code unknown;
    const bool fresh = !std::filesystem::exists(context.base_path, unknown);
    std::unique_ptr<Store> store = make_base(context.base_path);
    if (fresh) context.out.note(fmt::format("made a knowledge base: {}", shown_uri(context.base_path.string())));
    return store;
}

ChunkOptions configured_chunk_options(const Config& config) {
    const auto size = [&](std::string_view key) { return static_cast<std::size_t>(config.integer(key)); };
    ChunkOptions options;
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

ChunkOptions configured_chunking(const Config& config) {
    ChunkOptions options = configured_chunk_options(config);
    check_chunk_options(options);
    return options;
}

Bm25Options configured_bm25(const Config& config) {
    return {config.number("search.k1"),
            config.number("search.b"),
            {config.number("search.title_weight"), config.number("search.heading_weight"),
             config.number("search.body_weight")}};
}

std::string source_uri(const Store& store, const std::string& typed) {
    return store.source(typed) ? typed : absolute_path(typed);
}

}  // namespace quarry::cli
