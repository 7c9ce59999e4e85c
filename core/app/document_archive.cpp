// A base as lines of JSON, and back.
#include "core/app/document_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "core/app/knowledge_base.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/json_lines.h"
#include "core/embed/builtin.h"
#include "core/wire/archive_json.h"

namespace quarry::app {
namespace {

/// A third of a megabyte in base64, so that a line is easily read.
constexpr std::size_t model_part_bytes = 750'000;
/// Longer than any that is written: of 100 MB of text, escaped, with its chunks and their vectors.
constexpr std::uint64_t longest_archive_line = 2'000'000'000;
constexpr std::uint64_t batch_bytes = 16'000'000;
constexpr std::size_t batch_of_sources = 256;

std::string setting_of(const store::Store& store, std::string_view name) { return store.setting(name).value_or(""); }

std::string setting_name(std::string_view prefix, std::string_view fingerprint) {
    return fmt::format("{}{}", prefix, fingerprint);
}

/// The embedders that have something here, in an order that does not depend on when they came.
wire::ArchiveHead archive_head(const store::Store& store) {
    wire::ArchiveHead head{setting_of(store, store::setting::chunking),
                           setting_of(store, store::setting::redaction),
                           setting_of(store, store::setting::embedder),
                           store.collections(),
                           {}};
    for (const store::StoredEmbedder& one : store.embedders()) {
        if (one.vectors == 0 && !one.has_model) continue;
        head.embedders.push_back({one.fingerprint, one.dimensions,
                                  setting_of(store, setting_name(store::setting::embedder_name, one.fingerprint)),
                                  setting_of(store, setting_name(store::setting::embedder_server, one.fingerprint))});
    }
    std::ranges::sort(head.embedders, {}, &wire::ArchivedEmbedder::fingerprint);
    return head;
}

/// A source with all that its line has.
wire::ArchivedSource archived_source(const store::Store& store, const store::Source& source,
                                     const wire::ArchiveHead& head) {
    wire::ArchivedSource archived;
    archived.source.source = source;
    if (!source.document_id) return archived;
    archived.source.document = store.document(*source.document_id);
    if (!archived.source.document) return archived;
    archived.source.document->properties_json = source.document_metadata_json;
    std::vector<std::int64_t> ids;
    for (store::Chunk& chunk : store.chunks_of(*source.document_id)) {
        ids.push_back(chunk.id);
        archived.source.chunks.push_back(std::move(chunk.span));
    }
    for (const wire::ArchivedEmbedder& embedder : head.embedders) {
        std::vector<std::vector<float>>& vectors = archived.vectors.emplace_back(ids.size());
        store.vectors_of(embedder.fingerprint, ids, [&](std::int64_t id, std::span<const float> vector) {
            const auto at = std::ranges::lower_bound(ids, id);  // chunks are numbered in their order
            if (at == ids.end() || *at != id) return;
            vectors[static_cast<std::size_t>(at - ids.begin())].assign(vector.begin(), vector.end());
        });
    }
    return archived;
}

/// Writes lines, as long as somebody takes them.
class ArchiveWriter {
public:
    explicit ArchiveWriter(const std::function<bool(std::string_view line)>& write) : write_(write) {}
    bool write(const std::string& line) { return goes_on_ = goes_on_ && write_(line); }
    [[nodiscard]] bool goes_on() const { return goes_on_; }

private:
    const std::function<bool(std::string_view line)>& write_;
    bool goes_on_ = true;
};

void write_models(const store::Store& store, const wire::ArchiveHead& head, ArchiveWriter& writer) {
    for (const wire::ArchivedEmbedder& embedder : head.embedders) {
        const std::unique_ptr<StoredBytes> model = store.open_model(embedder.fingerprint);
        if (model == nullptr) continue;
        const std::size_t parts = std::max<std::size_t>(1, (model->size() + model_part_bytes - 1) / model_part_bytes);
        for (std::size_t part = 0; part < parts && writer.goes_on(); ++part) {
            const std::size_t start = part * model_part_bytes;
            std::string bytes(std::min(model_part_bytes, model->size() - start), '\0');
            model->read(start, bytes);
            writer.write(
                wire::archive_line(wire::ArchivedModelPart{embedder.fingerprint, part, parts, std::move(bytes)}));
        }
    }
}

/// One import into an open base.
class Import {
public:
    Import(Services& services, store::Store& store, std::string name)
        : services_(services), store_(store), name_(std::move(name)) {}

