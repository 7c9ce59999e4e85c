// Opening and making the knowledge base; how it is cut and searched.
#include "core/app/knowledge_base.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/ingest/walk.h"
#include "core/store/base_address.h"
#include "core/wire/display_uri.h"

namespace quarry::app {

std::unique_ptr<store::Store> open_to_write(const Services& services, store::StoreMode mode) {
    const auto progress = [&services](std::uint64_t done, std::uint64_t total) {
        services.cancel.check();
        services.notices.progress(fmt::format("taking checksums of the base, once {}/{}", done, total));
    };
    std::unique_ptr<store::Store> store = store::open_store(services.base_path, mode, progress);
    services.notices.progress("");
    return store;
}

std::unique_ptr<store::Store> open_or_create_base(Services& services) {
    const bool fresh = !store::base_exists(services.base_path);
    std::unique_ptr<store::Store> store = open_to_write(services, store::StoreMode::create);
    if (fresh)
        services.notices.note(
            fmt::format("created a knowledge base: {}", wire::display_uri(services.base_path.string())));
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

namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";
/// So many names are shown where what was typed is the end of several.
constexpr std::size_t most_named = 3;

/// Whether `typed` is the last components of a name, the last of them with its extension or without.
bool is_end_of(std::string_view name, std::string_view typed) {
    const auto ends = [&](std::string_view whole) {
        return whole.ends_with(typed) &&
               (whole.size() == typed.size() || whole[whole.size() - typed.size() - 1] == '/');
    };
    if (ends(name)) return true;
    const std::size_t dot = name.rfind('.');
    const std::size_t slash = name.rfind('/');
    const bool has_extension =
        dot != std::string_view::npos && dot > 0 && (slash == std::string_view::npos || dot > slash + 1);
    return has_extension && ends(name.substr(0, dot));
}

}  // namespace

std::optional<store::Source> find_source(const store::Store& store, const store::ChunkFilter& visible,
                                         const std::string& typed) {
    const store::SourceMatcher matcher(visible);
    std::optional<store::Source> named = store.source(source_uri(store, typed));
    if (named && matcher.holds_for_collection(named->collection)) return named;
    if (typed.empty()) return std::nullopt;
    std::optional<std::string> numbered;
    std::vector<std::string> found;
    // JSON has no bytes that are not UTF-8: there a name that has some stands with U+FFFD in their place.
    const bool replaced = typed.find(replacement_character) != std::string::npos;
    store.for_each_source_name([&](const store::SourceName& source) {
        if (!matcher.holds_for_collection(source.collection)) return true;
        if (typed == std::to_string(source.id)) numbered = source.uri;
        if (is_end_of(source.uri, typed) || (replaced && is_end_of(replace_invalid_utf8(source.uri), typed))) {
            found.emplace_back(source.uri);
        }
        return found.size() <= most_named;
    });
    if (found.size() > 1) {
        std::vector<std::string> several;
        for (const std::string& uri : found) several.push_back(wire::display_uri(uri));
        const bool more = several.size() > most_named;
        if (more) several.resize(most_named);
        throw Error(ErrorCode::usage, fmt::format("{} is the end of several names", wire::display_uri(typed)),
                    fmt::format("write more of it: {}{}", fmt::join(several, ", "), more ? ", ..." : ""));
    }
    if (found.empty() && numbered) found.push_back(*numbered);
    return found.empty() ? std::nullopt : store.source(found.front());
}

std::string source_uri(const store::Store& store, const std::string& typed) {
    return store.source(typed) ? typed : ingest::absolute_path(typed);
}

}  // namespace quarry::app
