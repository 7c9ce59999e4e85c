#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/eval/metrics.h"

namespace quarry::eval {

struct BeirDocument {
    std::string id;
    std::string title;  ///< May be empty.
    std::string text;
};

struct BeirQuery {
    std::string id;
    std::string text;
    Judgements judgements;
};

/// A test collection in the layout of the BEIR benchmark: corpus.jsonl, queries.jsonl, qrels/test.tsv.
class BeirFolder {
public:
    /// Throws Error(usage) when one of the files is missing.
    explicit BeirFolder(std::filesystem::path folder);

    /// Streams corpus.jsonl ("_id", "text", optional "title"). Throws Error(failed) with file and line for a line that
    /// is no such object, invalid UTF-8, or an id that was there already.
    void for_each_document(const std::function<void(BeirDocument)>& visit) const;

    /// The judged queries in the order of queries.jsonl. `qrels/test.tsv` is query-id, corpus-id, score with a header
    /// (read_qrels). Throws as above, for a judged query that queries.jsonl does not have, and when nothing at all is
    /// relevant. A query whose judged documents are all irrelevant is there, as in trec_eval: it measures 0.
    [[nodiscard]] std::vector<BeirQuery> queries() const;

private:
    std::filesystem::path folder_;
};

}  // namespace quarry::eval
