// The vector index of the base, for commands.
#include "core/app/vector_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <thread>

#include "core/app/vectors.h"
#include "core/base/error.h"
#include "core/store/sqlite/store_index.h"

namespace quarry::app {
namespace {

constexpr unsigned most_threads = 16;

unsigned processors() { return std::clamp(std::thread::hardware_concurrency(), 1U, most_threads); }

index::IndexUpdateOptions index_options() {
    index::IndexUpdateOptions options;
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
void remove_other_indexes(const std::filesystem::path& base, const store::Store& store) {
    std::set<std::string> kept;
    for (const store::StoredEmbedder& embedder : store.embedders()) {
        const index::IndexPaths paths(base, embedder.fingerprint);
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

void prepare_vectors(Services& services, const store::Store& store, bool exact) {
    const std::string fingerprint = store.setting(store::setting::embedder).value_or("");
    const std::string remark = store.prepare_dense(fingerprint, {exact, processors()}, services.cancel);
    if (!remark.empty()) services.notices.remark(remark);
}

index::IndexUpdate update_vector_index(Services& services, const store::Store& store, bool rewrite) {
    const std::string fingerprint = store.setting(store::setting::embedder).value_or("");
    if (fingerprint.empty()) return {};
    index::IndexUpdateOptions options = index_options();
    options.rewrite = rewrite;
    index::IndexUpdate update;
    try {
        update = index::update_index(store::StoreVectors(store, fingerprint),
                                     index::IndexPaths(services.base_path, fingerprint), options, services.cancel,
                                     [&services](std::uint64_t done, std::uint64_t total) {
                                         show_progress(services, "linking vectors", done, total);
                                     });
        if (update.action != index::IndexUpdate::Action::none) remove_other_indexes(services.base_path, store);
    } catch (const Error& error) {
        if (rewrite || error.code() == ErrorCode::interrupted) throw;
        services.notices.note(
            fmt::format("the vector index was not brought up to date, searches take longer: {}", error.what()));
    }
    services.notices.progress("");
    return update;
}

std::vector<store::VerifyFinding> verify_vector_index(Services& services, const store::Store& store) {
    const std::string fingerprint = store.setting(store::setting::embedder).value_or("");
    if (fingerprint.empty()) return {};
    std::string why;
    const std::optional<index::StoredIndex> index =
        index::StoredIndex::open(index::IndexPaths(services.base_path, fingerprint), {}, why);
    std::vector<store::VerifyFinding> findings;
    if (!index || index->generation() != store.generation()) return findings;
    for (std::string& problem :
         index::compare_index(store::StoreVectors(store, fingerprint), *index, services.cancel)) {
        findings.push_back({"the vector index", std::move(problem)});
    }
    return findings;
}

std::uint64_t vector_index_bytes(const Services& services) {
    std::uint64_t bytes = 0;
    for (const std::filesystem::path& file : index_files(services.base_path)) {
        std::error_code missing;
        const std::uint64_t size = std::filesystem::file_size(file, missing);
        if (!missing) bytes += size;
    }
    return bytes;
}

}  // namespace quarry::app
