#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/cancel.h"
#include "core/extract/extractor.h"
#include "core/ingest/ingest.h"
#include "core/ingest/walk.h"
#include "core/redact/redactor.h"
#include "core/store/store.h"

namespace quarry::ingest {

/// What the base knows of a source before it is read again.
struct KnownSource {
    FileStamp stamp;
    std::string validator;
    std::string content_hash;
    std::string media_type;
    store::SourceStatus status = store::SourceStatus::ok;
    std::int64_t ingested_at = 0;
    std::string collection;
    bool leaves_collection = false;  ///< It goes into another one now, for which it is read again.

    /// Whether a file with this stamp is taken as unread since: one that was changed in the second in which it was
    /// read could have been changed after, under the same stamp.
    [[nodiscard]] bool up_to_date(const FileStamp& now, std::string_view type) const {
        return is_ok(type) && stamp == now && stamp.mtime_ns / 1'000'000'000 < ingested_at;
    }
    /// Whether the same bytes were read as the same type.
    [[nodiscard]] bool same_content(std::string_view hash, std::string_view type) const {
        return is_ok(type) && content_hash == hash;
    }
    /// Whether it was read, as this type.
    [[nodiscard]] bool is_ok(std::string_view type) const {
        return status == store::SourceStatus::ok && media_type == type && !leaves_collection;
    }
};

/// What became of one source on a worker thread.
struct Prepared {
    enum class Kind { store, unchanged, skipped, failed };
    Kind kind = Kind::store;
    store::PreparedSource source;  ///< With status failed for `failed`.
    /// The content hash that the base has of a source of this name; nothing when it has no such source.
    std::optional<std::string> known{};
    bool record = true;  ///< Of `failed`: whether the base is to remember it.
    SkipReason skip = SkipReason::empty;
    std::string hint;  ///< Of `failed`.
    std::uint64_t bytes = 0;
};

/// One source to be read, whatever it comes from.
struct ReadTask {
    store::Source source;  ///< uri, kind, stamp, metadata.
    std::string name;  ///< For a title, where the text has none.
    const extract::Extractor* extractor = nullptr;
    std::optional<KnownSource> known;
    bool named = false;                 ///< Asked for by name: what would be skipped silently fails.
    std::function<std::string()> read;  ///< The raw bytes. Throws Error.
    std::string title;                  ///< Given from outside; else the extractor's.
};

/// Whether an error ends the run instead of being one document's: it was broken off, or the model that cuts by meaning
/// cannot be asked.
[[nodiscard]] bool ends_run(ErrorCode code) noexcept;

/// Reads, extracts, cuts and analyses one source. Throws what ends the run only: all else is in the result.
/// `redactor` may be null, and so may `preparer`, when nothing is stored.
[[nodiscard]] Prepared prepare(const ReadTask& task, const IngestOptions& options, const redact::Redactor* redactor,
                               store::DocumentPreparer* preparer, extract::Converter& converter,
                               const Cancellation& cancellation);

/// The result of a source that failed.
[[nodiscard]] Prepared failed_source(const ReadTask& task, const redact::Redactor* redactor, const Error& error,
                                     bool record);

}  // namespace quarry::ingest
