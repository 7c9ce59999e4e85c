#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/store/store.h"

namespace quarry::testing {

/// A source with a text that is cut at each blank line.
inline store::PreparedSource prepared(std::string uri, std::string text, std::string title = "Title") {
    store::PreparedSource source;
    source.source.uri = std::move(uri);
    source.source.stamp = {text.size(), 42};
    source.source.content_hash = content_hash(text);
    source.source.ingested_at = 1000;
    document::Document document;
    document.title = std::move(title);
    document.media_type = "text/plain";
    document.language = "en";
    document.text = std::move(text);
    const LineIndex lines(document.text);
    for (std::size_t start = 0; start < document.text.size();) {
        const std::size_t blank = document.text.find("\n\n", start);
        const std::size_t end = blank == std::string::npos ? document.text.size() : blank;
        source.chunks.push_back({start, end, lines.line_of(start), lines.line_of(end - 1), {"Top", "Under"}});
        start = blank == std::string::npos ? end : blank + 2;
    }
    source.document = std::move(document);
    return source;
}

inline store::PreparedSource failed(std::string uri, std::string why) {
    store::PreparedSource source;
    source.source.uri = std::move(uri);
    source.source.status = store::SourceStatus::failed;
    source.source.error = std::move(why);
    return source;
}

inline void put(store::Store& store, store::PreparedSource source) { store.put({&source, 1}); }

/// The texts that a search for one term finds, best first.
inline std::vector<std::string> found(const store::Store& store, const std::string& term) {
    std::vector<std::string> texts;
    for (const document::ScoredChunk& hit : store.lexical({{{term}}, {}}, {}, 10)) {
        texts.push_back(store.chunk(hit.chunk_id)->text);
    }
    return texts;
}

inline std::vector<std::string> problems(const store::Store& store) {
    std::vector<std::string> lines;
    for (const store::VerifyFinding& finding : store.verify({})) {
        if (finding.is_damage) lines.push_back(finding.subject + ": " + finding.problem);
    }
    return lines;
}

}  // namespace quarry::testing