    wire::ImportReport run(std::istream& stream) {
        LineReader lines(stream, longest_archive_line);
        while (std::optional<LineReader::Line> line = lines.next()) {
            services_.cancel.check();
            try {
                if (line->too_long) throw Error(ErrorCode::failed, "it is too long");
                if (end_) throw Error(ErrorCode::failed, "it comes after the end");
                line->number == 1 ? begin(line->text) : take(std::move(line->text));
            } catch (const Error& error) {
                if (error.code() != ErrorCode::failed && error.code() != ErrorCode::usage) throw;
                throw at_line(line->number, error);
            }
        }
        store_batch();
        if (end_ != sources_) throw incomplete();
        finish();
        return report_;
    }

private:
    /// The error of a line. What came before it, and is good, has its place in the base.
    Error at_line(std::uint64_t number, const Error& error) {
        store_batch();
        Error whole(ErrorCode::failed, fmt::format("cannot import line {} of {}", number, name_),
                    !error.hint().empty() ? error.hint()
                    : number == 1         ? "give a file that quarry docs export wrote"
                                          : "what came before it was imported");
        whole = std::move(whole).because(error.message());
        for (const std::string& cause : error.causes()) whole = std::move(whole).because(cause);
        return whole;
    }

    [[nodiscard]] Error incomplete() const {
        return Error(ErrorCode::failed, fmt::format("{} is not complete", name_),
                     "its documents were imported; import it again when it is whole")
            .because(end_ ? fmt::format("it has {} sources instead of {}", sources_, *end_)
                          : std::string("it has no line that says where it ends"));
    }

    void begin(std::string_view line) {
        head_ = wire::parse_archive_head(line);
        const bool has_sources = store_.stats().sources > 0;
        for (const auto& [setting, value, what] :
             {std::tuple(store::setting::chunking, head_->chunking, "cut into passages"),
              std::tuple(store::setting::redaction, head_->redaction, "redacted")}) {
            if (setting_of(store_, setting) == value) continue;
            if (has_sources) {
                throw Error(ErrorCode::failed, fmt::format("the documents of the base are {} in another way", what),
                            "import into a base of its own: --base FILE");
            }
            store_.set_setting(setting, value);
        }
        const std::vector<std::string> known = store_.collection_names();
        for (const store::Collection& one : head_->collections) {
            if (std::ranges::find(known, one.name) != known.end()) continue;
            store_.add_collection(one.name, one.description, one.created_at);
        }
    }

    void take(std::string line) {
        wire::ArchiveEntry entry = wire::parse_archive_line(line, *head_);
        if (entry.model) take_model(std::move(*entry.model));
        if (entry.end) end_ = entry.end;
        if (!entry.source) return;
        ++sources_;
        const std::optional<store::Source> known = store_.source(entry.source->source.source.uri);
        if (known && wire::archive_line(archived_source(store_, *known, *head_)) == line) {
            ++report_.unchanged;
            return;
        }
        ++(known ? report_.updated : report_.added);
        waiting_bytes_ += line.size();
        batch_.push_back(std::move(*entry.source));
        if (waiting_bytes_ < batch_bytes && batch_.size() < batch_of_sources) return;
        store_batch();
        show_progress(services_, "importing", sources_, 0);
    }

    /// Parts of a model come one behind the other.
    void take_model(wire::ArchivedModelPart part) {
        if (part.part == 0) model_.clear();
        if (part.part != next_part_ || (part.part > 0 && part.fingerprint != model_of_)) {
            throw Error(ErrorCode::failed, "it is not the part of a model that follows");
        }
        model_of_ = part.fingerprint;
        model_ += part.bytes;
        next_part_ = part.part + 1;
        if (next_part_ < part.parts) return;
        next_part_ = 0;
        const std::string bytes = std::exchange(model_, {});
        if (embed::BuiltinEmbedder::fingerprint_of(bytes) != model_of_) {
            throw Error(ErrorCode::failed, "the model's bytes are not those of its fingerprint");
        }
        static_cast<void>(embed::BuiltinEmbedder(bytes));  // throws for what is not one
        if (!store_.model(model_of_)) store_.put_model(model_of_, bytes);
    }

