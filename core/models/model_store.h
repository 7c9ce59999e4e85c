#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/models/known_models.h"

namespace quarry::models {

/// A model file that was added.
struct StoredModel {
    std::string name;       ///< As in "gguf:NAME".
    bool is_table = false;  ///< A table for the built-in embedder to start from; else a GGUF file.
    ModelKind kind = ModelKind::embedder;  ///< What the file says that it is for.
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    std::string sha256;
    std::string source;        ///< The path or URL that it came from.
    std::string architecture;  ///< "bert"; "table" of a table.
    std::string license;       ///< As the file says; empty when it does not.
    std::string license_link;
    std::uint64_t dimensions = 0;
    std::uint64_t context_length = 0;
};

struct AddModelOptions {
    std::string name;      ///< Empty: the file's, without its ending.
    std::string sha256;    ///< What the file must have; empty: not checked, only recorded.
    bool replace = false;  ///< Whether a model of that name may be there.
    std::uint64_t bytes = 0;             ///< How large it must be; 0: not checked.
    std::optional<std::string> proxy{};  ///< For an address: as in HttpRequest.
    std::string ca_file{};               ///< The same.
};

/// Takes how many bytes are there, and of how many (0 when nobody knows).
using ModelProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// The models of a user: files in a folder, NAME.gguf (or NAME.table, of the built-in embedder) beside NAME.json,
/// which says where it came from. Several processes may use it; a file appears when it is complete and checked.
class ModelStore {
public:
    /// The folder is made by the first `add`.
    explicit ModelStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Copies a file, or fetches an https URL, redirects followed. Nothing is left of what fails: neither GGUF file nor
    /// table, another SHA-256 than the one asked for, cut off, no space, cancelled; but of an address with a SHA-256
    /// what has arrived is kept, and the next `add` goes on there. Throws Error(failed, usage, locked, provider_failed,
    /// interrupted).
    StoredModel add(const std::string& source, const AddModelOptions& options, const Cancellation& cancellation,
                    const ModelProgress& progress = {});
    /// By name. A file without its NAME.json is there as well, with less known of it.
    [[nodiscard]] std::vector<StoredModel> list() const;
    /// The model of a name; nothing when there is none.
    [[nodiscard]] std::optional<StoredModel> find(std::string_view name) const;
    /// Returns whether there was one.
    bool remove(std::string_view name);

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

private:
    [[nodiscard]] std::filesystem::path file_of(std::string_view name, std::string_view ending) const;

    std::filesystem::path folder_;
};

}  // namespace quarry::models
