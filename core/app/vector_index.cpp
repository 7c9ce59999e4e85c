// The vector index of the base, for services.
#include "core/app/vector_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "core/app/vectors.h"
#include "core/base/error.h"

namespace quarry::app {
namespace {

constexpr unsigned most_threads = 16;

unsigned processors() { return std::clamp(std::thread::hardware_concurrency(), 1U, most_threads); }

std::string current_embedder(const store::Store& store) { return store.setting(store::setting::embedder).value_or(""); }

}  // namespace

void prepare_vectors(Services& services, const store::Store& store, bool exact) {
    const bool compares_all = exact || services.config.boolean("search.exact");
    const std::string remark =
        store.prepare_dense(current_embedder(store), {compares_all, processors()}, services.cancel);
    if (!remark.empty()) services.notices.remark(remark);
}

void update_vector_index(Services& services, const store::Store& store, bool rewrite) {
    const std::string fingerprint = current_embedder(store);
    if (fingerprint.empty()) return;
    try {
        store.update_index(fingerprint, processors(), rewrite, services.cancel,
                           [&services](std::uint64_t done, std::uint64_t total) {
                               show_progress(services, "indexing vectors", done, total);
                           });
    } catch (const Error& error) {
        if (rewrite || error.code() == ErrorCode::interrupted) throw;
        services.notices.note(fmt::format("the vector index was not updated, searches are slower: {}", error.what()));
    }
    services.notices.progress("");
}

std::vector<store::VerifyFinding> verify_vector_index(Services& services, const store::Store& store) {
    std::vector<store::VerifyFinding> findings;
    for (std::string& problem : store.verify_index(current_embedder(store), services.cancel)) {
        findings.push_back({"the vector index", std::move(problem)});
    }
    return findings;
}

}  // namespace quarry::app