    void store_batch() {
        if (batch_.empty()) return;
        std::vector<store::PreparedSource> sources;
        for (wire::ArchivedSource& one : batch_) sources.push_back(one.source);
        store_.put(sources);
        for (std::size_t i = 0; i < head_->embedders.size(); ++i) store_vectors(i);
        batch_.clear();
        waiting_bytes_ = 0;
    }

    /// Of the batch, by one embedder.
    void store_vectors(std::size_t which) {
        std::vector<std::string> hashes;
        std::vector<float> vectors;
        for (const wire::ArchivedSource& one : batch_) {
            if (!one.source.document) continue;
            for (std::size_t i = 0; i < one.source.chunks.size(); ++i) {
                const std::vector<float>& vector = one.vectors[which][i];
                if (vector.empty()) continue;
                const document::ChunkSpan& span = one.source.chunks[i];
                hashes.push_back(content_hash(std::string_view(one.source.document->text)
                                                  .substr(span.start_byte, span.end_byte - span.start_byte)));
                vectors.insert(vectors.end(), vector.begin(), vector.end());
            }
        }
        const wire::ArchivedEmbedder& embedder = head_->embedders[which];
        if (!hashes.empty()) store_.put_vectors(embedder.fingerprint, embedder.dimensions, hashes, vectors);
    }

    /// Only what is whole is searched by its vectors.
    void finish() {
        for (const wire::ArchivedEmbedder& one : head_->embedders) {
            const auto keep = [&](std::string_view setting, const std::string& value) {
                const std::string name = setting_name(setting, one.fingerprint);
                if (!value.empty() && setting_of(store_, name).empty()) store_.set_setting(name, value);
            };
            keep(store::setting::embedder_name, one.name);
            keep(store::setting::embedder_server, one.server);
        }
        if (setting_of(store_, store::setting::embedder).empty() && !head_->embedder.empty()) {
            store_.set_setting(store::setting::embedder, head_->embedder);
        }
        if (report_.added + report_.updated > 0) update_vector_index(services_, store_);
        const std::string searched = setting_of(store_, store::setting::embedder);
        if (!searched.empty()) report_.without_vectors = store_.unembedded_count(searched);
        services_.notices.progress("");
    }

    Services& services_;
    store::Store& store_;
    std::string name_;
    std::optional<wire::ArchiveHead> head_;
    std::optional<std::uint64_t> end_;
    std::uint64_t sources_ = 0;
    std::vector<wire::ArchivedSource> batch_;
    std::uint64_t waiting_bytes_ = 0;
    std::string model_of_, model_;
    std::size_t next_part_ = 0;
    wire::ImportReport report_;
};

}  // namespace

std::uint64_t DocumentArchive::export_to(const std::function<bool(std::string_view line)>& write) {
    const std::unique_ptr<store::Store> store = store::open_store(services_.base_path, store::StoreMode::read);
    const std::unique_ptr<store::Store::Snapshot> snapshot = store->snapshot();  // others may write meanwhile
    const wire::ArchiveHead head = archive_head(*store);
    const std::uint64_t total = store->stats().sources;
    ArchiveWriter writer(write);
    writer.write(wire::archive_line(head));
    write_models(*store, head, writer);
    std::uint64_t sources = 0;
    store->for_each_source("", [&](const store::Source& source) {
        services_.cancel.check();
        if (!writer.write(wire::archive_line(archived_source(*store, source, head)))) return;
        if (++sources % 64 == 0) show_progress(services_, "exporting", sources, total);
    });
    writer.write(wire::archive_end(sources));
    services_.notices.progress("");
    return sources;
}

wire::ImportReport DocumentArchive::import_from(std::istream& lines, const std::string& name) {
    const std::unique_ptr<store::Store> store = open_or_create_base(services_);
    return Import(services_, *store, name).run(lines);
}

}  // namespace quarry::app
