#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/chunk/chunker.h"
#include "core/store/store.h"

namespace quarry::cli {

/// Makes the base where there is none. In a folder named .quarry it also leaves a .gitignore, since the base is made
/// from the documents and need not be versioned with them.
[[nodiscard]] std::unique_ptr<Store> make_base(const std::filesystem::path& path);

/// Opens the base for writing; makes it where there is none, and says so.
[[nodiscard]] std::unique_ptr<Store> open_or_create_base(Context& context);

/// How the configuration says that documents are cut, not checked: options of a command may go before it.
[[nodiscard]] ChunkOptions configured_chunk_options(const Config& config);

/// The same, checked (Error(usage)).
[[nodiscard]] ChunkOptions configured_chunking(const Config& config);

/// How the configuration says that words are weighed.
[[nodiscard]] Bm25Options configured_bm25(const Config& config);

/// The name of a source in the base that was typed: as it is when the base has it, else as a path from here.
[[nodiscard]] std::string source_uri(const Store& store, const std::string& typed);

}  // namespace quarry::cli
