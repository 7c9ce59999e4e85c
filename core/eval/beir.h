#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/eval/metrics.h"

namespace quarry {

struct BeirDocument {
    std::string id;
    std::string title;  ///< May be empty.
    std::string text;
};

struct BeirQuery {
    std::string id;
    std::string text;
    Judgements judgements;  ///< At least one relevant document.
};

/// A test collection in the layout of the BEIR benchmark: corpus.jsonl, queries.jsonl, qrels/test.tsv.
class BeirFolder {
public:
    /// Throws Error(usage) when one of the files is missing.
    explicit BeirFolder(std::filesystem::path folder);

    /// Streams corpus.jsonl ("_id", "text", optional "title"). Throws Error(failed) with file and line for a line that
    /// is no such object, invalid UTF-8, or an id that was there already.
    void for_each_document(const std::function<void(BeirDocument)>& visit) const;

    /// The judged queries in the order of queries.jsonl: those with at least one relevant document, as trec_eval
    /// counts them. `qrels/test.tsv` is query-id, corpus-id, score with a header. Throws as above, and for a judged
    /// query that queries.jsonl does not have.
    [[nodiscard]] std::vector<BeirQuery> queries() const;

private:
    [[nodiscard]] std::map<std::string, Judgements, std::less<>> judgements() const;

    std::filesystem::path folder_;
};

}  // namespace quarry
