#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/services.h"
#include "core/base/error.h"
#include "core/document/chunk_span.h"
#include "core/document/document.h"

namespace quarry::app {

/// What of chunking a request may say instead of the settings; empty for what it does not.
struct ChunkRequest {
    std::string strategy{};
    std::optional<std::size_t> size{}, overlap{}, min_size{}, parent_size{};
    std::string unit{};
    std::string encoding{};
    std::string separators{};
    std::string breakpoint{};
    std::optional<double> threshold{};
    std::optional<double> max_cost{};  ///< Of the model that "semantic" asks.
    std::string type{};                ///< Of the texts; empty: by name and content.
    bool count_tokens = false;         ///< Of each whole text too.
};

/// The names that `strategy`, `breakpoint` and `unit` may have.
[[nodiscard]] std::span<const std::string> chunk_strategies();
[[nodiscard]] std::span<const std::string> chunk_breakpoints();
[[nodiscard]] std::span<const std::string> chunk_units();

/// A text that was cut.
struct CutDocument {
    std::string source;  ///< As given.
    document::Document document;
    std::vector<document::ChunkSpan> spans;
    std::string strategy;    ///< Not "auto": the one that cut it.
    std::size_t tokens = 0;  ///< Of the whole text; 0 where nobody asked for them.
    std::string note{};      ///< Why it was cut otherwise than asked for; empty mostly.
};

/// Cuts texts into chunks, as an ingest would, and keeps nothing.
class ChunkService {
public:
    /// Borrows `services`. Throws Error(usage) for options that do not go together, a type that there is not, or an
    /// embedder without its model or key.
    ChunkService(Services& services, const ChunkRequest& request);
    ~ChunkService();
    ChunkService(const ChunkService&) = delete;
    ChunkService& operator=(const ChunkService&) = delete;

    /// Whether tokens are counted, not estimated.
    [[nodiscard]] bool counts_exactly() const;
    /// The most bytes that a text may have.
    [[nodiscard]] std::size_t max_bytes() const;

    /// Throws Error(failed) for a file that cannot be read, is a folder or too large, or is binary and of no known
    /// type.
    [[nodiscard]] CutDocument cut_file(const std::string& file) const;
    /// The same of bytes; `source` is what the result is named by, `name` what errors say.
    [[nodiscard]] CutDocument cut_bytes(const std::string& source, const std::string& name, std::string bytes) const;

    /// Whether an error of one file makes trying others pointless.
    [[nodiscard]] static bool ends_run(ErrorCode code);

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace quarry::app
