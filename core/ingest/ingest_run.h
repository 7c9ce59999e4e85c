#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/base/ordered_workers.h"
#include "core/ingest/ingest.h"
#include "core/ingest/prepare.h"

namespace quarry::ingest {

/// One run of `ingest`: the workers, the transaction being filled, and the report.
///
/// Sources are added in order and come out of the workers in that order; whoever adds also writes, so one thread uses
/// the store.
class IngestRun {
public:
    IngestRun(store::Store* store, const IngestOptions& options, const Cancellation& cancellation);

    /// Brings what is in the base to this run's chunking and this binary's analysis. Before anything else.
    void renew_base();

    /// Reads one more source, now or later; stores what is ready meanwhile.
    void add(ReadTask task, std::uint64_t weight);
    /// Stores what is still on its way. After it nothing is added.
    void finish();
    /// Commits what is ready, when the run is broken off.
    void save();

    // What is known without reading.
    void unchanged(std::uint64_t count) { report_.unchanged += count; }
    void skipped(const std::string& uri, SkipReason reason);
    void failed(const std::string& uri, const Error& error);
    void failed(const ReadTask& task, const Error& error) {
        store_result(failed_source(task, redactor(), error, true));
    }
    /// Notes the source's stamp and validator, which are new while its content is not.
    void touch(store::UnchangedSource source) { touched_.push_back(std::move(source)); }
    void remove(std::vector<std::string> uris);
    void expect(std::uint64_t documents, std::uint64_t bytes);

    [[nodiscard]] std::optional<KnownSource> known(std::string_view uri) const;
    /// The same of many, by their URIs.
    [[nodiscard]] std::unordered_map<std::string, KnownSource> known(std::span<const std::string> uris) const;
    /// A file that is not where it was.
    struct GoneFile {
        std::string content_hash, uri, collection;
    };
    /// Looks out for files that are gone: one whose content is found elsewhere has moved, within its collection.
    void watch_for(std::vector<GoneFile> gone);
    /// Forgets the gone ones whose content came in from elsewhere, and returns them. After `finish`.
    [[nodiscard]] std::vector<std::string> drop_moved();
    /// The report; times the run up to now.
    [[nodiscard]] IngestReport take_report();

private:
    [[nodiscard]] const redact::Redactor* redactor() const { return redactor_ ? &*redactor_ : nullptr; }
    /// What a worker thread has of its own.
    struct Worker {
        std::unique_ptr<store::DocumentPreparer> preparer;  ///< Null when nothing is stored.
        extract::Converter converter;
    };
    [[nodiscard]] std::unique_ptr<Worker> make_worker() const;

    void store_result(Prepared prepared);
    void store_document(Prepared prepared);
    void store_failure(Prepared prepared);
    [[nodiscard]] bool failed_so_before(const store::Source& source) const;
    /// Counts a document that came in, for the first time or another time.
    void arrived(const store::PreparedSource& source, bool is_new);
    void count(const store::PreparedSource& source);
    void put_batch();
    void flush();
    void rechunk_all(const std::string& fingerprint);
    void show(std::string_view doing, std::uint64_t done, std::uint64_t total);
    void plan(IngestAction action, const std::string& uri, std::uint64_t chunks = 0, std::string reason = {});

    store::Store* store_;
    const IngestOptions& options_;
    const Cancellation& cancellation_;
    std::optional<redact::Redactor> redactor_;  ///< Set before the first document; the workers use it.
    IngestReport report_;
    IngestProgress progress_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();

    /// What a gone file's content came in as.
    struct Arrival {
        std::string uri;
        bool is_new = false;      ///< Counted as added.
        std::size_t planned = 0;  ///< Its place in the report's actions, in a dry run.
    };
    std::vector<GoneFile> gone_;
    std::unordered_map<std::string, std::string> gone_hashes_;  ///< With the collection.
    std::multimap<std::string, Arrival> arrivals_;  ///< By content hash.
    /// Documents whose chunks are in the report, as 64 bits: there may be millions.
    std::unordered_set<std::size_t> counted_;

    std::vector<store::PreparedSource> batch_;
    std::vector<std::string> batch_known_;  ///< The content hash that this run knew of each; "" for none.
    std::vector<store::UnchangedSource> touched_;
    std::vector<std::string> removed_;
    std::vector<std::string> moved_;  ///< The old names.
    std::uint64_t batch_bytes_ = 0;  ///< Of text.
    std::uint64_t batch_limit_;      ///< At which it is stored.
    std::chrono::steady_clock::time_point flushed_ = started_;

    OrderedWorkers<Worker, Prepared> workers_;
};

/// Whether a run puts what is in that collection into another one.
[[nodiscard]] bool moves_out_of(const IngestOptions& options, const std::string& collection);
/// What a run has to know of a source.
[[nodiscard]] KnownSource known_source(const IngestOptions& options, store::SourceState&& state);
/// Whether a run may change what is in that collection.
[[nodiscard]] bool may_change(const IngestOptions& options, const std::string& collection);

}  // namespace quarry::ingest
