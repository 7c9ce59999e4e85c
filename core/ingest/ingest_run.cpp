#include "core/ingest/ingest_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "core/ingest/redaction.h"
#include "core/store/document_hash.h"

namespace quarry::ingest {
namespace {

// A transaction of about this much text: large enough that committing costs little, small enough for the memory, and
// soon enough that a kill loses seconds of work.
constexpr std::uint64_t most_batch_bytes = 8'000'000;
/// Less when there is little to do, so that the writer begins soon and has little left when the workers are done: in so
/// many parts, which are fewer than the segments that FTS5 merges.
constexpr std::uint64_t fewest_batches = 6;
constexpr std::uint64_t fewest_batch_bytes = 3'000'000;
constexpr std::size_t batch_sources = 8'000;
constexpr std::chrono::seconds batch_time{5};
/// Ids that are listed at once.
constexpr std::size_t documents_at_once = 10'000;
/// What may be on its way through the workers.
constexpr std::uint64_t workers_bytes = 16'000'000;
/// What a source weighs besides its bytes.
constexpr std::uint64_t weight_of_one = 4000;
constexpr std::uint64_t weight_of_packed = 8;
/// The most memory that the conversion of a file may take, in its bytes.
constexpr std::uint64_t memory_of_conversion = 10;

/// What the base's chunks are made with while they are being made anew: no fingerprint is like it, so that a run that
/// was broken off in between is taken up by the next, whatever its options.
constexpr std::string_view mixed_chunking = "mixed";

/// A result's text, with its chunks and terms.
std::uint64_t weight_of_result(const Prepared& prepared) {
    constexpr std::uint64_t times_its_text = 4;
    const auto& document = prepared.source.document;
    return weight_of_one + (document ? times_its_text * document->text.size() : 0);
}

std::size_t thread_count(std::size_t wanted) {
    return wanted != 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

const char* ingest_action_name(IngestAction action) noexcept {
    switch (action) {
        case IngestAction::add: return "add";
        case IngestAction::update: return "update";
        case IngestAction::unchanged: return "unchanged";
        case IngestAction::move: return "move";
        case IngestAction::remove: return "remove";
        case IngestAction::skip: return "skip";
        case IngestAction::fail: return "fail";
    }
    return "unknown";
}

bool moves_out_of(const IngestOptions& options, const std::string& collection) {
    return !options.collection.empty() && options.collection != collection;
}

KnownSource known_source(const IngestOptions& options, store::SourceState&& state) {
    const bool leaves = moves_out_of(options, state.collection);
    return {state.stamp,  std::move(state.validator), std::move(state.content_hash), std::move(state.media_type),
            state.status, state.ingested_at,          std::move(state.collection),   leaves};
}

bool may_change(const IngestOptions& options, const std::string& collection) {
    return !options.writable || std::ranges::find(*options.writable, collection) != options.writable->end();
}

IngestRun::IngestRun(store::Store* store, const IngestOptions& options, const Cancellation& cancellation)
    : store_(store),
      options_(options),
      cancellation_(cancellation),
      batch_limit_(most_batch_bytes),
      workers_(
          thread_count(options.threads), workers_bytes, [this] { return make_worker(); }, weight_of_result) {
    progress_.doing = "reading";
}

std::unique_ptr<IngestRun::Worker> IngestRun::make_worker() const {
    const std::uint64_t memory =
        std::max(extract::Converter::usual_memory, memory_of_conversion * options_.max_converted_bytes);
    return std::make_unique<Worker>(
        Worker{store_ == nullptr ? nullptr : store_->preparer(), extract::Converter(options_.converter, memory)});
}

std::optional<KnownSource> IngestRun::known(std::string_view uri) const {
    const std::string one(uri);
    auto found = known(std::span(&one, 1));
    return found.empty() ? std::nullopt : std::optional(std::move(found.begin()->second));
}

std::unordered_map<std::string, KnownSource> IngestRun::known(std::span<const std::string> uris) const {
    std::unordered_map<std::string, KnownSource> found;
    if (store_ == nullptr) return found;
    for (store::SourceState& state : store_->source_states(uris)) {
        std::string uri = std::move(state.uri);
        found.emplace(std::move(uri), known_source(options_, std::move(state)));
    }
    return found;
}

void IngestRun::renew_base() {
    redactor_ = redactor_for(store_, options_);
    if (store_ == nullptr) return;
    if (!options_.dry_run && store_->index_is_stale()) {
        report_.reindexed = true;
        store_->rebuild_index([&](std::uint64_t done, std::uint64_t total) {
            cancellation_.check();
            show("indexing anew", done, total);
        });
    }
    const std::string fingerprint = options_.chunking.fingerprint();
    if (store_->setting(store::setting::chunking) != fingerprint) {
        if (options_.dry_run) {
            report_.rechunked = store_->document_count();
        } else {
            rechunk_all(fingerprint);
        }
    }
    if (!options_.dry_run && is_redacted_otherwise(*store_, redactor())) {
        report_.redacted =
            redact_base(*store_, redactor(), options_.chunking, cancellation_,
                        [this](std::uint64_t done, std::uint64_t total) { show("redacting", done, total); });
    }
}

void IngestRun::rechunk_all(const std::string& fingerprint) {
    const std::uint64_t documents = store_->document_count();
    if (documents > 0) store_->set_setting(store::setting::chunking, mixed_chunking);
    OrderedWorkers<Worker, store::RechunkedDocument> workers(thread_count(options_.threads), workers_bytes,
                                                             [this] { return make_worker(); });
    std::vector<store::RechunkedDocument> batch;
    std::uint64_t bytes = 0;
    const auto take = [&] {
        batch.push_back(workers.take());
        bytes += batch.back().document.text.size();
        if (bytes < most_batch_bytes && batch.size() < batch_sources) return;
        store_->rechunk(batch);
        report_.rechunked += batch.size();
        show("chunking anew", report_.rechunked, documents);
        batch.clear();
        bytes = 0;
    };
    const auto add_document = [&](std::int64_t id) {
        cancellation_.check();
        std::optional<document::Document> document = store_->document(id);
        if (!document) return;
        const std::uint64_t weight = document->text.size() + weight_of_one;
        while (!workers.has_room(weight)) take();
        store::RechunkedDocument rechunked{id, std::move(*document), {}, {}};
        workers.add(weight, [this, rechunked = std::move(rechunked)](Worker& worker) mutable {
            rechunked.chunks = chunk::chunk_document(rechunked.document, options_.chunking, cancellation_);
            rechunked.terms = worker.preparer->prepare(rechunked.document, rechunked.chunks);
            return std::move(rechunked);
        });
    };
    std::vector<std::int64_t> ids = store_->document_ids(0, documents_at_once);
    for (; !ids.empty(); ids = store_->document_ids(ids.back(), documents_at_once)) {
        for (const std::int64_t id : ids) add_document(id);
    }
    while (!workers.idle()) take();
    store_->rechunk(batch);
    report_.rechunked += batch.size();
    store_->set_setting(store::setting::chunking, fingerprint);
}

void IngestRun::expect(std::uint64_t documents, std::uint64_t bytes) {
    progress_.total = documents;
    progress_.bytes_total = bytes;
    if (bytes > 0) batch_limit_ = std::clamp(bytes / fewest_batches, fewest_batch_bytes, most_batch_bytes);
}

void IngestRun::show(std::string_view doing, std::uint64_t done, std::uint64_t total) {
    if (options_.progress) options_.progress({doing, done, total, 0, 0});
}

void IngestRun::plan(IngestAction action, const std::string& uri, std::uint64_t chunks, std::string reason) {
    if (options_.dry_run) report_.actions.push_back({action, uri, chunks, std::move(reason)});
}

void IngestRun::skipped(const std::string& uri, SkipReason reason) {
    ++report_.skipped[skip_reason_name(reason)];
    if (reason == SkipReason::unknown_type) {
        const std::string extension = std::filesystem::path(uri).extension().string();
        ++report_.skipped_extensions[extension.empty() ? extension : extension.substr(1)];
    }
    plan(IngestAction::skip, uri, 0, skip_reason_name(reason));
}

void IngestRun::failed(const std::string& uri, const Error& error) {
    ReadTask task;
    task.source.uri = uri;
    store_result(failed_source(task, redactor(), error, false));
}

void IngestRun::remove(std::vector<std::string> uris) {
    if (options_.dry_run) report_.removed += uris.size();
    for (std::string& uri : uris) {
        plan(IngestAction::remove, uri);
        removed_.push_back(std::move(uri));
    }
}

void IngestRun::add(ReadTask task, std::uint64_t weight) {
    cancellation_.check();
    if (task.known && !may_change(options_, task.known->collection)) {
        failed(task.source.uri, Error(ErrorCode::failed, "it is in a collection that you may not change"));
        return;
    }
    // What another program reads is not unpacked here.
    const bool waits = task.extractor->is_converted() && task.extractor->read_in() == extract::ReadIn::this_process;
    // What is packed takes more memory than its file.
    if (task.extractor->is_binary() && !waits) weight *= weight_of_packed;
    weight += weight_of_one;
    while (!workers_.has_room(weight)) store_result(workers_.take());
    workers_.add(
        weight,
        [this, task = std::move(task)](Worker& worker) {
            return prepare(task, options_, redactor(), worker.preparer.get(), worker.converter, cancellation_);
        },
        waits ? workers_.waiting : workers_.computing);
}

void IngestRun::finish() {
    while (!workers_.idle()) {
        cancellation_.check();
        store_result(workers_.take());
    }
    flush();
}

void IngestRun::save() {
    if (!options_.dry_run) flush();
}

void IngestRun::store_result(Prepared prepared) {
    ++progress_.done;
    progress_.bytes_done += prepared.bytes;
    report_.bytes += prepared.bytes;
    switch (prepared.kind) {
        case Prepared::Kind::store: store_document(std::move(prepared)); break;
        case Prepared::Kind::failed: store_failure(std::move(prepared)); break;
        case Prepared::Kind::unchanged:
            ++report_.unchanged;
            touch({prepared.source.source.uri, prepared.source.source.stamp, prepared.source.source.validator});
            break;
        case Prepared::Kind::skipped:
            skipped(prepared.source.source.uri, prepared.skip);
            // What was a text once and is none now must not be found any more.
            if (prepared.known) remove({prepared.source.source.uri});
            break;
    }
    if (options_.progress) options_.progress(progress_);
    if (batch_bytes_ >= batch_limit_ || batch_.size() + touched_.size() >= batch_sources ||
        std::chrono::steady_clock::now() - flushed_ > batch_time) {
        flush();
    }
}

void IngestRun::store_document(Prepared prepared) {
    const std::size_t chunks = prepared.source.chunks.size();
    store::Source& source = prepared.source.source;
    source.collection = options_.collection;
    // It has moved, and whoever could not read it there cannot here.
    const auto gone = gone_hashes_.find(source.content_hash);
    const bool is_moved = !prepared.known && gone != gone_hashes_.end();
    if (is_moved && source.collection.empty()) source.collection = gone->second;
    if (options_.dry_run) {
        arrived(prepared.source, !prepared.known);
        plan(prepared.known ? IngestAction::update : IngestAction::add, source.uri, chunks);
        return;
    }
    batch_bytes_ += prepared.source.document->text.size();
    batch_.push_back(std::move(prepared.source));
    batch_known_.push_back(std::move(prepared.known).value_or(""));
}

void IngestRun::arrived(const store::PreparedSource& source, bool is_new) {
    ++(is_new ? report_.added : report_.updated);
    count(source);
    const std::string& hash = source.source.content_hash;
    if (!gone_hashes_.contains(hash)) return;
    arrivals_.emplace(hash, Arrival{source.source.uri, is_new, report_.actions.size()});
}

void IngestRun::count(const store::PreparedSource& source) {
    const document::Document& document = *source.document;
    for (const auto& [kind, number] : document.removed) report_.taken_out[kind] += number;
    for (const document::Warning& warning : document.warnings) {
        report_.warnings.push_back({source.source.uri, warning.kind, warning.reason});
    }
    // Documents alike are stored once, whatever they are called.
    const std::string hash = store::document_hash(document.media_type, document.title, document.text);
    if (!counted_.insert(std::hash<std::string>()(hash)).second) return;
    report_.chunks += source.chunks.size();
    for (const document::ChunkSpan& span : source.chunks) report_.tokens += span.tokens;
}

void IngestRun::watch_for(std::vector<GoneFile> gone) {
    for (const GoneFile& file : gone) gone_hashes_.emplace(file.content_hash, file.collection);
    gone_ = std::move(gone);
}

std::vector<std::string> IngestRun::drop_moved() {
    std::vector<std::string> dropped;
    for (const auto& [hash, uri, collection] : gone_) {
        const auto [first, last] = arrivals_.equal_range(hash);
        if (first == last) continue;
        const auto arrival = std::find_if(first, last, [](const auto& each) { return each.second.is_new; });
        if (arrival != last) {
            --report_.added;
            ++report_.moved;
            if (options_.dry_run) {
                IngestReport::Planned& planned = report_.actions[arrival->second.planned];
                planned.action = IngestAction::move;
                planned.reason = fmt::format("from {}", uri);
            }
            moved_.push_back(uri);
            arrival->second.is_new = false;  // the next one alike is a copy that is gone
        } else {
            remove({uri});
        }
        dropped.push_back(uri);
    }
    return dropped;
}

bool IngestRun::failed_so_before(const store::Source& source) const {
    if (store_ == nullptr || source.kind != store::SourceKind::file) return false;
    const std::optional<store::Source> known = store_->source(source.uri);
    return known && known->status == store::SourceStatus::failed && known->error == source.error &&
           known->stamp == source.stamp;
}

void IngestRun::store_failure(Prepared prepared) {
    store::Source& source = prepared.source.source;
    source.collection = options_.collection;
    report_.failed.push_back({source.uri, source.error, prepared.hint, prepared.record && failed_so_before(source)});
    plan(IngestAction::fail, source.uri, 0, source.error);
    if (!prepared.record || options_.dry_run) return;
    batch_.push_back(std::move(prepared.source));
    batch_known_.emplace_back();
}

void IngestRun::put_batch() {
    const std::vector<std::optional<std::string>> replaced = store_->put(batch_);
    for (std::size_t i = 0; i < batch_.size(); ++i) {
        if (!batch_[i].document) continue;
        const std::string& hash = batch_[i].source.content_hash;
        // Another run has stored it since this one looked.
        if (replaced[i] == hash && batch_known_[i] != hash) {
            ++report_.unchanged;
        } else {
            arrived(batch_[i], !replaced[i]);
        }
    }
}

void IngestRun::flush() {
    flushed_ = std::chrono::steady_clock::now();
    if (store_ != nullptr && !options_.dry_run) {
        if (!batch_.empty()) put_batch();
        if (!touched_.empty()) store_->touch(touched_);
        if (!removed_.empty()) report_.removed += store_->remove(removed_);
        if (!moved_.empty()) store_->remove(moved_);
    }
    batch_.clear();
    batch_known_.clear();
    touched_.clear();
    removed_.clear();
    moved_.clear();
    batch_bytes_ = 0;
}

IngestReport IngestRun::take_report() {
    report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    return std::move(report_);
}

}  // namespace quarry::ingest
