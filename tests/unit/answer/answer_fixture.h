#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/answer.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "tests/support/answer_events.h"

namespace quarry::answer {

class AnswerTest : public ::testing::Test {
protected:
    /// Puts a document in, cut into chunks at each "%%" (which is taken out).
    void add(const std::string& uri, const std::string& marked, const std::string& media_type = "text/plain") {
        store::PreparedSource source;
        source.source.uri = uri;
        document::Document document;
        document.media_type = media_type;
        document.title = "Title of " + uri.substr(uri.rfind('/') + 1);
        document.language = "en";
        std::vector<std::size_t> cuts = {0};
        for (std::size_t at = 0; at < marked.size(); ++at) {
            if (marked.substr(at, 2) == "%%") {
                cuts.push_back(document.text.size());
                ++at;
            } else {
                document.text += marked[at];
            }
        }
        cuts.push_back(document.text.size());
        source.source.content_hash = content_hash(document.text);
        const LineIndex lines(document.text);
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
            source.chunks.push_back({cuts[i], cuts[i + 1], lines.line_of(cuts[i]), lines.line_of(cuts[i + 1] - 1), {}});
        }
        source.document = std::move(document);
        store_->put({&source, 1});
    }

    [[nodiscard]] Answer ask(std::string_view question, llm::ChatModel* model = nullptr, const llm::TextSink& sink = {},
                             embed::Embedder* embedder = nullptr) {
        const Cancellation never;
        return answer_question(*store_, {embedder, model}, question, options_, quarry::testing::text_events(sink),
                               never);
    }
    [[nodiscard]] ErrorCode failure(std::string_view question, llm::ChatModel* model = nullptr) {
        try {
            static_cast<void>(ask(question, model));
        } catch (const Error& error) {
            EXPECT_FALSE(error.hint().empty());
            return error.code();
        }
        return ErrorCode::failed;
    }

    std::unique_ptr<store::Store> store_ = store::open_store_in_memory();
    AnswerOptions options_{.mode = search::SearchMode::lexical, .max_tokens = {}, .fence = "FENCE"};
};

}  // namespace quarry::answer
