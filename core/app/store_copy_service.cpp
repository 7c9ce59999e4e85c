// A base in another engine.
#include "core/app/store_copy_service.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/app/server_base.h"
#include "core/app/side_copy.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/store/base_address.h"
#include "core/store/store.h"
#include "core/wire/display_uri.h"

namespace quarry::app {
namespace {

constexpr std::size_t sources_at_once = 256;
constexpr std::size_t text_bytes_at_once = 16'000'000;
constexpr std::size_t vectors_at_once = 1'000;

std::string name_of(const std::filesystem::path& base) { return wire::display_uri(base.string()); }

/// One copy. Borrows the bases.
class StoreCopy {
public:
    StoreCopy(const store::Store& from, store::Store& to, Services& services)
        : from_(from), to_(to), services_(services), preparer_(to.preparer()) {}

    [[nodiscard]] StoreCopyReport run(const std::filesystem::path& to) {
        refuse_others(to);
        for (const store::Collection& collection : from_.collections()) copy_collection(collection);
        for (const std::string_view name : {store::setting::chunking, store::setting::redaction}) copy_setting(name);
        total_ = from_.stats().sources;
        from_.for_each_source("", [&](const store::Source& source) { copy_source(source); });
        flush();
        for (const store::StoredEmbedder& embedder : from_.embedders()) copy_vectors(embedder.fingerprint);
        copy_setting(store::setting::embedder);
        services_.notices.progress("");
        check(to);
        return report_;
    }

private:
    void refuse_others(const std::filesystem::path& to) const {
        std::string other;
        to_.for_each_source_name([&](const store::SourceName& source) {
            if (!from_.source(source.uri)) other = source.uri;
            return other.empty();
        });
        if (other.empty()) return;
        throw Error(ErrorCode::usage, fmt::format("{} has other documents than the base to copy", name_of(to)),
                    "copy to a new base, or remove them from it with quarry docs rm")
            .because(fmt::format("such as {}", wire::display_uri(other)));
    }

    void copy_collection(const store::Collection& collection) {
        for (const std::string& name : to_.collection_names()) {
            if (name == collection.name) return;
        }
        to_.add_collection(collection.name, collection.description, collection.created_at);
    }

    void copy_setting(std::string_view name) {
        const std::optional<std::string> value = from_.setting(name);
        if (value && to_.setting(name) != value) to_.set_setting(name, *value);
    }

    [[nodiscard]] bool is_copied(const store::Source& source) const {
        const std::optional<store::Source> there = to_.source(source.uri);
        return there && there->content_hash == source.content_hash && there->status == source.status &&
               there->ingested_at == source.ingested_at && there->collection == source.collection &&
               there->metadata_json == source.metadata_json && there->chunk_count == source.chunk_count &&
               there->text_bytes == source.text_bytes;
    }

    void copy_source(const store::Source& source) {
        services_.cancel.check();
        if (++seen_ % 64 == 0) services_.notices.progress(fmt::format("copying documents {}/{}", seen_, total_));
        if (is_copied(source)) {
            ++report_.unchanged;
            return;
        }
        store::PreparedSource prepared;
        prepared.source = source;
        if (source.document_id) {
            prepared.document = from_.document(*source.document_id);
            for (store::Chunk& chunk : from_.chunks_of(*source.document_id)) {
                prepared.chunks.push_back(std::move(chunk.span));
            }
            if (prepared.document) prepared.terms = preparer_->prepare(*prepared.document, prepared.chunks);
            batch_bytes_ += source.text_bytes;
        }
        batch_.push_back(std::move(prepared));
        if (batch_.size() >= sources_at_once || batch_bytes_ >= text_bytes_at_once) flush();
    }

    void flush() {
        if (!batch_.empty()) to_.put(batch_);
        report_.copied += batch_.size();
        batch_.clear();
        batch_bytes_ = 0;
    }

    void copy_vectors(const std::string& fingerprint) {
        const std::optional<std::string> model = from_.model(fingerprint);
        if (model && to_.model(fingerprint) != model) to_.put_model(fingerprint, *model);
        const std::size_t dimensions = from_.vector_dimensions(fingerprint);
        if (dimensions > 0 && to_.unembedded_count(fingerprint) > 0) {
            if (from_.computes_vectors(fingerprint) && to_.can_compute_vectors()) {
                to_.compute_vectors(fingerprint, dimensions);
            } else {
                copy_stored_vectors(fingerprint, dimensions);
            }
        }
        for (const std::string_view name : {store::setting::embedder_name, store::setting::embedder_server}) {
            copy_setting(fmt::format("{}{}", name, fingerprint));
        }
    }

    void copy_stored_vectors(const std::string& fingerprint, std::size_t dimensions) {
        std::vector<std::int64_t> chunks;
        std::vector<float> vectors;
        std::uint64_t done = 0;
        const auto write = [&] {
            std::vector<std::string> hashes;
            for (const std::string& text : from_.chunk_texts(chunks)) hashes.push_back(content_hash(text));
            if (!chunks.empty()) to_.put_vectors(fingerprint, dimensions, hashes, vectors);
            chunks.clear();
            vectors.clear();
        };
        from_.for_each_vector(fingerprint, [&](std::int64_t chunk_id, std::span<const float> vector) {
            chunks.push_back(chunk_id);
            vectors.insert(vectors.end(), vector.begin(), vector.end());
            if (chunks.size() < vectors_at_once) return;
            services_.cancel.check();
            write();
            services_.notices.progress(fmt::format("copying vectors {}", done += vectors_at_once));
        });
        write();
    }

    void check(const std::filesystem::path& to) {
        const store::StoreStats before = from_.stats();
        const store::StoreStats after = to_.stats();
        const auto refuse = [&](std::string cause) {
            throw Error(ErrorCode::failed, fmt::format("the copy {} is not what it should be", name_of(to)),
                        "run the command again; quarry docs verify checks the base that was copied")
                .because(std::move(cause));
        };
        if (after.sources != before.sources || after.chunks != before.chunks) {
            refuse(fmt::format("it has {} sources and {} passages, of {} and {}", after.sources, after.chunks,
                               before.sources, before.chunks));
        }
        for (const store::VerifyFinding& finding : to_.verify({})) {
            if (finding.is_damage) refuse(fmt::format("{}: {}", finding.subject, finding.problem));
        }
        report_.documents = after.documents;
        report_.chunks = after.chunks;
        report_.vectors = after.vectors;
    }

    const store::Store& from_;
    store::Store& to_;
    Services& services_;
    std::unique_ptr<store::DocumentPreparer> preparer_;
    std::vector<store::PreparedSource> batch_;
    std::size_t batch_bytes_ = 0;
    std::uint64_t seen_ = 0, total_ = 0;
    StoreCopyReport report_;
};

}  // namespace

StoreCopyReport StoreCopyService::copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    // From the root, as the store wants files.
    const std::filesystem::path from_there = absolute_base(from), to_there = absolute_base(to);
    if (!store::is_server_base(from) && !store::is_server_base(to)) {
        throw Error(ErrorCode::usage, "both bases are files",
                    "quarry backup copies a base in a file, with all that is in it");
    }
    if (from == to) throw Error(ErrorCode::usage, "a base cannot be copied onto itself");
    const auto source = store::open_store(from_there, store::StoreMode::read);
    const auto snapshot = source->snapshot();
    const auto copy = store::open_store(to_there, store::StoreMode::create);
    StoreCopyReport report = StoreCopy(*source, *copy, services_).run(to);
    report.records = copy_side_tables(from_there, to_there, services_);
    return report;
}

}  // namespace quarry::app
