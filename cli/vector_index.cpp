// The vector index of the base, for commands.
#include "cli/vector_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <thread>

#include "cli/embedding.h"
#include "cli/output.h"
#include "core/base/error.h"
#include "core/search/store_index.h"

namespace quarry::cli {
namespace {

constexpr unsigned most_threads = 16;

unsigned processors() { return std::clamp(std::thread::hardware_concurrency(), 1U, most_threads); }

IndexUpdateOptions index_options() {
    IndexUpdateOptions options;
    options.threads = processors();
    return options;
}

/// The files of indexes beside a base: "NAME-FINGERPRINT.vectors", its lock, and its ".changes".
std::vector<std::filesystem::path> index_files(const std::filesystem::path& base) {
    std::vector<std::filesystem::path> files;
    const std::string prefix = base.filename().string() + "-";
    const std::filesystem::path folder = std::filesystem::absolute(base).parent_path();
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(prefix)) continue;
        if (name.ends_with(".vectors") || name.ends_with(".vectors.lock") || name.ends_with(".changes")) {
            files.push_back(entry.path());
        }
    }
    return files;
}

/// Removes the indexes of embedders that are gone.
void remove_other_indexes(const std::filesystem::path& base, const Store& store) {
    std::set<std::string> kept;
    for (const StoredEmbedder& embedder : store.embedders()) {
        const IndexPaths paths(base, embedder.fingerprint);
        kept.insert(paths.main.filename().string());
        kept.insert(paths.main.filename().string() + ".lock");
        kept.insert(paths.changes.filename().string());
    }
    for (const std::filesystem::path& file : index_files(base)) {
        std::error_code ignored;
        if (!kept.contains(file.filename().string())) std::filesystem::remove(file, ignored);
    }
}

}  // namespace

std::unique_ptr<VectorIndex> search_index(Context& context, const Store& store, bool exact) {
    const std::string fingerprint = store.setting(setting::embedder).value_or("");
    if (fingerprint.empty()) return nullptr;
    VectorSearchOptions search;
    search.exact = exact;
    search.threads = processors();
    OpenedIndex opened = open_index(store, context.base_path, fingerprint, search, index_options(), context.cancel);
    if (!opened.note.empty() && !context.json) context.out.note(opened.note);
    return std::move(opened.index);
}

IndexUpdate update_vector_index(Context& context, const Store& store, bool rewrite) {
    const std::string fingerprint = store.setting(setting::embedder).value_or("");
    if (fingerprint.empty()) return {};
    IndexUpdateOptions options = index_options();
    options.rewrite = rewrite;
    IndexUpdate update;
    try {
        update = update_index(StoreVectors(store, fingerprint), IndexPaths(context.base_path, fingerprint), options,
                              context.cancel, [&context](std::uint64_t done, std::uint64_t total) {
                                  show_progress(context, "linking vectors", done, total);
                              });
        if (update.action != IndexUpdate::Action::none) remove_other_indexes(context.base_path, store);
    } catch (const Error& error) {
        if (rewrite || error.code() == ErrorCode::interrupted) throw;
        context.out.note(
            fmt::format("the vector index was not brought up to date, searches take longer: {}", error.what()));
    }
    context.out.progress("");
    return update;
}

std::vector<VerifyFinding> verify_vector_index(Context& context, const Store& store) {
    const std::string fingerprint = store.setting(setting::embedder).value_or("");
    if (fingerprint.empty()) return {};
    std::string why;
    const std::optional<StoredIndex> index = StoredIndex::open(IndexPaths(context.base_path, fingerprint), {}, why);
    std::vector<VerifyFinding> findings;
    if (!index || index->generation() != store.generation()) return findings;
    for (std::string& problem : compare_index(StoreVectors(store, fingerprint), *index, context.cancel)) {
        findings.push_back({"the vector index", std::move(problem)});
    }
    return findings;
}

std::uint64_t vector_index_bytes(const Context& context) {
    std::uint64_t bytes = 0;
    for (const std::filesystem::path& file : index_files(context.base_path)) {
        std::error_code missing;
        const std::uint64_t size = std::filesystem::file_size(file, missing);
        if (!missing) bytes += size;
    }
    return bytes;
}

}  // namespace quarry::cli
