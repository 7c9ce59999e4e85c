#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/chunk/chunker.h"
#include "core/search/search.h"
#include "core/store/store.h"

namespace quarry::app {

/// Opens the base for writing (`write` or `create`). What the first who does so after an upgrade adds to it is shown as
/// progress, and ends when the request is cancelled.
[[nodiscard]] std::unique_ptr<store::Store> open_to_write(const Services& services, store::StoreMode mode);

/// Opens the base for writing; makes it where there is none, and says so.
[[nodiscard]] std::unique_ptr<store::Store> open_or_create_base(Services& services);

/// How the configuration says that documents are cut, not checked: options of a command may go before it.
[[nodiscard]] chunk::ChunkOptions configured_chunk_options(const config::Config& config);

/// The same, checked (Error(usage)).
[[nodiscard]] chunk::ChunkOptions configured_chunking(const config::Config& config);

/// How the settings say that searches are done: mode, fusion, weights, the depth of reranking. `mode` goes before
/// search.mode where it is not empty; where it is, hybrid means lexical if there is no embedder (embed.provider none).
/// Throws Error(usage) for a mode that is none.
[[nodiscard]] search::SearchOptions configured_search(const config::Config& config, std::string_view mode);

/// The name of a source in the base that was typed: as it is when the base has it, else as a path from here.
[[nodiscard]] std::string source_uri(const store::Store& store, const std::string& typed);

/// The source in the base that was typed: as `source_uri` takes it, else by its number, or the end of its name that no
/// other has, with or without an extension; of those in the collections of `visible`. Nothing when there is none. Throws Error(usage) for the end of several.
[[nodiscard]] std::optional<store::Source> find_source(const store::Store& store, const store::ChunkFilter& visible,
                                                       const std::string& typed);

}  // namespace quarry::app
