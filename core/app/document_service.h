#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/app/services.h"
#include "core/store/store.h"
#include "core/wire/document_json.h"

namespace quarry::app {

/// A source with the chunks of its document; without any when it could not be read.
struct ShownDocument {
    store::Source source;
    std::vector<store::Chunk> chunks{};
};

/// Which part of a document's text is wanted: lines or pages, counted from 1, both ends included.
struct DocumentRange {
    std::size_t first_line = 0, last_line = 0;  ///< 0: from the beginning, to the end.
    std::size_t first_page = 0, last_page = 0;  ///< In place of lines, for a text with pages, slides or sheets.
    std::size_t max_bytes = 0;                  ///< Whole lines up to this many bytes, or the beginning of one; 0: all.
};

/// What is taken out.
struct RemovedDocuments {
    std::size_t removed = 0;
    std::vector<std::string> uris{};   ///< Sorted.
    std::vector<std::string> again{};  ///< Files, folders and addresses that `ingest` brings them back from.
    std::vector<std::string> collections{};  ///< That they were in, sorted.
    std::vector<std::string> lost{};   ///< Those of `uris` that are nowhere else, as far as the base knows.
};
/// Asked before anything is removed; false: nothing is.
using RemovalConsent = std::function<bool(const RemovedDocuments& what)>;

/// What does not agree in a base, and where.
struct Verification {
    std::vector<store::VerifyFinding> findings{};  ///< Of all parts.
    [[nodiscard]] bool has_damage() const { return std::ranges::any_of(findings, &store::VerifyFinding::is_damage); }
    bool base_is_sound = true;
    bool index_is_sound = true;  ///< The vector index beside the base.
};

/// What the base and its indexes took, and take now.
struct CompactedBase {
    wire::DiskUse before{}, after{};
};

/// The documents of a base. A document is named by its URI, for a file by a path as seen from the working folder, by
/// its number, or by the end of its name that no other has.
///
/// Each call opens the base for its duration, and throws as `store::open_store` does. One thread at a time.
class DocumentService {
public:
    /// With collections, documents outside them are as if they were not there; `verify` and `compact` are about all of
    /// the base.
    explicit DocumentService(Services& services, store::CollectionNames collections = {})
        : services_(services), collections_(std::move(collections)) {}

    /// Every source, or those below a folder, in the order of URIs.
    void for_each(const std::string& folder, const std::function<void(const store::Source&)>& visit) const;

    /// Throws Error(nothing_found) when the base does not have it.
    [[nodiscard]] ShownDocument show(const std::string& document) const;

    /// Hands the document's text over in parts. Throws Error(nothing_found) for what is not there or has no text.
    store::Source read(const std::string& document, const std::function<void(std::string_view part)>& visit) const;

    /// The content hash of each document, from one look at the base; "" for what it does not have, or what is not clear.
    [[nodiscard]] std::vector<std::string> content_hashes(std::span<const std::string> documents) const;

    /// A part of the document's text. Throws the same, and Error(usage) for lines or pages that it does not have.
    [[nodiscard]] wire::DocumentPart read_part(const std::string& document, const DocumentRange& range) const;

    /// Removes all that is named and brings the vector index up to date; with `recursive`, a folder stands for what is
    /// below it. Throws Error, and removes nothing, when one of the names is not in the base (nothing_found) or is a
    /// folder without `recursive` (usage).
    RemovedDocuments remove(std::span<const std::string> documents, bool recursive, const RemovalConsent& consent = {});

    [[nodiscard]] store::StoreStats stats() const;

    /// Compares everything in the base, its vector index and its tables, with progress.
    [[nodiscard]] Verification verify();

    /// Gives back the disk space of what was removed: of the base, and of its vector indexes.
    CompactedBase compact();

private:
    /// The filter by the collections that the request is about.
    [[nodiscard]] store::ChunkFilter visible(const store::Store& store) const;

    Services& services_;
    const store::CollectionNames collections_;
};

}  // namespace quarry::app
