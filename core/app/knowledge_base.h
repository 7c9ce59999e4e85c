#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/chunk/chunker.h"
#include "core/search/search.h"
#include "core/store/store.h"

namespace quarry::app {

/// Makes the base where there is none. In a folder named .quarry it also leaves a .gitignore, since the base is made
/// from the documents and need not be versioned with them.
[[nodiscard]] std::unique_ptr<store::Store> make_base(const std::filesystem::path& path);

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

}  // namespace quarry::app
